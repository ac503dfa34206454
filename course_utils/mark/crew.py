"""Many students at once: on this machine's cores, or on the workers of a Dask cluster."""
from contextlib import contextmanager

from .students import Marks, guard, mark_one
from .workplace import ENDING, Over, clear_abandoned, end_all

BACKENDS = ("threads", "dask")
TWICE = "a worker of the cluster ended twice while these notebooks ran"


def mark_here(submission, limits, begin):
    """The `Marks` of a student, or None if the marking was interrupted. begin(submission) is called first."""
    try:
        if ENDING.is_set():
            return None
        begin(submission)
        return mark_one(submission, limits)
    except Over:
        return None


def mark_there(submission, limits):
    """The `Marks` of a student, in a worker process of a cluster."""
    guard()
    clear_abandoned()
    return mark_one(submission, limits)


def mark_each(submissions, limits, begin, *, workers=-1, backend="threads", scheduler=None):
    """Yield the `Marks` of each student as they come. begin(submission): called here just before notebooks run here.

    On this machine each worker is a thread that looks after one student's kernels, which are processes of their own.
    If the block that reads ends early, everything that still runs is ended first.
    """
    import joblib

    guard()
    ENDING.clear()
    with _workers(joblib, backend, scheduler):
        if backend == "dask":
            yield from _on_cluster(joblib, submissions, limits, workers)
            return
        try:
            yield from _together(joblib, [joblib.delayed(mark_here)(one, limits, begin) for one in submissions],
                                 workers)
        except BaseException:  # an interruption, or the reader has had enough
            end_all()
            raise


def _together(joblib, calls, workers):
    parallel = joblib.Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs")
    yield from (marks for marks in parallel(calls) if marks is not None)


def _on_cluster(joblib, submissions, limits, workers):
    """As `mark_each`; where a worker dies again and again, students that were at work are tried one at a time."""
    from distributed import KilledWorker

    left = {one.student: one for one in submissions}
    alone = []
    while left:
        batch = [left[name] for name in (alone[:1] or left)]
        begun = []
        calls = (begun.append(one.student) or joblib.delayed(mark_there)(one, limits) for one in batch)
        try:
            for marks in _together(joblib, calls, workers):
                left.pop(marks.student)
                yield marks
        except KilledWorker:
            if alone:
                yield Marks(left.pop(alone[0]).student, failure=TWICE)
            else:
                alone = [name for name in begun if name in left]
                continue
        alone = alone[1:]


@contextmanager
def _workers(joblib, backend, scheduler):
    """Here joblib finds its workers."""
    if backend == "threads":
        with joblib.parallel_config("threading"):
            yield
        return
    from distributed import Client

    with Client(scheduler), joblib.parallel_config("dask"):  # the client is found by joblib's dask backend
        yield
