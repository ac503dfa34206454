#!/usr/bin/env bash
# jupyter_client 8.10.0 (with ipykernel 7.4.0): wait_for_ready takes a fifth of a second on a kernel that has long been
# ready.
#
# Its documentation says that it waits for a response. When it has that, it reads the kernel's messages until none has come
# for 0.2 s; so each call costs at least that much, however fast the kernel answers. Whoever starts a kernel for each of
# many short notebooks (tests, marking) pays it each time.
#
# Seen: an idle kernel answers kernel_info in a few milliseconds, wait_for_ready returns after 0.20 s or more, ten times
# out of ten.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet jupyter_client==8.10.0 ipykernel==7.4.0
export JUPYTER_CONFIG_DIR="$place/config" JUPYTER_DATA_DIR="$place/data" JUPYTER_RUNTIME_DIR="$place/runtime"
export IPYTHONDIR="$place/ipython"
"$place/env/bin/python" - <<'PYTHON'
import statistics
import sys
import time

from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="python3")
try:
    def answer():
        client.kernel_info(reply=True, timeout=30)

    def wait():
        client.wait_for_ready(timeout=30)

    def seconds(act):
        start = time.perf_counter()
        act()
        return time.perf_counter() - start

    answers, waits = ([seconds(act) for _ in range(10)] for act in (answer, wait))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
print(f"kernel_info answered after {1000 * statistics.median(answers):.0f} ms, "
      f"wait_for_ready returned after {min(waits):.2f} s or more")
sys.exit(not (statistics.median(answers) < .1 and min(waits) >= .2))
PYTHON
