"""The reader without a browser of `benchmarks/readers/`: the kernel knows where its slider is."""
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
    first = next(n for n, cell in enumerate(book.cells) if cell.source.startswith("gate_explorer("))
    book.cells = book.cells[:first + 1]
    nbformat.write(book, folder / BOOK)
    reader = wire.WireReader()
    with lab.serve(folder, tmp_path_factory.mktemp("home")) as server:
        reader.open(*server, folder, BOOK)
        yield reader
        reader.close()


def test_every_movement_reaches_the_kernel(reader):
    reader.kernel.run("import gc\nfrom course_utils.widgets import Explorer\n"
                      "explorer, = [thing for thing in gc.get_objects() if isinstance(thing, Explorer)]")
    for k in range(1, 4):
        made, times = reader.move([0])
        assert made == len(times) == 1 and 0 < times[0] < 1000 * wire.MISSED
        reader.kernel.run(f"assert explorer.settings()['b_f'] == {k / 10}, explorer.settings()")


def test_a_kernel_that_does_not_answer_is_told(reader, monkeypatch):
    monkeypatch.setattr(wire, "MISSED", -1)
    assert reader.move([0]) == (1, [])


def test_an_error_in_a_cell_is_told(reader):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        reader.kernel.run("1 / 0")


def test_a_kernel_that_ends_is_told(reader):
    reader.kernel.socket.close()
    with pytest.raises(ConnectionError, match="closed the channel"):
        list(reader.kernel.answers("any", 10))
