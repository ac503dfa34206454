"""Exercises: every solution is right, every mistake is named and taken for no other, and nothing that a reader's code
does becomes a traceback of ours."""
import ast
import builtins
import inspect
import json
import re
import symtable
import textwrap
import time

import numpy as np
import pytest

from course_utils.exercises import check
from course_utils.exercises.calling import outcomes
from course_utils.exercises.checking import exercises_of, modules
from course_utils.exercises.exercise import exercise, prediction
from course_utils.exercises.judging import judge
from course_utils.exercises.patterns import pattern
from course_utils.ground.places import NOTEBOOKS

ALL = check.exercises()
MISTAKES = [(e, m) for e in ALL.values() for m in e.mistakes]
each_exercise = pytest.mark.parametrize("name", ALL)


def verdict(exercise, function):
    """The verdict on a solution or a mistake, handed in as a reader would."""
    return judge(exercise, outcomes(exercise, function if exercise.draw else function()))


@each_exercise
def test_solution_is_right(name):
    assert str(verdict(ALL[name], ALL[name].solution)) == f"{name}: right"


@pytest.mark.parametrize(("e", "m"), MISTAKES, ids=[f"{e.name}-{m.what}" for e, m in MISTAKES])
def test_mistake_is_named_and_taken_for_no_other(e, m):
    found = verdict(e, m.answer)
    if m.answer is e.given:
        assert found.state == "not attempted yet" and "still" in found.lines[0]
    else:
        assert (found.state, found.mistake) == ("wrong", m.what)
        assert found.lines[-2:] == (f"It looks as if {m.what}.", m.ask)


def test_there_are_sixty_mistakes_and_more():
    assert len(MISTAKES) >= 60


@each_exercise
def test_words_of_an_exercise(name):
    e = ALL[name]
    assert len(e.hints) >= 2 and all(hint.strip() for hint in e.hints)
    assert len({m.what for m in e.mistakes}) == len(e.mistakes)
    for m in e.mistakes:
        assert m.what and not m.what.startswith(("It ", "The ", "A ", "You ")) and m.what[-1] not in ".?!", m.what
        assert m.ask.endswith(("?", ".", "!")) and "?" in m.ask, m.ask


@each_exercise
def test_solution_is_shown_as_it_runs(name, capsys):
    check.solution(name)
    (shown,) = ast.parse(capsys.readouterr().out).body
    assert isinstance(shown, (ast.FunctionDef, ast.ClassDef)) and shown.name == name and not shown.decorator_list


def test_names_are_unique():
    assert sum(len(exercises_of(module)) for module in modules()) == len(ALL)


# what a reader's code may do

def draw(rng, batch, dtype):
    return rng.standard_normal((batch, 3)).astype(dtype), rng.standard_normal((3, 3)).astype(dtype)


@exercise("y", "z", draw=draw, hints=("Multiply.", "Sum."), seconds=2)
def product(x, W):
    return x @ W.T, x.sum(axis=0)


@product.mistake("W is not transposed", ask="Rows or columns?")
def not_transposed(x, W):
    return x @ W, x.sum(axis=0)


@product.mistake("it crashes", ask="Does it?")
def crashes(x, W):
    raise KeyError("W")


@product.mistake("a mean is taken", ask="Mean or sum?")
def mean(x, W):
    return x @ W.T, x.mean(axis=0)


@prediction(hints=("Count.",), tolerance=.1)
def answer():
    return 4


@prediction(hints=("Think.",))
def word():
    return "tanh"


def say(function, e=product):
    """What is printed about an answer, without the reader's own line."""
    return re.sub(r", in your line .*", "", str(judge(e, outcomes(e, function))))


def endless(x, W):
    while True:
        try:
            time.sleep(.01)
        except BaseException:
            pass


def endless_once(x, W):
    while True:
        pass


def changes(x, W):
    result = x @ W.T, x.sum(axis=0)
    x *= 2
    return result


def restores(x, W):
    x += 1
    result = (x - 1) @ W.T, (x - 1).sum(axis=0)
    x -= 1
    return result


class Counts:
    """Right at the first call of each case only."""

    def __init__(self):
        self.calls = 0

    def __call__(self, x, W):
        self.calls += 1
        return x @ W.T + (self.calls > 5), x.sum(axis=0)


HOSTILE = {
    "untouched": (lambda x, W: ..., "product: not attempted yet"),
    "one untouched": (lambda x, W: (x @ W.T, ...), "product: not attempted yet"),
    "works with the dots": (lambda x, W: (x * ..., 1), "product: not attempted yet"),
    "dots": (..., "product: not attempted yet"),
    "nothing": (None, "this is None, expected a function"),
    "no function": (3, "this is an int, expected a function"),
    "no return": (lambda x, W: None, "it gives None, expected 2: y, z (is there a return?)"),
    "one too few": (lambda x, W: x, "it gives an array of float64, shape (4, 3), expected 2: y, z"),
    "one too many": (lambda x, W: (x, x, x), "it gives 3 values, expected 2: y, z"),
    "text": (lambda x, W: (x @ W.T, "x"), "z is the text 'x', expected numbers (without quotation marks)"),
    "objects": (lambda x, W: (x @ W.T, {1: 2}), "z is a dict, expected numbers"),
    "ragged": (lambda x, W: (x @ W.T, [[1], [1, 2]]), "z is no array: "),
    "none inside": (lambda x, W: (None, x), "y is None, expected numbers (is there a return?)"),
    "not a number": (lambda x, W: (x @ W.T * np.nan, x), "y[0, 0] is nan, expected finite numbers"),
    "infinite": (lambda x, W: (x @ W.T, np.array([0, -np.inf, 0])), "z[1] is -inf, expected finite numbers"),
    "raises": (lambda x, W: x + np.ones(2), "it raised ValueError: operands could not be broadcast"),
    "exits": (lambda x, W: exit(), "it raised SystemExit"),
    "interrupts": (lambda x, W: (_ for _ in ()).throw(KeyboardInterrupt), "it raised KeyboardInterrupt"),
    "wants more": (lambda x: x, "it raised TypeError"),
    "endless": (endless_once, "not finished after 2 s: does a loop never end?"),
    "recursive": ((lambda f: lambda x, W: f(f, x))(lambda f, x: f(f, x)), "it raised RecursionError"),
    "changes its argument": (changes, "it changes its argument x, which"),
    "second call": (Counts(), "right at the first call, but a second call with the same arguments gives "
                    "something else"),
    "shape": (lambda x, W: (W @ x.T, x.sum(axis=0)), "y: shape (3, 4), expected (4, 3)"),
    "transpose of a square": (lambda x, W: (x @ W.T, x.sum(axis=0).T), "product: right"),
    "dict": (lambda x, W: {"z": x.sum(axis=0), "y": x @ W.T}, "product: right"),
    "lists": (lambda x, W: [(x @ W.T).tolist(), list(x.sum(axis=0))], "product: right"),
    "sign": (lambda x, W: (x @ W.T, -x.sum(axis=0)), "z: the wrong sign"),
    "factor": (lambda x, W: (3 * x @ W.T, x.sum(axis=0)), "y: 3 times what is expected, in every case"),
    "zero": (lambda x, W: (0 * x @ W.T, x.sum(axis=0)), "y: zero throughout"),
    "factor of the batch": (lambda x, W: (x @ W.T / len(x), x.sum(axis=0)), "y: a multiple of what is expected, by "
                            "another factor in each case (0.25, 0.333, …)"),
    "backwards": (lambda x, W: (x @ W.T, x.sum(axis=0)[::-1]), "z: the first axis is in reverse order"),
    "shifted": (lambda x, W: (x @ W.T, np.roll(x.sum(axis=0), 1)), "z: shifted by one entry"),
    "half a mistake": (lambda x, W: (x @ W, -x.sum(axis=0)), "Looking at y alone: it looks as if W is not transposed."),
    "the other half": (lambda x, W: (x @ W, -x.sum(axis=0)), "z: the wrong sign"),
    "far off": (lambda x, W: (x @ W.T * 3e5, x.sum(axis=0) + 1e9), "y: off by 3e+05 times its largest entry"),
    "restored but for rounding": (restores, "it gives its argument x back changed by rounding"),
    "rounded": (lambda x, W: (np.round(x @ W.T, 4), x.sum(axis=0)), "y: agreement to two or three digits and no"),
    "interchanged": (lambda x, W: (x.sum(axis=0), x @ W.T), "z is what y should be. In which order are they returned?"),
    "a mistake that crashes": (lambda x, W: {}["W"], "It looks as if it crashes."),
    "wide": (lambda x, W: (x @ W.T + np.zeros(3), x.sum(axis=0)), "product: right"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_answer_gets_its_sentence(name):
    function, expected = HOSTILE[name]
    assert expected in say(function)
    if "raised" in expected:
        assert "It looks as if" not in say(function), "an exception is taken for another one"


def test_agreeing_outputs_are_said_to_agree():
    assert say(not_transposed).startswith("product: not right yet\n  y: off by ")
    assert "\n  z: agrees\n" in say(not_transposed) and "(B = 4, float64)" in say(not_transposed)


def test_line_of_the_exception_is_shown():
    said = str(judge(product, outcomes(product, crashes_later)))
    assert re.search(r"in your line \d+: return x @ W.T, missing", said)


def crashes_later(x, W):
    return x @ W.T, missing  # noqa: F821


@pytest.mark.parametrize(("value", "expected"), ((4.3, "answer: right"), (np.float32(4), "answer: right"),
                         (5, "5 is not what comes out"), ("4", "answer is the text '4', expected numbers"),
                         (..., "not attempted yet"), (len, "this is a function"),
                         ("four", "answer is the text 'four'"), (None, "expected numbers"),
                         ([4, 4], "[4, 4] is a list or an array, expected a"),
                         (float("nan"), "expected finite numbers")))
def test_prediction(value, expected):
    assert expected in say(value, answer)


def test_one_value_for_all_outputs_is_not_called_an_interchange():
    @exercise("a", "b", draw=lambda rng, batch, dtype: (rng.standard_normal(3),), hints=("One.", "Two."))
    def both(x):
        return x, 2 * x

    assert "which order" not in say(lambda x: (x, x), both) and "which order" in say(lambda x: (2 * x, x), both)


def test_rounded_wrong_number_is_recognised_with_two_digits():
    @prediction(hints=("Think.", "Count."), tolerance=.001)
    def half():
        return .5

    half.wrong(.34567, "a third is given", ask="How many parts are there?")
    assert all("a third is given" in say(value, half) for value in (.34567, .346, .35))
    assert not any("a third" in say(value, half) for value in (.3, .36, [.35], "third", 35))


def test_outputs_of_one_pattern_share_a_line():
    said = say(lambda x, W: (3 * x @ W.T, 3 * x.sum(axis=0)))
    assert "y, z: 3 times what is expected" in said and said.count("times") == 1


def test_agreement_in_float64_alone_is_said():
    def differences(x, W):
        eps = x.dtype.type(1e-6)
        return ((x + eps) ** 2 - (x - eps) ** 2) / (4 * eps) @ W.T, x.sum(axis=0)

    assert "In float64 it agrees, in float32 it does not" in say(differences)


def off_at_the_end(x, W):
    """Wrong in the last entry of the last row, if there is more than one row."""
    y = x @ W.T
    y[-1, -1] += len(x) > 1
    return y, x.sum(axis=0)


def test_an_unknown_mistake_is_shown_in_the_smallest_case_that_fails():
    x, W = product.arguments(1)  # B = 3: with one row it is right
    lines = say(off_at_the_end).splitlines()
    assert lines[1].startswith("  y: off by ") and lines[2] == "  z: agrees"
    assert lines[3] == "  the smallest case that fails has x (3, 3), W (3, 3):"
    yours, expected = ([float(word) for word in line.split()[-3:]] for line in lines[4:])
    assert lines[4].split()[:3] == ["y[2,", ":]", "yours"] and lines[5].split()[0] == "expected"
    assert np.allclose(expected, (x @ W.T)[-1], atol=.01)
    assert np.allclose(np.subtract(yours, expected), (0, 0, 1), atol=.02)


def test_of_a_long_row_the_part_around_the_worst_entry_is_shown():
    @exercise("y", draw=lambda rng, batch, dtype: (np.arange(20.0),), hints=("One.", "Two."))
    def doubled(x):
        return 2 * x

    said = say(lambda x: 2 * x + (x == 17), doubled)
    assert "y[14:20]  yours            28         30         32         35         36         38" in said
    assert 'x (20,) (check.case("doubled") gives them)' in said


def test_the_smallest_case_is_handed_out_by_name():
    case = check.case("gradient_at_words")
    assert list(case) == ["h", "total", "W_x"] and case["h"].shape[1] == 1 and case["h"].dtype == float
    case["h"][:] = 0
    assert check.case("gradient_at_words")["h"].any(), "what a reader does to it stays"
    with pytest.raises(ValueError, match="asks for a value"):
        check.case("words_to_a_millionth")


def test_single_number_is_shown_beside_what_was_expected():
    @exercise("n", draw=lambda rng, batch, dtype: (rng.standard_normal(3),), hints=("One.", "Two."))
    def size(x):
        return len(x)

    assert "n: 7, expected 3" in say(lambda x: 7, size)


def test_whole_numbers_are_counted():
    @exercise("words", draw=lambda rng, batch, dtype: (rng.permutation(7),), hints=("One.", "Two."))
    def words(x):
        return x[::-1]

    assert "words: 3 of 7 entries are not what comes out" in say(lambda x: np.r_[9, 9, 9, x[:4][::-1]], words)


def test_batch_of_transposes_is_recognised():
    came = np.random.default_rng(0).standard_normal((2, 3, 4))
    assert "transpose" in pattern([(came, came.swapaxes(1, 2))])


def test_two_outputs_with_one_mistake_get_one_sentence():
    @exercise("a", "b", "c", draw=lambda rng, batch, dtype: (rng.standard_normal(3),), hints=("One.", "Two."))
    def three(x):
        return x, 2 * x, 3 * x

    @three.mistake("the sine is taken", ask="Which function?")
    def sine(x):
        return np.sin(x), 2 * np.sin(x), 3 * np.sin(x)

    said = say(lambda x: (np.sin(x), 2 * np.sin(x), -3 * x), three)
    assert "Looking at a and b alone: it looks as if the sine is taken." in said and said.count("sine") == 1
    assert "c: the wrong sign" in said


def test_array_of_several_outputs_is_unpacked():
    @exercise("a", "b", draw=lambda rng, batch, dtype: (rng.standard_normal(3),), hints=("One.", "Two."))
    def both(x):
        return x, 2 * x

    assert say(lambda x: np.array([x, 2 * x]), both) == "both: right"
    assert "expected 2: a, b" in say(lambda x: x, both) and "(case 1 of 5, float64)" in say(lambda x: (x, x), both)


def test_words_may_be_written_in_any_case():
    assert say(" Tanh ", word) == "word: right" and "relu is not" in say("relu", word)


def test_code_that_catches_everything_cannot_hold_up_the_notebook():
    start = time.time()
    assert "not finished" in say(endless)
    assert time.time() - start < 10


def test_endless_code_is_stopped_and_not_tried_again():
    counted = []

    def counts(x, W):
        while True:
            counted.append(0)

    start = time.time()
    assert "not finished" in say(counts)
    assert time.time() - start < 2 * product.seconds, "all cases were waited for"
    now = len(counted)
    time.sleep(.1)
    assert len(counted) == now, "it still runs"


@exercise("y", draw=lambda rng, batch, dtype: ({"W": rng.standard_normal((2, 2))}, (rng.standard_normal(2), 3.)),
          hints=("Multiply.", "It is one line."))
def affine(params, pair):
    return pair[0] @ params["W"] + pair[1]


@pytest.mark.parametrize("spoil", (lambda params, pair: params["W"].fill(0), lambda params, pair: params.update(b=1),
                                   lambda params, pair: pair[0].fill(0)))
def test_changed_arguments_are_found_in_containers(spoil):
    def changes(params, pair):
        result = affine.solution(params, pair)
        spoil(params, pair)
        return result

    assert "it changes its argument p" in say(changes, affine) and say(affine.solution, affine) == "affine: right"


def test_huge_answer_is_refused(monkeypatch):
    monkeypatch.setattr("course_utils.exercises.calling.MOST_NUMBERS", 11)
    assert "y is an array of float64, shape (4, 3), expected numbers" in say(product.solution)


@pytest.mark.parametrize("wrong", ([], [0], [0] * 7, [0] * 5))
def test_other_number_of_cases_is_no_right_answer(wrong):
    right = outcomes(product, product.solution)
    found = judge(product, [right[k] for k in wrong])
    assert found.state == "wrong" and f"tried on {len(wrong)} cases, expected 6" in found.lines[0]


def test_wrong_only_for_a_batch_of_one():
    def squeezes(x, W):
        return (x @ W.T + (len(x) == 1)), x.sum(axis=0)

    assert "(B = 1, float64)" in say(squeezes) and "second call" not in say(squeezes)


def test_rounding_of_float32_is_forgiven_and_that_of_float64_is_not():
    assert say(lambda x, W: (x @ W.T * x.dtype.type(1 + (1e-4 if x.dtype == np.float32 else 0)), x.sum(axis=0))) == \
        "product: right"
    assert "y: off by 0.0001 of its largest entry" in say(lambda x, W: (x @ W.T * (1 + 1e-4), x.sum(axis=0)))
    assert "y: off by 200% of its largest entry" in say(lambda x, W: (-x @ W.T, x.sum(axis=0)))


def test_open_exercise_accepts_what_has_the_property():
    @exercise("x", draw=lambda rng, batch, dtype: (batch,), hints=("Add.",))
    def larger(batch):
        return batch + 1

    @larger.accepts
    def is_larger(outputs, batch):
        return None if outputs["x"] > batch else f"{outputs['x']} is not above {batch}"

    assert say(lambda batch: batch + 7, larger) == "larger: right" and say(larger.solution, larger) == "larger: right"
    assert "4 is not above 4" in say(lambda batch: batch, larger)
    assert "raised ZeroDivisionError" in say(lambda batch: 1 / 0, larger)
    assert "x has shape (2,): this cannot be judged (ValueError" in say(lambda batch: np.ones(2), larger)


def test_class_is_used_by_a_scenario():
    @exercise("sums", draw=lambda rng, batch, dtype: (rng.standard_normal(3),), hints=("Add.",))
    class Adder:
        def __init__(self):
            self.sum = 0

        def add(self, x):
            self.sum = self.sum + x
            return self.sum

    @Adder.used_by
    def twice(answer, x):
        adder = answer()
        return np.array([adder.add(one) for one in x])

    assert say(Adder.solution, Adder) == "Adder: right" and "raised" in say(lambda: 3, Adder)


def test_hints_come_one_by_one(capsys):
    first, name = type(check)(), "total_gradients"
    said = []
    for _ in range(5):
        first.hint(name)
        said.append(capsys.readouterr().out)
    assert [text.count("hint ") for text in said] == [1, 2, 3, 3, 3]
    assert "check.solution" in said[3] and "check.solution" not in said[2]


def test_unknown_exercise_is_named_with_a_near_one():
    for ask in (lambda: check.total_gradient, *(lambda give=give: give("total_gradient")
                                                for give in (check.hint, check.solution))):
        with pytest.raises(AttributeError, match="no exercise 'total_gradient', did you mean 'total_gradients'"):
            ask()
    assert "total_gradients" in dir(check)


def test_pattern_of_an_array_like_nothing():
    rng = np.random.default_rng(0)
    assert pattern([(rng.standard_normal(4), rng.standard_normal(4))]) == ""
    assert pattern([(np.array(2.), np.array(3.)), (np.array(2.), np.array(5.))]) == ""  # one number says nothing
    assert pattern([(np.zeros(2), np.ones(2)), (np.ones(2), np.ones(2))]) == ""
    assert "3 times" in pattern([(np.array(3.), np.array(1.)), (np.array(6.), np.array(2.))])
    assert "transpose" in pattern([(np.arange(6.).reshape(2, 3), np.arange(6.).reshape(2, 3).T)])


# the notebooks

def parsed(thing):
    """The syntax tree of a function or class."""
    return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]


def statements(node):
    """What a function or class does, without its name, decorators and docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return [ast.dump(part) for part in body]


def cells_that_check(path):
    """{name of an exercise: (the cell's source, what is stored of it)} of a notebook."""
    found = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            text = "".join(cell["source"])
            for name in re.findall(r"^check\.(\w+)\(", text, re.M):
                found[name] = text, "".join("".join(out.get("text", "")) for out in cell["outputs"])
    return found


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_notebook_hands_out_the_exercises_of_its_module(module):
    path = NOTEBOOKS / (module.__name__.rpartition(".nb")[2] + ".ipynb")
    found = cells_that_check(path)
    assert list(found) == list(exercises_of(module)) and len(found) >= 2
    for name, (text, stored) in found.items():
        assert f"{name}: not attempted yet" in stored
        e = ALL[name]
        if e.draw:
            (stub,) = [node for node in ast.parse(text).body if getattr(node, "name", "") == name]
            shown = ast.parse(e.source()).body[0]
            if isinstance(stub, ast.FunctionDef):
                assert ast.dump(stub.args) == ast.dump(shown.args), f"{name}: the stub has other arguments"
                assert ast.get_docstring(stub), f"{name}: the stub says nothing of its task"
            if e.given:
                assert statements(stub) == statements(parsed(e.given)), f"{name}: not the bug that the module has"


def names_used(table):
    """The names that a piece of code takes from outside itself."""
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return own.union(*map(names_used, table.get_children()))


def names_in(path):
    """The names that a notebook's cells import or define."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    nodes = [node for text in code for node in ast.walk(ast.parse(text))]
    imported = {alias.asname or alias.name.split(".")[0] for node in nodes
                if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}
    return imported | {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_solutions_can_be_typed_into_their_notebook(module):
    known = names_in(NOTEBOOKS / (module.__name__.rpartition(".nb")[2] + ".ipynb")) | set(dir(builtins))
    for name, e in exercises_of(module).items():
        assert names_used(symtable.symtable(e.source(), name, "exec")) <= known | {name}, name


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_has_exercises(path):
    assert 2 <= len(cells_that_check(path))


def test_a_busy_machine_does_not_cut_the_solution_short():
    """What the solution gives is kept for the session: an exercise's limit is for readers alone."""
    @exercise("y", draw=lambda rng, batch, dtype: (rng.standard_normal(batch).astype(dtype),), hints=("",), seconds=.2)
    def slowly(x):
        time.sleep(.3)
        return 2 * x

    assert "not finished after 0.2 s" in say(slowly.solution, slowly)
    assert say(lambda x: 2 * x, slowly) == "slowly: right"
