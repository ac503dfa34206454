"""An ordinary install: the wheel in an environment of its own, far from the checkout, and a call of each room there."""
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_utils import LSTM, init_params
from course_utils.ground.places import DATA, NOTEBOOKS

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {  # room: what is run there, and what it prints
    "ground": ("from course_utils.ground.places import DATA, PACKAGE; print(DATA.parent == PACKAGE)", "True"),
    "engine": ("import numpy as np; from course_utils import LSTM, init_params, unroll, jacobian_norms\n"
               "p = init_params(LSTM, 2, 3, np.random.default_rng(0)); t = unroll(LSTM, p, np.ones((5, 1, 2)))\n"
               "print(jacobian_norms(LSTM, p, t).shape)", "(6, 1)"),
    "learning": ("from course_utils.ground.places import DATA\n"
                 "from course_utils.learning.checkpoints import load_model\n"
                 "print(load_model(DATA / 'words.npz')[0].cell.__name__)", "LSTM"),
    "tasks": ("import numpy as np; from course_utils.tasks import Digits\n"
              "print(Digits().batch(np.random.default_rng(0), 2).x.shape[1])", "2"),
    "language": ("from course_utils.language import python_text; print(len(python_text('test')) > 10_000)", "True"),
    "experiments": ("from course_utils.experiments import load, stored; from course_utils.ground.places import DATA\n"
                    "print(len(load(DATA / 'lags.csv')), stored('words')[0].cell.__name__)", "63 LSTM"),
    "captions": ("from course_utils.captions import load_archive; print(len(load_archive().rows) > 0)", "True"),
    "figures": ("from course_utils import plt, show; show(plt.figure(), 'Nothing is drawn in this empty figure')", ""),
    "widgets": ("from course_utils.widgets import gap_explorer, glossary_explorer\n"
                "print(gap_explorer() is glossary_explorer())", "False"),
    "exercises": ("from course_utils import check; from course_utils.exercises.claims import CLAIMS\n"
                  "print(len(check.exercises()) > 50, len(CLAIMS))", "True 36"),
    "practice": ("from course_utils.practice.copies import fill; print(fill('mine/notebooks'))", "[]")}


def run(*words, folder, **options):
    """What a command prints that must succeed."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(list(map(str, words)), cwd=folder, env=env, capture_output=True, text=True, timeout=600,
                          **options)
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that `python -m build` makes, by way of the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, folder=folder)
    path, = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """(Python of an environment that holds the wheel and what it requires, an empty folder to run it in)."""
    folder = tmp_path_factory.mktemp("elsewhere")
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if uv := shutil.which("uv"):
        run(uv, "venv", "--python", sys.executable, folder / "env", folder=folder)
        run(uv, "pip", "install", "--python", python, f"{wheel}[mark]", folder=folder)
    else:
        run(sys.executable, "-m", "venv", folder / "env", folder=folder)
        run(python, "-m", "pip", "install", "--quiet", f"{wheel}[mark]", folder=folder)
    (folder / "here").mkdir()
    return python, folder / "here"


def test_the_wheel_holds_data_and_notebooks_and_names_its_commit(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in (DATA, NOTEBOOKS):
        files = {path.name for path in folder.iterdir() if path.is_file()}
        assert {f"course_utils/{folder.name}/{name}" for name in files} <= names
    commit, tag = (subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()
                   for words in (("rev-parse", "HEAD"), ("tag", "--points-at", "HEAD")))
    if commit and not tag:  # a tag names its commit itself
        assert f"+g{commit[:7]}" in wheel.name


def test_every_room_is_tried():
    rooms = {path.parent.name for path in (ROOT / "course_utils").glob("*/__init__.py")}
    assert set(ROOMS) | {"diagnose", "mark"} == rooms


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_runs_outside_the_checkout(room, installed):
    python, folder = installed
    code, printed = ROOMS[room]
    assert printed in run(python, "-c", code, folder=folder)


def test_the_version_is_that_of_the_wheel(installed, wheel):
    python, folder = installed
    assert run(python, "-c", "import course_utils as c; print(c.__version__)", folder=folder).strip() in wheel.name


def test_diagnose_runs_outside_the_checkout(installed):
    python, folder = installed
    rng = np.random.default_rng(0)
    params = init_params(LSTM, 3, 4, rng)
    np.savez(folder / "weights.npz", weight_ih_l0=params.W_x.T, weight_hh_l0=params.W_h.T, bias_ih_l0=params.b,
             bias_hh_l0=0 * params.b)
    np.savez(folder / "data.npz", x=rng.standard_normal((20, 2, 3)))
    said = run(python, "-m", "course_utils.diagnose", "weights.npz", "data.npz", "--text", "--lag", "10", folder=folder)
    assert "LSTM" in said and "half-li" in said


def test_mark_runs_outside_the_checkout(installed):
    python, folder = installed
    (folder / "class" / "ada").mkdir(parents=True)
    cells = [("from course_utils import check\nimport numpy as np\nnp.load('../data/words.npz')", 1),
             ("check.untrained_loss(np.log(27))", 2)]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": str(n), "execution_count": n, "metadata": {}, "outputs": [], "source": text}
        for text, n in cells]}
    (folder / "class" / "ada" / "03.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert "1 students, 1 right answers" in run(python, "-m", "course_utils.mark", "class", "--out", "marks.csv",
                                                folder=folder)
