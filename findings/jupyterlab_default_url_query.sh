#!/usr/bin/env bash
# JupyterLab 4.6.6, jupyter_server 2.21.1: an address with a query as LabApp.default_url is printed unusable.
#
# JupyterLab documents addresses such as /lab/tree/a.ipynb?file-browser-path=/ (open a notebook, keep the file browser in
# the root folder), and LabApp.default_url says which page the server opens first. Together: the server joins its own
# query with a second "?", so that in the address it prints the token is part of the value of file-browser-path. Whoever
# opens that address is asked for a password or token. One would expect "&token=".
#
# Seen: http://127.0.0.1:PORT/lab/tree/a.ipynb?file-browser-path=/?token=TOKEN
# and a request for that address is redirected to /login (the same with "&" is not).
set -euo pipefail
place=$(mktemp -d)
trap 'kill "${server:-0}" 2>/dev/null || true; rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet jupyterlab==4.6.6 jupyter_server==2.21.1
mkdir "$place/root"
printf '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n' >"$place/root/a.ipynb"

export JUPYTER_CONFIG_DIR="$place/config" JUPYTER_DATA_DIR="$place/data" JUPYTER_RUNTIME_DIR="$place/runtime"
export JUPYTER_TOKEN=secret
"$place/env/bin/python" -m jupyterlab --no-browser --allow-root --ServerApp.ip=127.0.0.1 \
    --ServerApp.root_dir="$place/root" --LabApp.default_url='/lab/tree/a.ipynb?file-browser-path=/' \
    >"$place/log" 2>&1 &
server=$!
for _ in $(seq 120); do
    if grep -q "http://127.0.0.1" "$place/log"; then break; fi
    sleep 1
done
printed=$(grep -o "http://127.0.0.1[^ ]*" "$place/log" | head -n 1)
echo "printed: ${printed%%token=*}token=…"
case "$printed" in
    *'?file-browser-path=/?token='*) ;;
    *) echo "the printed address has changed"; exit 1 ;;
esac
base=${printed%%/lab/*}
final() { "$place/env/bin/python" - "$1" <<'PYTHON'
import sys
import urllib.request
print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=30).geturl().split("?")[0])
PYTHON
}
asked=$(final "$base/lab/tree/a.ipynb?file-browser-path=/?token=secret")
joined=$(final "$base/lab/tree/a.ipynb?file-browser-path=/&token=secret")
echo "as printed it leads to ${asked#"$base"}; with & instead of the second ? to ${joined#"$base"}"
[ "${asked#"$base"}" = /login ] && [ "${joined#"$base"}" = /lab/tree/a.ipynb ]
