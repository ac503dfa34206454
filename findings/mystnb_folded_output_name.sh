#!/usr/bin/env bash
# MyST-NB 1.4.0 (Sphinx 8.1.3): the text that says what is folded away is hidden from screen readers.
#
# nb_code_prompt_show is the text on the summary of a hidden output ("Show the answer"). The summary also gets a fixed
# aria-label, "Toggle hidden content", and an aria-label takes the place of the text: a screen reader never says the
# prompt, nor in another language than English. One would expect the prompt to be the name, as it is for the eye.
#
# Seen: <summary aria-label="Toggle hidden content"> … Show the answer …
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet myst-nb==1.4.0 sphinx==8.1.3
mkdir "$place/source"
cat >"$place/source/conf.py" <<'CONF'
extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_code_prompt_show = "Show the answer"
CONF
cat >"$place/source/index.ipynb" <<'NOTEBOOK'
{"cells": [
 {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# A page"},
 {"cell_type": "code", "id": "b", "execution_count": 1, "metadata": {"tags": ["hide-output"]}, "source": "6 * 7",
  "outputs": [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "42"}}]}],
 "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}},
 "nbformat": 4, "nbformat_minor": 5}
NOTEBOOK
"$place/env/bin/python" -m sphinx -q -b html "$place/source" "$place/html"
"$place/env/bin/python" - "$place/html/index.html" <<'PYTHON'
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
opening, inside = re.search(r"<summary([^>]*)>(.*?)</summary>", page, re.DOTALL).groups()
shown = re.sub(r"<[^>]*>", " ", inside).split()
name = re.search(r'aria-label="([^"]*)"', opening)
print("for the eye:", " ".join(shown))
print("for a screen reader:", name[1] if name else "the same")
sys.exit(not (name and name[1] == "Toggle hidden content" and "answer" in shown))
PYTHON
