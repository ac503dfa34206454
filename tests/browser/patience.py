"""How long tests wait: their limits hold for an ordinary machine with nothing else to do, and grow with how many times
slower this one is just now, which is measured once a session."""
import functools
import subprocess
import sys
import time

WORK = "sum(n * n for n in range(4_000_000))"
TOGETHER = 2  # processes: a browser and a kernel
USUAL = .25  # seconds that they take on an ordinary machine, their start included
MOST = 20  # times slower: whatever takes longer than that hangs


@functools.cache
def slowness():
    """How many times longer than usual the work takes, from 1 to MOST."""
    start = time.perf_counter()
    at_work = [subprocess.Popen([sys.executable, "-S", "-c", WORK]) for _ in range(TOGETHER)]
    for process in at_work:
        process.wait()
    return min(MOST, max(1.0, (time.perf_counter() - start) / USUAL))


def scaled(limit):
    """A limit in seconds, as it is here and now."""
    return limit * slowness()


def ms(limit):
    """The same in milliseconds, as Playwright has it."""
    return 1000 * scaled(limit)
