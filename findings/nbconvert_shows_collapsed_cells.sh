#!/usr/bin/env bash
# nbconvert 7.17.2 (JupyterLab 4.6.6 reads the same file): what is collapsed in JupyterLab is exported open.
#
# nbformat's schema names metadata.jupyter.outputs_hidden ("Whether the cell's outputs are hidden") and source_hidden.
# JupyterLab writes and obeys both. nbconvert's HTML template called "lab" shows output and source of such cells in full,
# without a mark, and so do "classic" and "basic": an answer that was folded away below a question stands open.
#
# Seen: the output 42 and the source 7 * 8 in the pages of all three templates; no <details>, no class that hides them.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet nbconvert==7.17.2 nbformat==5.11.1
"$place/env/bin/python" - "$place" <<'PYTHON'
import re
import sys

import nbformat
from nbconvert import HTMLExporter
from nbformat import v4

answer = v4.new_code_cell("6 * 7", execution_count=1, metadata={"jupyter": {"outputs_hidden": True}},
                          outputs=[v4.new_output("execute_result", {"text/plain": "42"}, execution_count=1)])
hidden = v4.new_code_cell("7 * 8", execution_count=2, metadata={"jupyter": {"source_hidden": True}})
notebook = v4.new_notebook(cells=[v4.new_markdown_cell("What is six times seven?"), answer, hidden])
nbformat.validate(notebook)
changed = False
for template in ("lab", "classic", "basic"):
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    body = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", page)
    text = " ".join(re.sub(r"<[^>]*>", "", body).split())
    open_output, open_source, folded = "42" in text, "7 * 8" in text, "<details" in body or "Hidden" in body
    print(f"{template}: output shown {open_output}, source shown {open_source}, folded {folded}")
    changed |= not (open_output and open_source) or folded
sys.exit(changed)
PYTHON
