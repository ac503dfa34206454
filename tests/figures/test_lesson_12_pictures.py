"""The pictures of notebook 12: every name is there, and nothing stands far beyond the data."""
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import LSTM, ResetAfterGRU
from course_utils.figures.lessons.cell_tree import EDGES, NODES, name_of, plot_cell_tree
from course_utils.figures.lessons.relatives import plot_memories, plot_solved, plot_totals


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_every_cell_is_in_the_tree_and_every_arrow_has_its_factor(ax):
    plot_cell_tree(ax)
    assert {name_of(cell) for cell in NODES} <= set(words(ax))
    assert {change for *_, change, _, _ in EDGES} | {factor for *_, factor, _ in EDGES} <= set(words(ax))
    assert {end for _, end, *_ in EDGES} | {"LSTM"} == set(NODES)


def test_a_cell_has_a_name_that_can_be_read():
    assert name_of(ResetAfterGRU) == name_of("ResetAfterGRU") == "GRU, reset after"
    with pytest.raises(ValueError, match="cell is 'TanhRNN'"):
        name_of("TanhRNN")


def test_lines_are_told_apart_in_the_figure(ax):
    plot_totals(ax, {LSTM: np.zeros((2, 4)), ResetAfterGRU: np.ones((2, 4))})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["LSTM", "GRU, reset after"]


def test_memories_are_named_beside_their_lines(ax):
    plot_memories(ax, {LSTM: np.arange(11.)})
    assert words(ax) == ["LSTM"] and ax.get_xlim()[1] < 12


@pytest.mark.parametrize("solved_at", (300, None))
def test_the_axis_ends_where_the_trainings_do(ax, solved_at):
    plot_solved(ax, [{"cell": "LSTM", "solved_at": 500}, {"cell": "GRU", "solved_at": solved_at}], "adding", 1000)
    labels = [tick.get_text() for tick in ax.get_xticklabels()]
    assert labels == (["0", "500", "1000"] if solved_at else ["0", "500", "1000", "never"])
    assert ax.get_xlim()[1] <= (1050 if solved_at else 1300)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["LSTM", "GRU, reset before"]
