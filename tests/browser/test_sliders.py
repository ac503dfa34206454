"""The sliders, moved in a real JupyterLab by Chromium: the pictures follow, Reset resets, nothing leaves the machine.

Of the notebooks with explorers no more code is run than these need (`needed.py`): all of it is what nbval runs.
"""
import functools
import json
import re
from pathlib import Path

import lab
import pytest

ROOT = Path(__file__).resolve().parents[2]
WITH_SLIDERS = ("01_watch_a_gradient_vanish", "04_bound_the_jacobian_product", "06_tame_exploding_gradients",
                "09_build_an_lstm_gate_by_gate", "11_move_the_gates", "13_learn_the_long_lag",
                "14_model_language", "15_caption_images", "17_check_the_claims", "19_look_up_a_term",
                "20_meet_the_modern_recurrences")
WITHOUT = ("05_compare_activations_and_initialisations", "07_try_to_learn_a_long_lag", "08_add_a_memory_cell",
           "10_backpropagate_through_the_lstm", "12_compare_gated_cells", "18_find_the_bug")
CLAIMS = "17_check_the_claims"
TASKS = {  # of notebook 11: what to type beside which sliders to solve it
    "keep and ignore": {"forget bias": 8, "input bias": -9},
    "slow and fast": {"forget bias": 4.6, "input bias": -4.6, "spread": .98},
    "on the detours": {"forget bias": .5, "recurrent gain": 3.5}}


STEP = """def sigmoid_step_backward(dh, x, h_prev, h, W_h):
    da = dh * {slope}
    return x.T @ da, h_prev.T @ da, da.sum(axis=0), da @ W_h.T

check.sigmoid_step_backward(sigmoid_step_backward)"""
ANSWERS = {"(1 - h * h)": "It looks as if the slope of tanh is used.", "h * (1 - h)": "sigmoid_step_backward: right",
           "endless": "raised NameError: name 'endless' is not defined", "...": "not attempted yet"}


def test_reader_completes_an_exercise(open_in_lab):
    with open_in_lab("notebooks/03_implement_an_rnn_step_by_step.ipynb") as notebook:
        notebook.run_first()
        assert notebook.errors() == []
        for slope, said in ANSWERS.items():
            shown = notebook.type_cell("sigmoid_step_backward(dh", STEP.format(slope=slope).replace("    ", "  "))
            assert said in shown
        endless = "def total_gradients(dh, h, W_h):\n  while True: pass\n\ncheck.total_gradients(total_gradients)"
        assert "does a loop never end?" in notebook.type_cell("total_gradients(dh", endless)
        assert "untrained_loss: right" in notebook.type_cell("check.untrained_loss", "check.untrained_loss(np.log(27))")


def test_glossary_follows_what_is_typed(open_in_lab):
    with open_in_lab("explorers/19_look_up_a_term.ipynb") as notebook:
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
def test_a_notebook_without_sliders_opens_and_starts(name, open_in_lab):
    """Its stored outputs are shown, and its first cell runs; nothing is asked for from elsewhere."""
    with open_in_lab(f"notebooks/{name}.ipynb") as notebook:
        assert notebook.page.locator(".jp-OutputArea-output img").count() > 1
        notebook.run_first()
        assert notebook.errors() == [] and notebook.elsewhere == []


def try_explorers(notebook):
    """Run the cells and move every control."""
    notebook.run()
    assert notebook.errors() == []
    explorers = notebook.explorers()
    assert explorers, "no slider in the notebook"
    for explorer in explorers:
        explorer.try_all()
    assert notebook.elsewhere == []


@pytest.mark.parametrize("name", [name for name in WITH_SLIDERS if name != CLAIMS])
def test_every_control_redraws_its_picture(name, open_in_lab):
    with open_in_lab(f"explorers/{name}.ipynb") as notebook:
        try_explorers(notebook)


@pytest.fixture(scope="module")
def tasks(open_alone):
    """The explorer with the tasks of notebook 11."""
    with open_alone("explorers/11_move_the_gates.ipynb") as notebook:
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
    with open_in_lab("explorers/14_model_language.ipynb") as notebook:
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
    with open_in_lab(f"notebooks/{CLAIMS}.ipynb") as notebook:  # whole: it shows what all cells found
        try_explorers(notebook)
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
    with lab.open_in_notebook_7(*served, "explorers/09_build_an_lstm_gate_by_gate.ipynb") as notebook:
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


def test_every_notebook_with_sliders_is_tried():
    marks = re.compile(r"import ipywidgets|from ipywidgets|\w_explorer\(|\bplayer\(")
    with_sliders = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if marks.search(path.read_text("utf-8"))}
    assert with_sliders == set(WITH_SLIDERS)
