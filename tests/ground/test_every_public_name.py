"""Every public name is met by bad arguments, one spoilt at a time: it works, or says which argument is wrong and what
came, and has changed nothing. The tables of good arguments are in good_….py; what counts as bad is in spoiling.py."""
import ast
import importlib
import inspect
import json
import os
import pkgutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from spoiling import fault, kind_of_result, spoilt

import course_utils
from course_utils.diagnose import __main__ as diagnose_command
from course_utils.ground.places import NOTEBOOKS

SHARED = Path(__file__).parents[1] / "shared"
TABLES = [importlib.import_module(path.stem) for path in sorted(SHARED.glob("good_*.py"))]
GOOD = {function: good for table in TABLES for function, good in table.GOOD.items()}
RECORDS = set().union(*(table.RECORDS for table in TABLES))  # they keep what they are given; who reads them looks at it
EXAMPLES = int(os.environ.get("BAD_ARGUMENTS", 10))  # for each function; 100 for a longer search
UNCHECKED = {"out"}  # where the engine's inner loop writes: nothing is looked at there
ENDLESS = {"n_iterations", "n_symbols", "steps", "n"}  # work is done one by one: asked for much, they take long


def exported():
    """What the package and its subpackages list in __all__."""
    for module in pkgutil.walk_packages(course_utils.__path__, "course_utils."):
        if module.ispkg:
            package = importlib.import_module(module.name)
            yield from (getattr(package, name) for name in getattr(package, "__all__", ()))
    yield from (getattr(course_utils, name) for name in course_utils.__all__)


def imported():
    """What the notebooks import by name."""
    for path in NOTEBOOKS.glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "course_utils" in source:
                for node in ast.walk(ast.parse(source)):
                    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils"):
                        yield from (getattr(importlib.import_module(node.module), name.name) for name in node.names
                                    if hasattr(importlib.import_module(node.module), name.name))


def public():
    """All functions and classes of the package that are exported, or used by a notebook, and the classes' methods."""
    things = {thing for thing in (*exported(), *imported()) if inspect.isclass(thing) or callable(thing)
              if getattr(thing, "__module__", "").startswith("course_utils") and hasattr(thing, "__qualname__")}
    return things - {diagnose_command.main}  # a shell's words come to it, see test_command_lines


def label(function):
    return f"{function.__module__.removeprefix('course_utils.')}.{function.__qualname__}"


def test_every_public_name_has_good_arguments():
    """A new name needs an entry in one of the tables."""
    lacking = sorted(label(thing) for thing in public() - set(GOOD) - RECORDS)
    assert not lacking, f"no good arguments for {', '.join(lacking)}: add them to tests/shared/good_….py"


each_function = pytest.mark.parametrize("function", sorted(GOOD, key=label), ids=label)


@each_function
def test_good_arguments_are_taken_and_every_argument_is_among_them(function, tmp_path, monkeypatch):
    """Else nothing could be said of the bad ones."""
    monkeypatch.chdir(tmp_path)
    good, parameters = GOOD[function](), inspect.signature(function).parameters.values()
    named = {some.name for some in parameters if some.kind not in (some.VAR_KEYWORD, some.VAR_POSITIONAL)}
    assert named - UNCHECKED <= set(good)
    kind_of_result(function, GOOD[function])


@each_function
@settings(derandomize=True, deadline=None, database=None, max_examples=EXAMPLES, phases=(Phase.generate,),
          suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bad_arguments_are_refused_or_work(function, data, tmp_path, monkeypatch):
    """One argument is spoilt, the others are good."""
    arguments = GOOD[function]()
    names = [name for name in arguments if name != "self"]
    monkeypatch.chdir(tmp_path)
    if names:
        name = data.draw(st.sampled_from(names), "argument")
        spoils = spoilt(arguments[name])
        if name in ENDLESS:
            spoils = spoils.filter(lambda bad: not isinstance(bad, int) or bad < 100)
        bad = data.draw(spoils, "spoilt")
        assert fault(function, arguments, name, bad, kind_of_result(function, GOOD[function])) is None
