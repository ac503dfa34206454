"""Answers in the cells of a notebook: found in the code, which is read as IPython reads it and never run here."""
import ast
import re
import threading
import warnings
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from ..exercises import check

MOST_CHARACTERS = 200_000  # of a cell; a longer one is not searched
HELP = ("hint", "case", "solution", "exercises")  # what else `check` offers
NESTED = ("time", "capture")  # magics whose code runs among the notebook's own names
ONE = threading.Lock()  # settings of warnings are the whole process's
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
         ast.GeneratorExp)  # where names may be others than the notebook's


@lru_cache(maxsize=1024)
def parsed(source):
    """(code, its syntax tree) of a cell, magics and shell commands written out as IPython does it; None if it is not
    code, or too long."""
    if len(source) > MOST_CHARACTERS:
        return None
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return source, tree_of(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    try:
        code = TransformerManager().transform_cell(source)
        return code, tree_of(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError, RuntimeError):
        return None


def tree_of(code):
    """The syntax tree; what Python warns of is the student's affair."""
    with ONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def answers_in(source):
    """[(exercise, expression)] of the calls `check.exercise(expression)` in a cell, wherever they stand but in
    functions; [] if it is not Python."""
    found = parsed(source)
    return [answer for node in (outer(found[1]) if found else ()) for answer in answers_of(node)]


def outer(tree):
    """All nodes of a tree in the order in which they stand, without those inside functions and classes."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, INNER):
            yield node
            yield from outer(node)


def answers_of(node):
    """[(exercise, expression)] of one node: at most one, but for code in a magic command such as %time."""
    if inside := code_of_magic(node):
        return answers_in(inside)
    if not isinstance(node, ast.Call) or not of_check(node.func) or node.func.attr not in check.exercises():
        return []
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "answer")]
    if len(given) != 1 or len(given) != len(node.args) + len(node.keywords) or isinstance(given[0], ast.Starred):
        return []
    return [(node.func.attr, ast.unparse(given[0]))]


def of_check(function):
    """Whether this is check.something, or package.check.something."""
    owner = getattr(function, "value", None)
    return isinstance(function, ast.Attribute) and "check" in (getattr(owner, "id", ""), getattr(owner, "attr", ""))


def code_of_magic(node):
    """The code that a magic command runs among the notebook's own names, or None."""
    name = getattr(getattr(node, "func", None), "attr", None) if isinstance(node, ast.Call) else None
    if name in ("run_line_magic", "run_cell_magic") and node.args and all(
            isinstance(argument, ast.Constant) for argument in node.args) and node.args[0].value in NESTED:
        return str(node.args[-1].value)


def unanswered(cells):
    """Remarks on the places where "check." stands, with an answer or something else, and no answer was found."""
    found = {name for source in cells for name, _ in answers_in(source)}
    remarks = []
    for n, source in enumerate(cells, 1):
        names = re.findall(r"\bcheck\.(\w+)", source[:MOST_CHARACTERS])
        missing = dict.fromkeys(name for name in names if name not in found and name not in HELP)
        remarks += [f"code cell {n}: check.{name} stands here, but {why(name)}" for name in [*missing][:5]]
        if len(source) > MOST_CHARACTERS:
            remarks.append(f"code cell {n}: {len(source)} characters, not searched for answers")
    return remarks


def why(name):
    """Why that is no answer."""
    return "no answer was found" if name in check.exercises() else "there is no such exercise"
