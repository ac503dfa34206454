"""Notebook 19: what is that called, and how is it written?"""
from ..exercises.glossary import Term, look_up, read_glossary
from ..figures.tables import boxed, html_table
from ..ground.arguments import a, some, takes
from .controls import entry
from .explorer import Explorer
from .rows import rows_data

COLUMNS = ("term", "中文", "symbol", "meaning", "notebook")
LANGUAGES = {"中文": "zh"}


@takes(terms=some(a(Term)))
def glossary_table(terms):
    """The terms as an HTML table, in a box that scrolls where the page is narrow."""
    caption = f"{len(terms)} terms of the course"
    return boxed(html_table(caption, COLUMNS, terms, languages=LANGUAGES), caption)


def glossary_explorer():
    """A line to type an English or Chinese word or a symbol into, and the rows of the glossary in which it occurs."""
    terms = read_glossary()
    data = rows_data("terms of the course", COLUMNS, terms, first=[term[:3] for term in terms], languages=LANGUAGES)
    return Explorer("rows", "glossary", {"look for": entry("forget gate", "look for", often=True)},
                    lambda settings: look_up(settings["look for"], terms), data=data)
