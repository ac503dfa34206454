"""A notebook with no more code than its explorers need: what all its cells say is nbval's to check."""
import ast
import copy

from lab import WIDGET

from course_utils.mark.slices import reduced, statements_of


def for_explorers(notebook):
    """A copy of the notebook whose code cells are blank but for those that show a widget and the statements that bind
    what these read, and so on. (What other cells do to such a value is left out.)"""
    notebook = copy.deepcopy(notebook)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    sources = ["".join(cell["source"]) for cell in cells]
    shown = {n for n, cell in enumerate(cells) if any(WIDGET in output.get("data", {}) for output in cell["outputs"])}
    statements = [statement for n, source in enumerate(sources) for statement in statements_of(n, source)]
    kept = what_binds(statements, [statement for statement in statements if statement.cell in shown], sources)
    for n, (cell, source) in enumerate(zip(cells, sources)):
        if n not in shown:
            cell["source"] = reduced(source, [statement for statement in kept if statement.cell == n])
    return notebook


def what_binds(statements, kept, sources):
    """The statements to keep, with those that last bind a name before it is read in one of them."""
    left = list(kept)
    while left:
        reader = left.pop()
        before = statements[:statements.index(reader)]
        for name in reader.reads - own(reader, sources):
            binding = [statement for statement in before if name in statement.binds][-1:]
            left += [statement for statement in binding if statement not in kept]
            kept += [statement for statement in binding if statement not in kept]
    return kept


def own(statement, sources):
    """The names that a loop binds itself, rather than read them from before."""
    loops = ast.parse(reduced(sources[statement.cell], [statement])).body
    return {part.id for loop in loops if isinstance(loop, ast.For) for part in ast.walk(loop)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
