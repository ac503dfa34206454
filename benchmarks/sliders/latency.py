"""From a slider's movement to new pixels, in a real JupyterLab: the gate explorer, the same at an earlier commit, and
two usual ways.

    python -m benchmarks.sliders.latency            two minutes; writes its part of benchmarks/README.md
    python -m benchmarks.sliders.latency --quick    a few movements; writes nothing

All contenders draw the same arrays (`gate_curves`, an LSTM of 8 units over 100 steps) for the same slider (b_f).
"""
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # for the kernel, too

import argparse
import shutil
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import sync_playwright
from tqdm import tqdm

from benchmarks.shared import earlier, machine, readme
from benchmarks.shared.browser import WATCH, lab, press
from benchmarks.shared.places import FIGURES
from benchmarks.sliders.tables import section
from benchmarks.sliders.ways import PLOT, THEN, WAYS

PAUSE = 400  # milliseconds after a key press


SLIDERS = ".jp-OutputArea-output:has(:is([role=slider], input[type=range]))"


def notebook(path, *sources):
    """A notebook with these cells."""
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    book.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(book, path)


def as_it_was(folder):
    """The source of cells that show the gate explorer of the earlier commit, whose package is put into `folder`."""
    earlier.put(folder, "course_utils", "data")
    return (f"import sys\nsys.path.insert(0, {str(folder)!r})",
            "from course_utils.widgets import gate_explorer\ngate_explorer()")


def drag(page, handle, n):
    """A fast drag of n movements: number of pictures, its duration and the last picture's delay after its end, ms."""
    page.evaluate("seen.moves.length = seen.draws.length = 0")
    page.keyboard.press("Escape")
    box = handle.bounding_box()  # a native slider stands in the middle, at 0, as the handle of ipywidgets' does
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(n):
        page.mouse.move(x + 50 * np.sin(k / 6), y)
    page.mouse.up()
    page.wait_for_timeout(4000)
    seen = page.evaluate("seen")
    took = seen["moves"][-1] - seen["moves"][0]
    return len(seen["draws"]), took, max(painted for _, _, painted in seen["draws"]) - seen["moves"][-1]


def measure(n, n_drag):
    """{way: (times of `press`, pictures of the drag, its duration, lag after it)}."""
    found, folder, old = {}, Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    books = {"sliders.ipynb": (list(WAYS), (PLOT, *WAYS.values())), "old.ipynb": ([THEN], as_it_was(old))}
    for name, (_, sources) in books.items():
        notebook(folder / name, *sources)
    with lab.serve(folder, Path(tempfile.mkdtemp())) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=lab.FLAGS)
        for name, (ways, _) in books.items():
            with lab.open_notebook(browser, *server, name) as book:
                book.run()
                if book.errors():
                    raise RuntimeError("; ".join(book.errors()))
                for k, way in enumerate(tqdm(ways, name)):
                    found[way] = measure_way(book.page, book.page.locator(SLIDERS).nth(k), n, n_drag)
        browser.close()
    return found


def measure_way(page, area, n, n_drag):
    """What `measure` finds of the way in this output."""
    handle = area.get_by_role("slider").first
    handle.scroll_into_view_if_needed()
    area.evaluate(WATCH)
    page.wait_for_timeout(5000)
    press(page, handle, 10 * [PAUSE])
    return press(page, handle, n * [PAUSE]), *drag(page, handle, n_drag)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few movements, writes nothing")
    quick = parser.parse_args().quick
    n, n_drag = (8, 20) if quick else (100, 120)
    before, found = machine.environment(), measure(n, n_drag)
    with tempfile.TemporaryDirectory() as folder:
        text = f"{before}\n\n{section(found, n_drag, Path(folder) if quick else FIGURES)}"
    print(text)
    if not quick:
        readme.write(text, "sliders/latency.py")


if __name__ == "__main__":
    main()
