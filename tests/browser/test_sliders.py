"""The sliders, moved in a real JupyterLab by Chromium: the pictures follow, Reset resets, nothing leaves the machine.

The second half proves that these checks can fail, on a notebook of widgets that are broken in one way each.
"""
import functools
import json
import re
import shutil
from pathlib import Path

import lab
import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
WITH_SLIDERS = ("01_watch_a_gradient_vanish", "04_bound_the_jacobian_product", "06_tame_exploding_gradients",
                "09_build_an_lstm_gate_by_gate", "11_move_the_gates", "13_learn_the_long_lag",
                "14_model_language", "15_caption_images", "17_check_the_claims", "19_look_up_a_term",
                "20_meet_the_modern_recurrences")
WITHOUT = ("05_compare_activations_and_initialisations", "07_try_to_learn_a_long_lag", "08_add_a_memory_cell",
           "10_backpropagate_through_the_lstm", "12_compare_gated_cells", "18_find_the_bug")
TASKS = {  # of notebook 11: what to type beside which sliders to solve it
    "keep and ignore": {"forget bias": 8, "input bias": -9},
    "slow and fast": {"forget bias": 4.6, "input bias": -4.6, "spread": .98},
    "on the detours": {"forget bias": .5, "recurrent gain": 3.5}}

EXPLORER = '''
import anywidget
import traitlets
from IPython.display import HTML

class Broken(anywidget.AnyWidget):
    options = traitlets.Dict().tag(sync=True)
    _esm = """
    function render({model, el}) {
      const {draw, start, back, name, preset, number, picture, keys} = model.get('options');
      el.innerHTML = `<div class="course-explorer"><div class="course-control"><span>size</span>
        <input type="range" min="0" max="9" value="${start}" aria-label="${name}" ${keys}>
        ${number}</div>
        <select><option>thin<option>thick</select><button class="course-button">Reset</button>
        <button class="course-button">three</button><div class="course-view"><p></p></div></div>`;
      const [range, list, view] = ['[type=range]', 'select', '.course-view'].map(part => el.querySelector(part));
      const [reset, other] = el.querySelectorAll('button'), box = el.querySelector('[type=number]');
      function update() {
        if (box && !box.readOnly) box.value = range.value;
        try {
          const shown = new Function('size', 'kind', `return ${draw}`)(Number(range.value), list.value);
          const svg = `<svg class="course-svg" width="99" height="20"><text y="15">${shown}</text></svg>`;
          if (picture) view.innerHTML = svg;
        } catch (error) {
          view.innerHTML = `<p class="course-error">${error}</p>`;
        }
      }
      range.oninput = list.onchange = update;
      reset.onclick = () => { range.value = back ?? start; list.selectedIndex = 0; update(); };
      other.onclick = () => { range.value = preset; update(); };
      update();
    }
    export default { render };"""

OPTIONS = dict(start=5, back=None, name="size", preset=3, number='<input type="number" aria-label="n">', picture=True,
               keys="data-lm-suppress-shortcuts")

def explorer(draw, **options):
    widget = Broken(options=OPTIONS | options | dict(draw=draw))
    widget.add_class("course-explorer-host")
    return widget
'''
FIXED, UNSEEN = ('number=\'<input type="number" aria-label="n" ' + how + ">'" for how in ("readonly value=5", "hidden"))
WIDGETS = {  # a cell with a widget: what try_all must say, or None
    "explorer('[size, kind]')": None,
    "explorer('[size, kind]', start=0)": None,
    "explorer('[size, kind]', start=9)": None,
    "explorer('kind')": "ArrowRight on slider 'size' did not change the picture within 3 s",
    "explorer('[size % 4, kind]')": "End on slider 'size' did not change the picture within 3 s",
    f"explorer('[size, kind]', {UNSEEN})": "slider 'size' shows no number",
    f"explorer('[size, kind]', {FIXED})": "ArrowRight on slider 'size' left its number at 5",
    "explorer('size')": "option 'thick' did not change the picture within 3 s",
    "explorer('[size, kind]', preset=5)": "button 'three' did not change the picture within 3 s",
    "explorer('[size, kind]', name='gate')": "slider 'size' has no name for screen readers",
    "explorer('[size, kind]', back=4)": "Reset did not bring back the first picture within 3 s",
    "explorer('size === 3 ? no : [size, kind]', start=8)": "button 'three': ReferenceError",
    "explorer('size === 6 ? no : size')": "ArrowRight on slider 'size': ReferenceError",
    "explorer('size === 5 ? no : size')": "before any movement: ReferenceError",
    "explorer('[size, kind, `Traceback`]')": "before any movement: a traceback",
    "explorer('size', picture=False)": "no picture of class course-svg",
    "explorer('[size, kind]', keys='')": "ArrowRight on slider 'size' did not change the picture within 3 s",
}


@pytest.fixture(scope="module")  # not longer: while Playwright runs, no other test can use asyncio
def served(tmp_path_factory):
    """(browser, address, token): a JupyterLab that serves a copy of this course, and broken.ipynb."""
    chromium, folder = lab.find_chromium(), tmp_path_factory.mktemp("course copy")
    for name in ("notebooks", "data"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, folder / name)
    (folder / "broken.ipynb").write_text(json.dumps(broken_notebook()), encoding="utf-8")
    with lab.serve(folder, tmp_path_factory.mktemp("lab")) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=lab.FLAGS, timeout=lab.ms(lab.START))
        yield browser, *server
        browser.close()


@pytest.fixture(scope="module")
def open_in_lab(served):
    """Open a notebook of the copy in JupyterLab."""
    return functools.partial(lab.open_notebook, *served)


STEP = """def sigmoid_step_backward(dh, x, h_prev, h, W_h):
    da = dh * {slope}
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T

check.sigmoid_step_backward(sigmoid_step_backward)"""
ANSWERS = {"(1 - h * h)": "It looks as if the slope of tanh is used.", "h * (1 - h)": "sigmoid_step_backward: right",
           "endless": "raised NameError: name 'endless' is not defined", "...": "not attempted yet"}


def test_reader_completes_an_exercise(open_in_lab):
    with open_in_lab("notebooks/03_implement_an_rnn_step_by_step.ipynb") as notebook:
        notebook.run()
        assert notebook.errors() == []
        for slope, said in ANSWERS.items():
            shown = notebook.type_cell("sigmoid_step_backward(dh", STEP.format(slope=slope).replace("    ", "  "))
            assert said in shown
        endless = "def total_gradients(dh, h, W_h):\n  while True: pass\n\ncheck.total_gradients(total_gradients)"
        assert "does a loop never end?" in notebook.type_cell("total_gradients(dh", endless)
        assert "untrained_loss: right" in notebook.type_cell("check.untrained_loss", "check.untrained_loss(np.log(27))")


def test_glossary_follows_what_is_typed(open_in_lab):
    with open_in_lab("notebooks/19_look_up_a_term.ipynb") as notebook:
        notebook.run()
        area = notebook.page.locator(".jp-OutputArea-output:has(.course-explorer)")
        glossary = lab.Explorer(notebook.page, area, lab.STEP)
        for text, found in (("遗忘", "forget gate"), ("ρ", "spectral radius"), ("qqq", "Nothing found")):
            line = area.locator(".course-control input[type=text]")
            glossary.change(text, functools.partial(glossary.type_text, line, text))
            assert found in area.inner_text()
        assert notebook.errors() == [] and notebook.elsewhere == []


def test_answers_below_predictions_are_folded_until_their_cells_are_run(open_in_lab):
    name = "notebooks/02_derive_backprop_through_time.ipynb"
    cells = json.loads((ROOT / name).read_text(encoding="utf-8"))["cells"]
    hidden = sum(cell["metadata"].get("jupyter", {}).get("outputs_hidden", False) for cell in cells)
    with open_in_lab(name) as notebook:
        folded = notebook.page.locator(".jp-OutputPlaceholder")
        assert folded.count() == hidden > 2
        notebook.run()
        assert folded.count() == 0


@pytest.mark.parametrize("name", WITHOUT)
def test_a_notebook_without_sliders_runs(name, open_in_lab):
    with open_in_lab(f"notebooks/{name}.ipynb") as notebook:
        notebook.run()
        assert notebook.errors() == []
        assert notebook.elsewhere == []


@pytest.mark.parametrize("name", WITH_SLIDERS)
def test_every_control_redraws_its_picture(name, open_in_lab):
    assert (ROOT / "notebooks" / f"{name}.ipynb").is_file()
    with open_in_lab(f"notebooks/{name}.ipynb") as notebook:
        notebook.run()
        assert notebook.errors() == []
        explorers = notebook.explorers()
        assert explorers, "no slider in the notebook"
        for explorer in explorers:
            explorer.try_all()
        assert notebook.elsewhere == []


@pytest.fixture(scope="module")
def tasks(open_in_lab):
    """The explorer with the tasks of notebook 11."""
    with open_in_lab("notebooks/11_move_the_gates.ipynb") as notebook:
        notebook.run()
        yield notebook.explorers()[-1]


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_solved_by_moving_the_sliders(task, tasks):
    """Not solved at first, solved with the right numbers, not solved after Reset."""
    assert f"{task}: not yet" in tasks.tasks()
    for name, value in TASKS[task].items():
        tasks.change(f"typing {value} beside {name}", functools.partial(tasks.type_number, name, value))
    assert f"{task}: solved" in tasks.tasks()
    assert tasks.tasks().count("solved") == 1
    tasks.reset()
    assert f"{task}: not yet" in tasks.tasks()


def test_the_last_movement_of_a_fast_drag_is_drawn(tasks):
    """After it the picture, but for the pale curve, is the one that this position has when it is reached slowly."""
    tasks.change("a drag", functools.partial(tasks.drag, "forget bias", 60))
    tasks.page.wait_for_timeout(lab.ms(1))
    after, slider = tasks.picture(), tasks.named_slider("forget bias")
    for key in ("ArrowRight", "ArrowLeft"):
        tasks.change(key, functools.partial(slider.press, key))
    assert tasks.picture() == after
    tasks.reset()


def test_sliders_without_effect_are_greyed_out(tasks):
    tasks.change("tanh RNN", lambda: tasks.area.locator("select").first.select_option("tanh RNN"))
    assert tasks.named_slider("forget bias").is_disabled() and tasks.named_slider("recurrent gain").is_enabled()
    tasks.reset()


def test_a_typed_sentence_is_answered(open_in_lab):
    """Reading on, the network of notebook 14 asks for the subject's verb; words that it does not know are named."""
    with open_in_lab("notebooks/14_model_language.ipynb") as notebook:
        notebook.run()
        explorer = notebook.explorers()[0]
        field = explorer.area.locator(".course-control input[type=text]")
        for noun, verb in (("man", "goes"), ("women", "go"), ("queen", "goes")):
            text = f"the {noun} near the kings near the girl near the men near the boys"
            explorer.change(f"typing {text!r}", functools.partial(explorer.type_text, field, text))
            assert f"Likeliest next: {verb} (" in explorer.words()
        explorer.type_text(field, "the dragon goes home")
        explorer.area.locator(".course-error").wait_for()
        assert "not in the vocabulary of 92: 'dragon'" in explorer.trouble()
        explorer.reset()


def test_claims_are_filtered_by_keyboard(open_in_lab):
    """A verdict and a source chosen with the arrow keys alone: the table and the line that counts follow."""
    with open_in_lab("notebooks/17_check_the_claims.ipynb") as notebook:
        notebook.run()
        explorer = notebook.explorers()[0]
        verdict, source = explorer.area.locator("select").all()
        rows = explorer.area.locator(".course-table tbody tr")
        assert explorer.words() == "36 of 36 claims" and rows.count() == 36
        verdict.focus()
        for chosen in ("holds", "holds when", "false as stated, true if", "does not hold"):
            explorer.change(f"ArrowDown to {chosen!r}", functools.partial(notebook.page.keyboard.press, "ArrowDown"))
            assert explorer.words() == f"{rows.count()} of 36 claims: verdict {chosen}"
            verdicts = rows.locator("td:nth-child(4)").all_inner_texts()
            assert verdicts and all(text.startswith(chosen) for text in verdicts)
            assert (chosen == "holds") == all(text.strip() == "holds" for text in verdicts)
        source.focus()
        explorer.change("ArrowDown to S0", functools.partial(notebook.page.keyboard.press, "ArrowDown"))
        assert re.match(r"\d+ of 36 claims: verdict does not hold; source S0: CS231n", explorer.words())
        explorer.reset()
        assert explorer.words() == "36 of 36 claims"


def test_keys_work_in_notebook_7(served):
    """Arrow keys move a slider, Enter plays: Notebook 7 leaves them to the widget."""
    with lab.open_in_notebook_7(*served, "notebooks/09_build_an_lstm_gate_by_gate.ipynb") as notebook:
        notebook.run()
        page = notebook.page
        area = page.locator(lab.AREA).first
        slider = area.get_by_role("slider")
        numbers = [slider.input_value()]
        for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
            slider.press(key)
            numbers.append(slider.input_value())
        assert numbers == ["0", "1", "2", "1", "0"]
        before = area.locator("img.course-svg").get_attribute("alt")
        area.get_by_role("button", name="Play").press("Enter")
        page.wait_for_function("before => document.querySelector('img.course-svg').alt !== before", arg=before)


@pytest.mark.habit
@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebook_runs_in_notebook_7(path, served):
    with lab.open_in_notebook_7(*served, f"notebooks/{path.name}") as notebook:
        notebook.run()
        assert notebook.errors() == []
        for explorer in notebook.explorers():
            explorer.try_sliders()
        assert notebook.elsewhere == []


def test_faults_are_seen_in_notebook_7(served):
    """An error, and a slider that claims no keys: its arrow keys are Notebook 7's own, so nothing moves."""
    with lab.open_in_notebook_7(*served, "broken.ipynb") as notebook:
        notebook.run()
        assert [error.split(": ")[1] for error in notebook.errors()] == ["URLError"]
        with pytest.raises(AssertionError, match="ArrowRight on slider 'size' did not change the picture"):
            notebook.explorers(limit=3)[-1].try_sliders()


def test_every_notebook_with_sliders_is_tried():
    marks = re.compile(r"import ipywidgets|from ipywidgets|\w_explorer\(|\bplayer\(")
    with_sliders = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if marks.search(path.read_text("utf-8"))}
    assert with_sliders == set(WITH_SLIDERS)


def broken_notebook():
    """A notebook's dict: WIDGETS, an image from elsewhere, two errors; every cell stores a widget that is gone."""
    fetch = "HTML('<img src=\"http://elsewhere.invalid/gates.png\" alt=\"\">')"
    cells = [(EXPLORER, []), *((source, []) for source in WIDGETS), (fetch, []), ("1 / 0", ["raises-exception"]),
             ("import urllib.request\nurllib.request.urlopen('http://elsewhere.invalid', timeout=9)", []),
             ("'not run after an error'", [])]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [
        {"cell_type": "code", "id": f"cell-{n}", "metadata": {"tags": tags}, "source": source, "execution_count": 1,
         "outputs": [{"output_type": "display_data", "metadata": {}, "data": {lab.WIDGET: {"model_id": "gone"}}}]}
        for n, (source, tags) in enumerate(cells)]}


@pytest.fixture(scope="module")
def broken(open_in_lab):
    """The notebook of broken widgets, open, its cells run."""
    with open_in_lab("broken.ipynb") as notebook:
        notebook.run()
        yield notebook


@pytest.mark.parametrize("source", WIDGETS)
def test_a_broken_widget_is_caught(source, broken):
    explorer = broken.explorers(limit=3)[list(WIDGETS).index(source)]
    if WIDGETS[source] is None:
        explorer.try_all()
    else:
        complaint = WIDGETS[source].replace("within 3 s", f"within {lab.scaled(3):.0f} s")  # as long as it waits here
        with pytest.raises(AssertionError, match=re.escape(complaint)):
            explorer.try_all()


def test_an_error_in_a_cell_is_caught_unless_tagged(broken):
    assert [error.split(": ")[1] for error in broken.errors()] == ["URLError"]


def test_a_request_that_leaves_the_machine_is_caught(broken):
    assert set(broken.elsewhere) == {"http://elsewhere.invalid/gates.png"}


@pytest.mark.parametrize(("required", "outcome"), (("1", pytest.fail.Exception), ("", pytest.skip.Exception)))
def test_a_missing_browser_skips_or_fails(required, outcome, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("REQUIRE_BROWSER", required)
    with pytest.raises(outcome, match="Chromium is not installed"):
        lab.find_chromium()
