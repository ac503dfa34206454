"""All trainings of a list, in parallel, with the table written as they come in."""
import json
from contextlib import contextmanager

from ..ground.arguments import flag, mapping, maybe, path, size, some, takes, text
from .results import alone, begun, save
from .runs import DEFAULTS, OUTCOMES, run, settings_of

BACKENDS = ("loky", "dask")


@takes(runs=some(mapping), path=path, command=text, jobs=size(-1, 10_000), backend=text,
       scheduler=maybe(text), progress=flag)
def sweep(runs, path, *, command="course_utils.experiments.sweep", jobs=-1, backend="loky", scheduler=None,
          progress=True):
    """Train every run of the list and keep the rows in the CSV file `path`, in the order of the list.

    runs: dicts of settings (see `runs.prepare`). Rows that `path` holds already are not computed again, so that a sweep
    that was interrupted goes on where it was. jobs: worker processes, −1 for all cores. backend: "loky" (this machine)
    or "dask", a cluster whose scheduler listens at `scheduler` ("tcp://host:8786"; its workers need the course
    installed). Needs `pip install -e '.[sweep]'`. Returns the rows. Raises ValueError for an unknown setting or
    backend; and, before anything is trained, for a file that is no table of such trainings, is damaged, holds others
    than these, or is being written by another sweep: it stays as it is.
    """
    import joblib
    from tqdm.auto import tqdm

    if backend not in BACKENDS:
        raise ValueError(f"backend is {backend!r}, expected one of {', '.join(BACKENDS)}")
    if jobs == 0:
        raise ValueError("jobs is 0, expected −1 for all cores, or at least 1")
    if backend == "dask" and scheduler is None:
        raise ValueError("scheduler is missing, expected the address of a Dask scheduler such as tcp://host:8786")
    wanted = {key(settings): settings for settings in runs}
    with alone(path):
        done = begun(path, wanted, _key_of_row, ("task", "cell", "seed", *OUTCOMES))
        todo = [settings for name, settings in wanted.items() if name not in done]
        with _workers(joblib, backend, scheduler):
            parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
            rows = parallel(joblib.delayed(run)(settings) for settings in todo)
            for row in tqdm(rows, total=len(wanted), initial=len(wanted) - len(todo), disable=not progress):
                done[key(row)] = row
                save(path, [done[name] for name in wanted if name in done], command)
    return [done[name] for name in wanted]


def key(settings):
    """The settings of a run or a row as text: equal for equal settings, whatever their order."""
    full = DEFAULTS | settings_of(settings)
    return json.dumps({name: float(value) if isinstance(value, int) else value for name, value in full.items()},
                      sort_keys=True)


def _key_of_row(row):
    """The key of a row of a table. Raises ValueError for one without the numbers that a training ends with."""
    for name, check in OUTCOMES.items():
        check(f"{name} of a row", row[name])
    return key(row)


@contextmanager
def _workers(joblib, backend, scheduler):
    """Here joblib finds its workers; those of this machine get one BLAS thread each."""
    if backend == "loky":
        with joblib.parallel_config("loky", inner_max_num_threads=1):
            yield
        return
    from distributed import Client

    with Client(scheduler), joblib.parallel_config("dask"):  # the client is found by joblib's dask backend
        yield
