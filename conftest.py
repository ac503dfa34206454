"""Hooks for every test run. They stand here because `pytest --nbval notebooks` does not look into tests/."""
import os
import tempfile
from pathlib import Path

import pytest


def pytest_configure(config):
    """Keep the user's own Jupyter settings out, and let nbval run cells as Jupyter does."""
    home = tempfile.TemporaryDirectory(prefix="jupyter-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(Path(home.name) / name.lower())
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "MPLBACKEND"):
        os.environ.pop(name, None)
    if config.pluginmanager.hasplugin("nbval"):
        from nbval.kernel import RunningKernel
        RunningKernel.execute_cell_input = execute_with_history


LONGEST_FIRST = (  # files that take long: begun last, each would keep one worker busy while the others wait
    "test_tables", "test_marking", "test_failures", "test_crew", "test_answers", "test_habits", "test_core",
    "test_wheel", "test_hand_ins", "test_site", "test_sliders", "test_clean_checkout", "06_", "14_", "17_", "15_")


def pytest_collection_modifyitems(items):
    """Files that take long come first, tests of a file in their order."""
    def rank(item):
        name = item.path.name
        return next((n for n, start in enumerate(LONGEST_FIRST) if name.startswith(start)), len(LONGEST_FIRST))

    items.sort(key=rank)


def execute_with_history(kernel, source, allow_stdin=None):
    """Run a cell with history: IPython looks there for the `;` that hides a value, and nbval leaves history off."""
    return kernel.kc.execute(source, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a notebook cell that is tagged `raises-exception` and raises nothing; nbval lets it pass."""
    result = yield
    outputs = getattr(item, "test_outputs", None)  # a list after an nbval cell, None for any other test
    if outputs is not None and item.options["check_exception"]:
        if not any(output.output_type == "error" for output in outputs):
            item.raise_cell_error("The cell is tagged raises-exception, and nothing was raised")
    return result
