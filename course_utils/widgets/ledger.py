"""Notebook 17: every claim with its measurement and its verdict, as a table that one can filter."""
from html import escape

from ..exercises.claims import SOURCES, VERDICTS, Ledger
from ..figures.tables import boxed, html_table
from ..ground.arguments import a, takes
from .explorer import Explorer, choice

ALL = "all"


@takes(ledger=a(Ledger))
def ledger_html(ledger, verdict=None, source=None):
    """The rows of the ledger with this verdict and of this source (None: all) as an HTML table, in a box that scrolls
    where the page is narrow: the same text for the same rows, on every machine. Raises ValueError for an unknown
    verdict or source."""
    statements = any(hasattr(claim, "counterexample") for claim in ledger.claims.values())
    columns = ("no.", ledger.name, "counterexample" if statements else "who says it", "verdict", "measured",
               "worked out in notebook")
    caption = say_count(ledger, verdict, source)
    table = html_table(caption, columns, [_cells(row) for row in ledger.rows(verdict, source)])
    return boxed(table, caption)


def _cells(row):
    """The texts of a row."""
    claim = row.claim
    who = getattr(claim, "counterexample", ", ".join(claim.sources))
    where = "; ".join(f"{notebook[:2]}, {section}" for notebook, section in claim.where)
    return claim.number, claim.text, who, f"{row.verdict} {row.when}".rstrip(), row.measured, where


def say_count(ledger, verdict=None, source=None):
    """How many there are with this verdict and of this source, in words."""
    rows = ledger.rows(verdict, source)
    chosen = [f"verdict {verdict}"] if verdict else []
    chosen += [f"source {source}, {SOURCES[source][0]}"] if source else []
    count = f"{len(rows)} of {len(ledger.claims)} {ledger.name}s"
    return f"{count}: {'; '.join(chosen)}" if chosen else count


@takes(ledger=a(Ledger))
def claims_explorer(ledger):
    """Choose a verdict and a source, and see the claims to which both apply, each with what was measured."""
    labels = {ALL: None} | {f"{name}: {title}": name for name, (title, _) in SOURCES.items()}
    controls = {"verdict": choice(ALL, (ALL, *VERDICTS), "verdict"), "source": choice(ALL, labels, "source")}

    def compute(settings):
        return None if settings["verdict"] == ALL else settings["verdict"], labels[settings["source"]]

    return Explorer("claims explorer", compute, lambda chosen: ledger_html(ledger, *chosen), controls,
                    words=lambda chosen: escape(say_count(ledger, *chosen)))
