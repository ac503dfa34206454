"""The habits of readers: the quickest notebook stands them all, and broken cells are caught by each.

`make habits` tries them on all notebooks.
"""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from test_notebooks import as_notebook, code_cell, markdown_cell, shown, stream

ROOT = Path(__file__).resolve().parents[2]
QUICKEST = "19_look_up_a_term.ipynb"
SETUP = """import time
from pathlib import Path
left, total, numbers, names = Path("left behind"), 0, iter(range(99)), ["a"]
print(left.exists())"""
PICTURE = shown({"image/png": "AAAA", "text/plain": "<Figure>"})
FIGURE = 'display({"image/png": "AAAA"%s, "text/plain": "<Figure>"}, raw=True)'
BROKEN = {  # habit: (source of a cell, stored outputs, what is said of it, or None)
    "twice": (
        ("total = 0\ntotal += 1\nprint(total)", [stream("1\n")], None),
        ("total += 1\nprint(total)", [stream("2\n")], "Cell outputs differ"),
        ("print(next(numbers))", [stream("0\n")], "Cell outputs differ"),
        ("names.remove('a')", [], "Cell execution caused an exception"),
        (FIGURE % "", [PICTURE], None),
        (FIGURE % " * (2 + next(numbers))", [PICTURE], "a figure differs from that of the first run"),
        ("print('later' in globals())", [stream("False\n")], "Cell outputs differ"),
        ("later = True", [], None)),
    "interrupt": (
        ("left.touch()", [], None),
        ("for k in range(30):\n    time.sleep(.05)\nprint(k)", [stream("29\n")], None),
        ("names.append('b')\ntime.sleep(1.5)\nprint(names.pop(), len(names))", [stream("b 1\n")],
         "Cell outputs differ"),
        ("try:\n    time.sleep(3 - 2 * Path('ended').exists())\nexcept KeyboardInterrupt:\n"
         "    if Path('ended').exists():\n        raise\n    Path('ended').touch()", [], None),
        ("try:\n    time.sleep(1.5)\nexcept KeyboardInterrupt:\n    pass", [],
         "interrupted after 0.5 s, and no KeyboardInterrupt was shown"),
        ("print(1)", [stream("1\n")], None)),
    "skip": (
        ("here = total = 5", [], None),
        ("print(here)", [stream("5\n")], None),
        ("print(total)", [stream("5\n")], "Cell outputs differ"),
        ("print(names[total - 5])", [stream("a\n")], "Cell execution caused an exception"),
        ("total = 0", [], None),
        ("print(total)", [stream("0\n")], None)),
}


def notebook(habit):
    """A notebook's dict: the setup, then the cells of a habit, each in a section of its own."""
    cells = [code_cell(1, SETUP, [stream("False\n")])]
    for n, (source, outputs, _) in enumerate(BROKEN[habit], 2):
        cells += [markdown_cell(n, f"## Section {n}"), code_cell(n, source, outputs)]
    return as_notebook(cells)


@pytest.fixture(scope="module", params=BROKEN)
def seen(request, tmp_path_factory):
    """(habit, {(notebook, cell): what was said of its runs}) for a broken notebook and the quickest of the course."""
    folder = tmp_path_factory.mktemp("habit")
    (folder / "broken.ipynb").write_text(json.dumps(notebook(request.param)), encoding="utf-8")
    for path in (ROOT / "conftest.py", ROOT / "notebooks" / QUICKEST):
        shutil.copy(path, folder)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "tests" / "notebooks")))
    options = ("-p", "habits", f"--habit={request.param}", "--nbval-cell-timeout=60", "--color=no", "--rootdir=.",
               "--junitxml=out.xml", "-p", "no:cacheprovider")
    done = subprocess.run([sys.executable, "-m", "pytest", *options, "."], cwd=folder, env=env, timeout=300,
                          capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    found = {}
    for case in ElementTree.parse(folder / "out.xml").iter("testcase"):
        place = case.get("classname").split(".")[0], int(case.get("name").split()[-1])
        found[place] = found.get(place, "") + case.findtext("failure", "")
    return request.param, found


def test_the_quickest_notebook_stands_every_habit(seen):
    assert {text for (name, _), text in seen[1].items() if name != "broken"} == {""}


def test_broken_cells_are_caught_and_no_others(seen):
    habit, found = seen
    for n, (source, _, expected) in enumerate(BROKEN[habit], 1):
        said = found["broken", n]
        assert (expected in said) if expected else said == "", source


def test_a_file_left_behind_is_seen_after_a_restart(seen):
    habit, found = seen
    assert ("Cell outputs differ" in found["broken", 0]) == (habit == "interrupt")
