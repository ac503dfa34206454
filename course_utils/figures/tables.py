"""Tables as HTML that screen readers can read: a caption, headings of columns, everything escaped."""
from html import escape


def html_table(caption, columns, rows, languages=None):
    """An HTML string. columns: headings. rows: sequences of texts, one for each column. languages: {heading: code} of
    columns that are not in English. Raises ValueError for a row of another length."""
    if wrong := [row for row in rows if len(row) != len(columns)]:
        raise ValueError(f"a row of {len(wrong[0])} cells, expected {len(columns)}: {', '.join(columns)}")
    marks = [f' lang="{escape(languages[name])}"' if name in (languages or {}) else "" for name in columns]
    head = "".join(f'<th scope="col" style="text-align:left">{escape(name)}</th>' for name in columns)
    body = "\n".join("<tr>" + "".join(f'<td{mark} style="text-align:left;white-space:normal">{escape(str(text))}</td>'
                                      for mark, text in zip(marks, row)) + "</tr>" for row in rows)
    return (f'<table><caption style="text-align:left">{escape(caption)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>")


def boxed(table, label, width=640):
    """An HTML table in a box of the name `label` that scrolls where the page has fewer than `width` pixels."""
    return (f'<div class="course-table jp-RenderedHTMLCommon" role="region" tabindex="0" '
            f'style="overflow-x:auto;max-width:100%" aria-label="{escape(label)}">'
            f'<div style="min-width:{width}px">{table}</div></div>')
