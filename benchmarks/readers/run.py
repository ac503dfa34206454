"""Twenty readers of notebook 11 at once on one JupyterLab: memory, latency, and whether anything dies.

    python -m benchmarks.readers.run                  eight minutes; writes its tables into benchmarks/README.md
    python -m benchmarks.readers.run --readers 40     another number of readers; writes, too
    python -m benchmarks.readers.run --quick          five readers who move for some seconds; writes nothing

Three of them sit in Chromium, the others talk to the server over its websocket (`wire`).
"""
import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import psutil
from tqdm import tqdm

from benchmarks.readers.seats import BrowserReader, Seat, lab, results
from benchmarks.readers.tables import latency_table, memory_table, opening
from benchmarks.readers.wire import WireReader
from benchmarks.shared import machine, readme
from course_utils.ground.places import NOTEBOOKS

BOOK = NOTEBOOKS / "11_move_the_gates.ipynb"
IN_BROWSER = 3
LOOKING, DRAGGING = (1, 2), (0, 0)  # seconds between two movements: from, to
FILES = "--KernelManager.transport=ipc"  # sockets in files: a TCP port may be taken before its kernel has started


def levels(n):
    """(who moves, how many of them in the browser, how many on the wire, pace of these): more and more, up to n."""
    counts = [count for count in (5, 10, 20) if count < n] + [n]
    crowds = [(1, 0), (0, 1), *((IN_BROWSER, count - IN_BROWSER) for count in counts)]
    return [(f"{sum(crowd)}", *crowd, LOOKING) for crowd in crowds] + [
        (f"{n}, of whom {n - IN_BROWSER} drag without a pause", IN_BROWSER, n - IN_BROWSER, DRAGGING)]


def kernels(home):
    """The server whose files are in `home`, and its kernels."""
    file = next((home / "jupyter_runtime_dir").glob("jpserver-*.json"))
    server = psutil.Process(json.loads(file.read_text(encoding="utf-8"))["pid"])
    return server, [child for child in server.children() if "ipykernel_launcher" in child.cmdline()]


def memory(server, kernels):
    """{what: (PSS, RSS) in MB}; PSS counts a page that n processes share as a nth for each (Linux)."""
    server, kernels = ([(info.pss / 1e6, info.rss / 1e6) for info in (process.memory_full_info() for process in group)]
                       for group in ([server], kernels))
    return {"the server": server[0], "a kernel, median": np.median(kernels, axis=0),
            "the largest kernel": np.max(kernels, axis=0), f"all {len(kernels)} kernels": np.sum(kernels, axis=0),
            "server and kernels": np.sum(server + kernels, axis=0)}


def open_all(seats, server, folder):
    """Seconds that it took one reader alone to start a kernel and run the notebook, and then each of all at once."""
    books = [f"{number}.ipynb" for number in range(len(seats) + 1)]
    for book in books:
        shutil.copy(BOOK, folder / book)
    first = Seat(WireReader(), 0)
    _, alone = first.start("open", *server, folder, books.pop()).result()
    first.start("close").result()
    _, took = results([seat.start("open", *server, folder, book) for seat, book in zip(seats, books)])
    return alone, took


def move(seats, seconds, pace):
    """Begin to move sliders: futures of movements made and milliseconds to the pictures."""
    return [seat.start("move", seat.pauses(seconds, *pace)) for seat in seats]


def pool(futures):
    """Movements made by all these readers, and milliseconds to all their pictures."""
    found = results(futures)[0] if futures else ()
    return sum(made for made, _ in found), [time for _, times in found for time in times]


def measure(n, seconds):
    """What `open_all` gives, memory before and after, [(who moves, browser, wire: as `pool`)], kernels that died."""
    folder, home = (Path(tempfile.mkdtemp()) for _ in range(2))
    browser, wire = ([Seat(kind(), number) for number in numbers] for kind, numbers in (
        (BrowserReader, range(IN_BROWSER)), (WireReader, range(IN_BROWSER, n))))
    with lab.serve(folder, home, FILES) as server:
        opened, rows = open_all(browser + wire, server, folder), []
        before, first = kernels(home), memory(*kernels(home))
        for what, n_browser, n_wire, pace in tqdm(levels(n)):
            futures = move(browser[:n_browser], seconds, LOOKING), move(wire[:n_wire], seconds, pace)
            rows.append((what, *map(pool, futures)))
        died = len(set(before[1]) - set(kernels(home)[1])) + n - len(before[1])
        last = memory(*kernels(home))
        results([seat.start("close") for seat in browser + wire])
    return opened, (first, last), rows, died


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=20, help=f"how many, more than {IN_BROWSER} (default: 20)")
    parser.add_argument("--quick", action="store_true", help="five readers for some seconds, writes nothing")
    asked = parser.parse_args()
    if asked.readers <= IN_BROWSER:
        parser.error(f"--readers must be more than the {IN_BROWSER} who sit in the browser")
    environment = machine.environment()
    opened, used, rows, died = measure(5, 6) if asked.quick else measure(asked.readers, 60)
    text = "\n\n".join([environment, f"### {len(opened[1])} readers at once", opening(*opened),
                        memory_table(*used), latency_table(rows), f"Kernels that died or started again: {died}."])
    print(text)
    if not asked.quick:
        readme.write(text, "readers/run.py")
    if died:
        raise SystemExit(f"{died} kernels died")


if __name__ == "__main__":
    main()
