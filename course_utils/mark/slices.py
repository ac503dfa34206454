"""What a notebook's answers need of it: the definitions, imports and values that they read, and nothing else.

Every statement of a cell binds names and reads names. An answer needs the statements that bind what it reads, and these
need others in turn. A value may also be changed without a name being bound, as in `x[0] = 1` or `rows.append(3)`: so
with a value that is needed, all statements are that mention it. Where code cannot be judged by reading it, because it
calls `exec` or a magic command, the whole notebook is needed.
"""
import ast
import symtable
from dataclasses import dataclass, field

from .answers import answers_of, parsed

OPAQUE = {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "get_ipython", "__import__"}
HARMLESS = {"matplotlib", "config", "pip", "conda", "pinfo", "pinfo2"}  # magics that bind no name
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Statement:
    """Statements that share lines: `binds` and `reads` names, and is a definition unless a name gets a value that may
    change. asks: nothing but an answer handed to `check`."""

    cell: int
    lines: set
    binds: set = field(default_factory=set)
    reads: set = field(default_factory=set)
    defines: bool = True
    opaque: bool = False
    star: bool = False
    asks: bool = True


def needed(cells, asked):
    """The cells with the lines alone that their answers need, the others blank; the cells themselves where that cannot
    be told. asked: [(exercise, expression)] of each cell."""
    try:
        statements = [statement for n, source in enumerate(cells) for statement in statements_of(n, source)]
        wanted = set().union(*(names_of(expression)[1] for answers in asked for _, expression in answers))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return list(cells)
    if any(statement.opaque for statement in statements):
        return list(cells)
    kept = closure(statements, wanted)
    return [reduced(source, [one for one in kept if one.cell == n]) for n, source in enumerate(cells)]


def closure(statements, wanted):
    """The statements that bind what is wanted, and what these need in turn."""
    kept, left, values = [], list(statements), set()
    while True:
        more = [one for one in left if one.star or one.binds & wanted or (one.reads & values and not one.asks)]
        if not more:
            return kept
        kept += more
        left = [one for one in left if one not in more]
        wanted = wanted.union(*(one.reads | one.binds for one in more))
        values = values_among(statements, kept, wanted)


def values_among(statements, kept, wanted):
    """Of the wanted names those whose values may change: they are bound by more than definitions, or by a function
    that reads such a name."""
    values, before = {name for one in statements if not one.defines for name in one.binds & wanted}, None
    while values != before:
        before = set(values)
        values |= {name for one in kept if one.reads & before for name in one.binds & wanted}
    return values


def statements_of(n, source):
    """The `Statement`s of a cell, [] if it is not Python."""
    found, units = parsed(source), []
    for node in found[1].body if found else ():
        if magic(node):
            continue
        first = min([node, *getattr(node, "decorator_list", ())], key=lambda part: part.lineno)
        lines = set(range(first.lineno, node.end_lineno + 1))
        if not units or not units[-1].lines & lines:
            units.append(Statement(n, set()))
        add(units[-1], node, lines)
    return units


def add(unit, node, lines):
    """Put a statement into a unit."""
    binds, reads, hidden = names_of(ast.unparse(node))
    unit.lines |= lines
    unit.binds |= binds | touched(node) & reads
    unit.reads |= reads
    unit.defines &= isinstance(node, DEFINITIONS) or constant(node)
    unit.opaque |= hidden or bool(reads & OPAQUE)
    unit.star |= isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    unit.asks &= isinstance(node, ast.Expr) and bool(answers_of(node.value))


def names_of(code):
    """(names bound, names read, whether a function inside binds a name of the notebook's) of a piece of code."""
    top = symtable.symtable(code, "cell", "exec")
    binds = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    reads = {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    hidden, tables = False, list(top.get_children())
    while tables:
        table = tables.pop()
        tables += table.get_children()
        outside = [one for one in table.get_symbols() if one.is_global()]
        reads |= {one.get_name() for one in outside}
        hidden |= any(one.is_assigned() for one in outside)
    return binds, reads, hidden


def touched(node):
    """Names of the objects of which a statement sets or removes an attribute or an entry."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(part.ctx, ast.Load):
            while isinstance(part, (ast.Attribute, ast.Subscript)):
                part = part.value
            found |= {part.id} if isinstance(part, ast.Name) else set()
    return found


def constant(node):
    """Whether a statement gives names a number, a text or … alone, which nothing can change."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return False
    return all(isinstance(part, (ast.Constant, ast.UnaryOp, ast.unaryop, ast.Tuple, ast.expr_context))
               for part in ast.walk(node.value))


def magic(node):
    """Whether this is a magic or shell command alone that binds no name."""
    call = getattr(node, "value", None) if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith("get_ipython()."):
        return False
    return call.func.attr == "system" or (call.func.attr == "run_line_magic" and call.args[0].value in HARMLESS)


def reduced(source, kept):
    """A cell's code with the lines of some statements alone, at their old places (IPython drops empty lines on top)."""
    if not kept:
        return ""
    lines = set().union(*(one.lines for one in kept))
    return "\n".join(line if n in lines else "#" for n, line in enumerate(parsed(source)[0].split("\n"), 1))
