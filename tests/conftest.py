"""Figures of the unit tests are drawn without a window. (Not by MPLBACKEND: a notebook's kernel would inherit it.)"""
import sys

import matplotlib
import pytest

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def figures_are_closed():
    """No test finds the figures of another one."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
