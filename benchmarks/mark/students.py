"""Students that never were, with answers right and wrong, to be marked.

    python -m benchmarks.mark.students FOLDER --count 30    writes a folder for each of them into FOLDER
"""
import argparse
import ast
import inspect
import json
import re
import textwrap
from pathlib import Path

import numpy as np

from course_utils.exercises import check

NUMBERS = ("03", "04", "08")  # of the notebooks that they hand in
KINDS = {"right": .64, "mistaken": .2, "blank": .1, "raises": .05, "endless": .01}  # how often which answer


def hand_in(folder, count, notebooks, students=None):
    """Write student_01 to student_`count` into `folder`, or those of them with these numbers: each the notebooks of the
    course at `notebooks` with answers, the same at every call."""
    for number in students or range(1, count + 1):
        place = folder / f"student_{number:02d}"
        place.mkdir(parents=True)
        for path in sorted(path for start in NUMBERS for path in notebooks.glob(f"{start}_*.ipynb")):
            (place / path.name).write_text(answered(path.read_text(encoding="utf-8"), number), encoding="utf-8")


def answered(text, student):
    """A notebook's text with an answer in each cell that asks for one; each is drawn for itself, since another commit's
    notebooks may ask for others as well."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        asked = re.search(r"^check\.(\w+)\(", "".join(cell["source"]), re.M)
        if cell["cell_type"] == "code" and asked and asked[1] in check.exercises():
            rng = np.random.default_rng([student, *asked[1].encode()])
            cell["source"] = answer(check.exercises()[asked[1]], rng) or cell["source"]
    return json.dumps(notebook)


def answer(exercise, rng):
    """A cell with an answer of a kind that is drawn, "" for the blank one of the course."""
    kind = rng.choice(list(KINDS), p=list(KINDS.values()))
    wrong = known_mistakes(exercise)
    if kind == "blank":
        return ""
    if exercise.draw is None:
        value = exercise.solution() if kind == "right" or not wrong else wrong[rng.integers(len(wrong))]
        return asking(exercise.name, f"{exercise.name} = {value!r}".replace("np.float64", ""))
    if kind == "mistaken" and wrong:
        return asking(exercise.name, wrong[rng.integers(len(wrong))])
    head = f"def {exercise.name}(*given):\n    "
    body = {"raises": f"{head}return given[0] @ np.ones(7)", "endless": f"{head}while True:\n        pass"}
    return asking(exercise.name, body.get(kind, exercise.source()))


def asking(name, text):
    """A cell that defines an answer and asks for a verdict."""
    return f"{text}\n\ncheck.{name}({name})"


def known_mistakes(exercise):
    """The catalogued mistakes that stand on their own: functions as text, or values."""
    if exercise.draw is None:
        return [mistake.answer() for mistake in exercise.mistakes]
    return [text for mistake in exercise.mistakes if (text := alone(mistake.answer, exercise.name))]


def alone(function, name):
    """A function's text under another name, "" unless it needs NumPy alone."""
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError, TypeError):
        return ""
    if not isinstance(node, ast.FunctionDef) or set(inspect.getclosurevars(function).globals) - {"np"}:
        return ""
    if inspect.getclosurevars(function).nonlocals:
        return ""
    node.name, node.decorator_list = name, []
    return ast.unparse(node)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=30)
    asked = parser.parse_args()
    hand_in(asked.folder, asked.count, Path(__file__).parents[2] / "notebooks")


if __name__ == "__main__":
    main()
