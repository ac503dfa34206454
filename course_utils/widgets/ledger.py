"""Notebook 17: every claim with its measurement and its verdict, as a table that one can filter."""
from html import escape

from ..claims import SOURCES, VERDICTS
from .explorer import Explorer, choice

ALL = "all"
BOX = 'class="course-table" role="region" tabindex="0" style="overflow-x:auto;max-width:100%"'
TABLE = 'style="border-collapse:collapse;min-width:680px;font-size:13px;line-height:1.35;text-align:left"'
CELL = 'style="text-align:left;vertical-align:top;padding:4px 8px;border-top:1px solid #999"'


def ledger_html(ledger, verdict=None, source=None):
    """The rows of the ledger with this verdict and of this source (None: all) as an HTML table: the same text for the
    same rows, on every machine. Raises ValueError for an unknown verdict or source."""
    rows, caption = ledger.rows(verdict, source), escape(say_count(ledger, verdict, source))
    statements = any(hasattr(claim, "counterexample") for claim in ledger.claims.values())
    names = ("no.", ledger.name, "counterexample" if statements else "who says it", "verdict", "measured",
             "worked out in notebook")
    head = "".join(f'<th scope="col" {CELL}>{name}</th>' for name in names)
    return (f'<div {BOX} aria-label="{caption}"><table {TABLE}>'
            f'<caption style="text-align:left;padding:4px 8px">{caption}</caption><thead><tr>{head}</tr></thead>'
            f'<tbody>{"".join(map(_line, rows))}</tbody></table></div>')


def _line(row):
    """A row of the table."""
    claim = row.claim
    who = getattr(claim, "counterexample", ", ".join(claim.sources))
    where = "; ".join(f"{notebook[:2]}, {section}" for notebook, section in claim.where)
    verdict = f"<b>{row.verdict}</b> {escape(row.when)}".rstrip()
    cells = (escape(claim.text), escape(who), verdict, escape(row.measured), escape(where))
    return f'<tr><th scope="row" {CELL}>{claim.number}</th>{"".join(f"<td {CELL}>{cell}</td>" for cell in cells)}</tr>'


def say_count(ledger, verdict=None, source=None):
    """How many there are with this verdict and of this source, in words."""
    chosen = [f"verdict {verdict}"] if verdict else []
    chosen += [f"source {source}, {SOURCES[source][0]}"] if source else []
    count = f"{len(ledger.rows(verdict, source))} of {len(ledger.claims)} {ledger.name}s"
    return f"{count}: {'; '.join(chosen)}" if chosen else count


def claims_explorer(ledger):
    """Choose a verdict and a source, and see the claims to which both apply, each with what was measured."""
    labels = {ALL: None} | {f"{name}: {title}": name for name, (title, _) in SOURCES.items()}
    controls = {"verdict": choice(ALL, (ALL, *VERDICTS), "verdict"), "source": choice(ALL, labels, "source")}

    def compute(settings):
        return None if settings["verdict"] == ALL else settings["verdict"], labels[settings["source"]]

    return Explorer("claims explorer", compute, lambda chosen: ledger_html(ledger, *chosen), controls,
                    words=lambda chosen: escape(say_count(ledger, *chosen)))
