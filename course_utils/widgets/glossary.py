"""Notebook 19: what is that called, and how is it written?"""
from ..exercises.glossary import Term, look_up
from ..figures.tables import boxed, html_table
from ..ground.arguments import a, some, takes
from .explorer import Explorer, entry

COLUMNS = ("term", "中文", "symbol", "meaning", "notebook")


@takes(terms=some(a(Term)))
def glossary_table(terms):
    """The terms as an HTML table, in a box that scrolls where the page is narrow."""
    caption = f"{len(terms)} terms of the course"
    return boxed(html_table(caption, COLUMNS, terms, languages={"中文": "zh"}), caption)


def say_found(terms):
    """How many terms were found, and the first."""
    if not terms:
        return "Nothing found: try fewer letters."
    return f"{len(terms)} found, first: {terms[0].term}, {terms[0].chinese}."


def glossary_explorer():
    """A line to type an English or Chinese word or a symbol into, and the rows of the glossary in which it occurs."""
    return Explorer("glossary", lambda settings: look_up(settings["look for"]), glossary_table,
                    {"look for": entry("forget gate", "look for")}, words=say_found)
