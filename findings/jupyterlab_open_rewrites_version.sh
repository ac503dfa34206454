#!/usr/bin/env bash
# JupyterLab 4.6.6: opening a notebook and doing nothing rewrites the file, if another patch release of Python stored it.
#
# When the kernel has answered, JupyterLab puts the kernel's language_info into the notebook's metadata. If that differs
# in anything from what the file holds, the notebook counts as changed, and the next autosave (after 120 s; here 3) writes
# it: no cell was run, no key pressed. A file whose language_info is complete and equal is left alone. So two people with
# 3.11.7 and 3.11.8 see each notebook that they merely look at as modified in version control.
#
# Seen: same version: file unchanged · other patch release: rewritten, the only difference is language_info.version
# Needs Debian's chromium.
set -euo pipefail
place=$(mktemp -d)
trap 'kill "${server:-0}" 2>/dev/null || true; rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet jupyterlab==4.6.6 ipykernel==7.4.0 playwright==1.65.2
export JUPYTER_CONFIG_DIR="$place/config" JUPYTER_DATA_DIR="$place/data" JUPYTER_RUNTIME_DIR="$place/runtime"
export JUPYTER_TOKEN=secret JUPYTERLAB_SETTINGS_DIR="$place/settings" JUPYTERLAB_WORKSPACES_DIR="$place/workspaces"
mkdir -p "$place/root" "$place/settings/@jupyterlab/docmanager-extension"
echo '{"autosaveInterval": 3}' >"$place/settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings"
"$place/env/bin/python" -m jupyterlab --no-browser --allow-root --ServerApp.ip=127.0.0.1 --port=8931 \
    --ServerApp.port_retries=0 --ServerApp.root_dir="$place/root" >"$place/log" 2>&1 &
server=$!
cd "$place/root"
"$place/env/bin/python" - <<'PYTHON'
import json, platform, shutil, sys, time, urllib.request
from pathlib import Path
from playwright.sync_api import sync_playwright

mine = platform.python_version()
other = f"{mine.rpartition('.')[0]}.{int(mine.rpartition('.')[2]) + 1}"
LANGUAGE = {"codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "mimetype": "text/x-python",
            "name": "python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3"}
for name, version in (("same", mine), ("other", other)):
    meta = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": LANGUAGE | {"version": version}}
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["Look."]}
    Path(f"{name}.ipynb").write_text(json.dumps({"cells": [cell], "metadata": meta, "nbformat": 4, "nbformat_minor": 5}))
before = {name: Path(f"{name}.ipynb").read_text() for name in ("same", "other")}
for _ in range(120):
    try:
        urllib.request.urlopen("http://127.0.0.1:8931/api/status?token=secret", timeout=5).close()
        break
    except OSError:
        time.sleep(1)
with sync_playwright() as driver:
    browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
    for name in before:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:8931/lab/workspaces/{name}/tree/{name}.ipynb?token=secret&reset", timeout=60_000)
        page.wait_for_timeout(25_000)
        page.close()
    browser.close()
changed = {name: Path(f"{name}.ipynb").read_text() != text for name, text in before.items()}
now, old = json.loads(Path("other.ipynb").read_text()), json.loads(before["other"])
print(f"stored by {mine}: rewritten {changed['same']}; stored by {other}: rewritten {changed['other']}")
old["metadata"]["language_info"]["version"] = mine
sys.exit(changed != {"same": False, "other": True} or now != old)
PYTHON
