"""Fair timing on a machine that does other things too: every contender in turn, in shuffled order, and medians."""
import gc
import itertools
import multiprocessing
import random
from time import perf_counter

import numpy as np
import torch
from threadpoolctl import threadpool_info
from tqdm import tqdm


def one_thread():
    """RuntimeError unless every library runs one thread; the environment must have said so before they loaded."""
    torch.set_num_threads(1)
    many = [pool["internal_api"] for pool in threadpool_info() if pool["num_threads"] != 1]
    if many:
        raise RuntimeError(f"more than one thread in {', '.join(many)}: the comparison would not be fair")


def one_process_each(function, arguments, label=None):
    """[function(argument) …], each call in a new process: the memory that one case has used and given back changes
    how the allocator serves the next, by up to half of PyTorch's time for an LSTM in float32."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        results = list(tqdm(pool.imap(function, arguments), desc=label, total=len(arguments), disable=label is None))
        pool.close()
        pool.join()
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
