"""Notebook 17: every claim with its measurement and its verdict, as a table that one can filter."""
from ..exercises.claims import SOURCES, VERDICTS, Ledger
from ..figures.tables import boxed, html_table
from ..ground.arguments import a, takes
from .controls import choice
from .explorer import Explorer
from .rows import rows_data

ALL = "all"


@takes(ledger=a(Ledger))
def ledger_html(ledger, verdict=None, source=None):
    """The rows of the ledger with this verdict and of this source (None: all) as an HTML table, in a box that scrolls
    where the page is narrow: the same text for the same rows, on every machine. Raises ValueError for an unknown
    verdict or source."""
    caption = say_count(ledger, verdict, source)
    table = html_table(caption, _columns(ledger), [_cells(row) for row in ledger.rows(verdict, source)])
    return boxed(table, caption)


def _columns(ledger):
    statements = any(hasattr(claim, "counterexample") for claim in ledger.claims.values())
    return ("no.", ledger.name, "counterexample" if statements else "who says it", "verdict", "measured",
            "worked out in notebook")


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
    labels = {name: f"{name}: {title}" for name, (title, _) in SOURCES.items()}
    controls = {"verdict": choice(ALL, (ALL, *VERDICTS), "verdict"),
                "source": choice(ALL, (ALL, *labels.values()), "source")}
    rows = ledger.rows()
    fits = [{"verdict": [row.verdict], "source": [labels[name] for name in row.claim.sources]} for row in rows]
    data = rows_data(f"{ledger.name}s", _columns(ledger), [_cells(row) for row in rows], fits=fits,
                     total=len(ledger.claims))

    def compute(settings):
        chosen = next((name for name, label in labels.items() if label == settings["source"]), None)
        return ledger.rows(None if settings["verdict"] == ALL else settings["verdict"], chosen)

    return Explorer("rows", "claims explorer", controls, compute, data=data)
