"""Fair timing on a machine that does other things too: every contender in turn, in shuffled order, and medians."""
import gc
import itertools
import multiprocessing
import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter, process_time

import numpy as np
from threadpoolctl import threadpool_info
from tqdm import tqdm

BUSY = 1.1  # largest processor time / wall time that counts as one thread


def one_thread():
    """RuntimeError unless every library runs one thread; the environment must have said so before they loaded."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    many = [pool["internal_api"] for pool in threadpool_info() if pool["num_threads"] != 1]
    if many:
        raise RuntimeError(f"more than one thread in {', '.join(many)}: the comparison would not be fair")


def one_core():
    """`one_thread`, and this process keeps to one processor where the system can say so: JAX makes a thread for each
    one that it sees, whatever its flags say. To be called before JAX is first used."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    one_thread()


def check_one_thread(run, name, seconds=.3):
    """RuntimeError if calls of `run` keep more than one processor busy: for a library that threadpoolctl can't see."""
    run()
    wall, busy = perf_counter(), process_time()
    while perf_counter() < wall + seconds:
        run()
    share = (process_time() - busy) / (perf_counter() - wall)
    if share > BUSY:
        raise RuntimeError(f"{name} keeps {share:.2f} processors busy, expected one: the comparison would not be fair")


def one_process_each(function, arguments, label=None):
    """[function(argument) …], each call in a new process: the memory that one case has used and given back changes
    how the allocator serves the next, by up to half of PyTorch's time for an LSTM in float32."""
    results = []
    for argument in tqdm(arguments, desc=label, disable=label is None):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            results.append(pool.submit(function, argument).result())
    return results


def interleave(runs, seconds, at_least=5, label=None):
    """{name: array of times in seconds} for `runs`, {name: function without arguments}.

    Every round calls each function once, in a new order; there are rounds until `seconds` have passed, and no
    fewer than `at_least`. One call of each warms up and does not count. label: of the progress bar, if one is wanted.
    """
    times, order = {name: [] for name in runs}, random.Random(0)
    for run in runs.values():
        run()
    stop = perf_counter() + seconds
    gc.collect()
    gc.disable()
    try:
        for n in tqdm(itertools.count(), desc=label, disable=label is None, unit=" rounds"):
            if n >= at_least and perf_counter() > stop:
                break
            for name in order.sample(list(runs), len(runs)):
                times[name].append(_seconds(runs[name]))
    finally:
        gc.enable()
    return {name: np.array(values) for name, values in times.items()}


def _seconds(run):
    start = perf_counter()
    run()
    return perf_counter() - start


def median(times):
    """{name: median time in seconds}."""
    return {name: float(np.median(values)) for name, values in times.items()}


def geometric_mean(ratios):
    return float(np.exp(np.mean(np.log(ratios))))


def worst_error(ours, theirs):
    """The largest of max |a − b| / max |b| over the pairs of arrays in two dicts with the same names."""
    if set(ours) != set(theirs):
        raise ValueError(f"ours holds {', '.join(ours)} and theirs {', '.join(theirs)}, expected the same names")
    return max(float(np.abs(ours[name] - b).max() / np.abs(b).max()) for name, b in theirs.items())
