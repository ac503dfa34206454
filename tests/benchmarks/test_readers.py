"""The reader without a browser of `benchmarks/readers/`: its slider moves the picture that a browser would show."""
import lab
import nbformat
import pytest

from benchmarks.readers import wire
from benchmarks.shared.places import ROOT

BOOK = "11_move_the_gates.ipynb"


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A reader who has run notebook 11 as far as its first sliders."""
    folder = tmp_path_factory.mktemp("notebooks")
    book = nbformat.read(ROOT / "notebooks" / BOOK, as_version=4)
    book.cells = book.cells[:4]
    nbformat.write(book, folder / BOOK)
    reader = wire.WireReader()
    with lab.serve(folder, tmp_path_factory.mktemp("home")) as server:
        reader.open(*server, folder, BOOK)
        yield reader
        reader.close()


def test_every_movement_brings_its_picture(reader):
    pictures = [reader.kernel.widgets[reader.picture]["value"]]
    for _ in range(3):
        made, times = reader.move([0])
        pictures.append(reader.kernel.widgets[reader.picture]["value"])
        assert made == len(times) == 1
        assert 0 < times[0] < 1000 * wire.MISSED
    assert len(set(pictures)) == 4


def test_a_slider_that_stays_brings_none(reader, monkeypatch):
    monkeypatch.setattr(wire, "MISSED", 1)
    monkeypatch.setattr(wire, "STEP", 0)
    assert reader.move([0]) == (1, [])


def test_an_error_in_a_cell_is_told(reader):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        reader.kernel.run("1 / 0")


def test_a_kernel_that_ends_is_told(reader):
    reader.kernel.socket.close()
    with pytest.raises(ConnectionError, match="closed the channel"):
        list(reader.kernel.answers("any", 10))
