#!/usr/bin/env bash
# Sphinx 9.0.4: the caption of a toctree is a heading without a level, on every page that shows the menu.
#
# A caption (toctree :caption:) becomes <p class="caption" role="heading"> without aria-level, in the text and in the menus
# that themes make of it. ARIA requires the level of a heading; axe-core calls its lack a violation at WCAG level A
# (aria-required-attr) and finds it on every page of a site. Nothing in the configuration adds it.
#
# Seen: <p class="caption" role="heading"><span class="caption-text">Chapters</span>…</p>
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Sphinx 9 needs Python 3.11 or newer" >&2
    exit 1
fi
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet sphinx==9.0.4
mkdir "$place/source"
: >"$place/source/conf.py"
printf 'Title\n=====\n\n.. toctree::\n   :caption: Chapters\n\n   one\n' >"$place/source/index.rst"
printf 'One\n===\n\nText.\n' >"$place/source/one.rst"
"$place/env/bin/python" -m sphinx -q -b html "$place/source" "$place/html"
for page in index one; do
    caption=$(grep -o '<p class="caption" role="heading"[^>]*>' "$place/html/$page.html" | head -n 1)
    echo "$page.html: $caption"
    [ -n "$caption" ]
    case "$caption" in *aria-level*) echo "the level has come"; exit 1 ;; esac
done
