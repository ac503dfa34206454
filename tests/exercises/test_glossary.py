"""The glossary, and whether headings are spelled as in it."""
import json
import re

import pytest

from course_utils.engine.cells import CELLS
from course_utils.exercises.glossary import Term, look_up, read_glossary, stated_shape
from course_utils.figures.tables import html_table
from course_utils.ground import places
from course_utils.widgets import glossary_explorer, glossary_table

NOTEBOOKS = sorted(places.NOTEBOOKS.glob("*.ipynb"))
TERMS = read_glossary()
# the notation of the course, as DESIGN.md fixes it
SYMBOLS = ("T", "B", "D", "H", "G", "K", "a", "x", "W_x", "W_h", "b", "h_prev", "h", "c", "s", "i", "f", "g", "o", "dX",
           "δ", "dc_da", "J", "L", "b_f", "φ", "σ", "γ", "ρ", "σ_max", "γσ_max", "λ₁", "t", "r", "z", "n")


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbol_of_the_notation_is_explained(symbol):
    assert [term for term in TERMS if term.symbol == symbol]


@pytest.mark.parametrize("term", ("Adam", "copying task", "nat", "Reber grammar", "reach", "time scale",
                                  "embedding", "temperature", "beam"))
def test_term_of_the_tasks_and_the_training_is_explained(term):
    assert look_up(term)[0].term == term


@pytest.mark.parametrize(("chinese", "term"), (
    ("修正线性单元", "rectified linear unit"), ("线性整流函数", "rectified linear unit"), ("死亡神经元", "dead unit"),
    ("预激活值", "pre-activation"), ("净输入", "pre-activation"), ("耦合门", "coupled gates")))
def test_usual_chinese_name_is_found(chinese, term):
    assert [found.term for found in look_up(chinese)] == [term]


def test_nothing_is_called_as_units_that_dropout_switches_off():
    assert look_up("失活") == []


def test_the_readout_has_both_its_letters():
    (readout,) = [term for term in TERMS if term.term == "readout"]
    assert readout.symbol == "V" and "W_y" in readout.meaning


def test_gates_and_states_of_every_cell_are_explained():
    symbols = {term.symbol for term in TERMS}
    numbered = {re.sub(r"(?<=[a-z])\d$", "_k", name) for cell in CELLS for name in (*cell.gates, *cell.states)}
    assert {"Δ" if name == "dt" else name for name in numbered} <= symbols
    assert any("p_i p_f p_o" in term.meaning for term in TERMS)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_row_is_whole(term):
    assert term.term and term.meaning and re.search(r"[\u4e00-\u9fff]", term.chinese), "no Chinese term"
    assert term.notebook in {path.name[:2] for path in NOTEBOOKS}, "no such notebook"


def test_terms_and_symbols_are_unique():
    for part in ("term", "symbol"):
        names = [getattr(term, part) for term in TERMS if getattr(term, part)]
        assert len(set(names)) == len(names)


def headings(path):
    """All headings of a notebook, formulas left out."""
    text = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
                     if cell["cell_type"] == "markdown")
    return [re.sub(r"\$[^$]*\$", " ", line) for line in re.findall(r"^#+ (.+)$", text, re.M)]


def spellings(term):
    """A pattern for a term however its parts are joined: back-propagation, back propagation, backpropagation."""
    parts = re.split(r"[ -]", term)
    return re.compile(r"\b" + r"[ -]?".join(map(re.escape, parts)) + r"(?:s|es)?\b", re.I)


def misspelled(heading):
    """(what stands there, the term) for each term of the glossary that a heading joins in another way."""
    found = []
    for term in TERMS:
        for match in spellings(term.term).finditer(heading):
            if not match[0].casefold().startswith(term.term.casefold()):
                found.append((match[0], term.term))
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_headings_are_spelled_as_in_the_glossary(path):
    assert [wrong for heading in headings(path) for wrong in misspelled(heading)] == []


@pytest.mark.parametrize(("heading", "wrong"), (
    ("Derive backpropagation", "backpropagation"), ("The forget-gate", "forget-gate"), ("Timesteps", "Timesteps"),
    ("Long term dependencies", None), ("Back-propagation", None), ("Forget gates", None)))
def test_misspelling_is_found(heading, wrong):
    assert [found for found, _ in misspelled(heading)] == ([wrong] if wrong else [])


def test_many_headings_use_terms_of_the_glossary():
    used = {term.term for path in NOTEBOOKS for heading in headings(path) for term in TERMS
            if spellings(term.term).search(heading)}
    assert len(used) >= 15, used


@pytest.mark.parametrize(("text", "first"), (
    ("f", "forget gate"), ("遗忘门", "forget gate"), ("LSTM", "long short-term memory"), ("σ", "sigmoid"),
    (" Gate ", "gate"), ("j", "Jacobian")))
def test_exact_matches_come_first(text, first):
    assert look_up(text)[0].term == first


def test_look_up_finds_all_or_nothing():
    assert len(look_up("")) == len(TERMS) and look_up("transformer") == []


def test_shapes_are_read_off_the_table():
    sizes = {"T": 7, "B": 5, "D": 3, "G·H": 24}
    assert stated_shape("x", sizes) == ("(T, B, D)", (7, 5, 3)) and stated_shape("b", sizes) == ("(G·H,)", (24,))
    for symbol, complaint in (("T", "symbol is 'T', expected one"), ("q", "symbol is 'q'"), ("W_h", "letter is 'H'")):
        with pytest.raises(ValueError, match=complaint):
            stated_shape(symbol, sizes)


def test_table_escapes_what_it_shows():
    shown = html_table("a<b", ("x", "中"), [("<script>", "&")], {"中": "zh"})
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "a&lt;b" in shown and 'lang="zh"' in shown
    assert shown.count('scope="col"') == 2
    with pytest.raises(ValueError, match="a row of 1 cells, expected 2: x, y"):
        html_table("", ("x", "y"), [("only",)])


def test_file_with_other_columns_is_refused(tmp_path):
    (tmp_path / "g.csv").write_text("term,meaning\na,b\n")
    with pytest.raises(ValueError, match=r"g.csv cannot be used \(it lacks chinese, symbol, notebook; its columns"):
        read_glossary(tmp_path / "g.csv")


def test_explorer_follows_what_is_typed():
    explorer = glossary_explorer()
    assert explorer.found == look_up("forget gate") and explorer.found[0].chinese == "遗忘门"
    explorer.set(**{"look for": "qqq"})
    assert explorer.found == [] and isinstance(look_up("gate")[0], Term)
    rows = explorer.state["data"]["rows"]
    assert [row["html"] in glossary_table(read_glossary()) for row in rows] == [True] * len(rows)
    assert rows[0]["first"] == list(read_glossary()[0][:3])
