"""Tables whose rows the browser chooses (`js/rows.js`)."""
from ..figures.tables import boxed, html_table


def rows_data(noun, columns, rows, *, total=None, first=(), fits=None, languages=None):
    """What the module needs: the table before, between and after its rows, and of each row its text, the words that
    count as its own (`first`), and {control: the options that it fits} (`fits`). total: of how many rows."""
    table = boxed(html_table(noun, columns, rows, languages=languages), noun)
    before, rest = table.split("<tbody>\n")
    lines, after = rest.split("\n</tbody>")
    every = zip(lines.split("\n"), rows, first or [()] * len(rows), fits or [{}] * len(rows), strict=True)
    described = [{"html": line, "text": "\n".join(map(str, row)), "first": list(own), "fits": fit}
                 for line, row, own, fit in every]
    return {"noun": noun, "total": total or len(rows), "before": f"{before}<tbody>", "after": f"</tbody>{after}",
            "rows": described}
