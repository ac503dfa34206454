"""Many students at once: on this machine's cores, or on the workers of a Dask cluster.

The cluster is asked by its own client: joblib, by which the sweeps reach it, runs the work in the asking process where
a cluster has but one thread left, and students' code is to run nowhere but on the workers.
"""
import os
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice

from .students import Marks, guard, mark_one
from .workplace import ENDING, Over, clear_abandoned, end_all

BACKENDS = ("threads", "dask")


def mark_each(submissions, limits, begin, *, workers=-1, backend="threads", scheduler=None):
    """Yield the `Marks` of each student as they come; begin(submission) is called before notebooks run on this machine.

    workers: students at a time, −1 for all cores; a cluster uses all its own. If the block that reads ends early,
    everything that still runs is ended first.
    """
    guard()
    if backend == "dask":
        yield from _on_cluster(submissions, limits, scheduler)
    elif submissions:
        yield from _here(submissions, limits, begin, workers if workers > 0 else cores())


def cores():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(submissions, limits, begin, workers):
    """Each worker is a thread that looks after one student's kernels, which are processes of their own."""
    ENDING.clear()
    with ThreadPoolExecutor(workers) as pool:
        waiting = {pool.submit(mark_here, one, limits, begin) for one in submissions}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        except BaseException:  # an interruption, or the reader has had enough
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise


def mark_here(submission, limits, begin):
    """The `Marks` of a student, or None if the marking was interrupted."""
    try:
        if not ENDING.is_set():
            begin(submission)
            return mark_one(submission, limits)
    except Over:
        pass


def _on_cluster(submissions, limits, scheduler):
    """As `mark_each`. A worker that dies costs the student on whom it dies again and again."""
    from distributed import Client, KilledWorker, as_completed

    with Client(scheduler) as client:
        ahead, students, found = iter(submissions), {}, as_completed()

        def send(some):
            for one in some:
                future = client.submit(mark_there, one, limits, pure=False)
                students[future] = one.student
                found.add(future)

        send(islice(ahead, 2 * max(1, sum(client.ncores().values()))))
        for future in found:
            if future.cancelled():
                raise ConnectionError(f"the cluster at {scheduler} has gone")
            student, error = students.pop(future), future.exception()
            if error is not None:
                killed = isinstance(error, KilledWorker)
                said = "workers of the cluster died of it" if killed else repr(error)
                yield Marks(student, failure=said, unstarted=not killed)
            else:
                yield future.result()
            send(islice(ahead, 1))


def mark_there(submission, limits):
    """The `Marks` of a student, in a worker process of a cluster."""
    guard()
    clear_abandoned()
    return mark_one(submission, limits)
