"""Notebook 19: what is that called, and how is it written?"""
from ..glossary import look_up
from ..tables import html_table
from .explorer import Explorer, entry

COLUMNS = ("term", "中文", "symbol", "meaning", "notebook")


def glossary_table(terms):
    """The terms as an HTML table."""
    return html_table(f"{len(terms)} terms of the course", COLUMNS, terms, languages={"中文": "zh"})


def draw_terms(terms):
    """The table, where other explorers have a picture."""
    return f'<div class="course-svg">{glossary_table(terms)}</div>'


def say_found(terms):
    """How many terms were found, and the first."""
    if not terms:
        return "Nothing found: try fewer letters."
    return f"{len(terms)} found, first: {terms[0].term}, {terms[0].chinese}."


def glossary_explorer():
    """A line to type an English or Chinese word or a symbol into, and the rows of the glossary in which it occurs."""
    return Explorer("glossary", lambda settings: look_up(settings["look for"]), draw_terms,
                    {"look for": entry("forget gate", "look for")}, words=say_found)
