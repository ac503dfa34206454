"""Training: batches in, smaller losses out, with a log of what the gradient did meanwhile."""
import time
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ..engine.backprop import earliest, gradient_norms
from ..engine.clipping import clip_by_value, joint_norm, shrink
from ..engine.graph import candidate, gate_columns
from ..ground.arguments import a, flag, generator, having, mapping, maybe, path, real, size, takes
from ..ground.checks import as_real, as_size
from ..ground.files import reading
from .checkpoints import arrays_like, load_checkpoint, save_checkpoint
from .history import History
from .model import NotFinite, check_learner, loss_and_gradients, predict
from .optimisers import Optimiser
from .regulariser import check_plain, vanishing_regulariser

TASK = ("loss", "batch", "test", "wrong", "tolerance", "n_test")  # what a task has
TEST_PIECE = 500  # sequences tested at once
SAVED = ("of", "iteration", "n_steps", "rng", "test_seed", "log")  # the notes of a checkpoint


class TrainingDiverged(ArithmeticError):
    """Training left the finite numbers at `iteration`; `step` is the time step of the first state that is not finite,
    None if it was the loss or a gradient. The model keeps the weights that it had before this iteration."""

    def __init__(self, iteration, cause, log):
        before = f"; gradient norm last logged: {log.gradient_norm[-1]:.3g}" if log.gradient_norm else ""
        super().__init__(f"training diverged at iteration {iteration}: {cause}{before}. "
                         "Try a smaller learning rate, or clip_norm")
        self.iteration, self.step, self.log = iteration, cause.step, log


@takes(model=check_learner, task=having(*TASK), optimiser=a(Optimiser), rng=generator, n_iterations=size(0, np.inf),
       batch_size=size(), carry=flag, checkpoint=maybe(path), checkpoint_every=real(0), progress=flag)
def fit(model, task, optimiser, rng, n_iterations, *, batch_size=32, clip_norm=None, clip_value=None, regulariser=0.0,
        truncate=None, carry=False, restart_every=None, log_every=10, test_every=None, checkpoint=None,
        checkpoint_every=30.0, progress=True):
    """Train `model` (its weights change in place) on batches of `task` until iteration `n_iterations`; a `History`.

    clip_norm, clip_value: clip the gradient by its norm, or each entry. regulariser: weight of Pascanu's regulariser.
    truncate: truncated back-propagation through so many steps. carry: each batch goes on with the states that the
    last one ended with; batch k is then `task.stream(k, batch_size)`, else `task.batch(rng, batch_size)`.
    restart_every: with carry, each sequence begins anew from zero after so many batches, the sequences taking turns:
    a network that never saw the zero state again after the first batch need not cope with it.
    test_every: after so many iterations try `task.n_test` fresh sequences and stop once they are answered.
    checkpoint: a file, written every `checkpoint_every` seconds, at the end and when interrupted. If it is there
    already, training goes on from it and ends as if it had never stopped, to the last bit. progress: show a bar.
    Raises TrainingDiverged when numbers are no longer finite, ValueError for options that don't fit, or for a
    checkpoint of another training.
    """
    options = {"batch_size": batch_size, "regulariser": as_real("regulariser", regulariser),
               "carry": bool(carry), "log_every": as_size("log_every", log_every)}
    options |= {name: None if value is None else as_real(name, value, above=0)
                for name, value in (("clip_norm", clip_norm), ("clip_value", clip_value))}
    options |= {name: None if value is None else as_size(name, value) for name, value in (
        ("truncate", truncate), ("test_every", test_every), ("restart_every", restart_every))}
    if carry:
        having("stream")("carry is True, but task", task)
    if regulariser:
        check_plain(model.cell)
    from tqdm.auto import tqdm  # it looks for ipywidgets, which the rest of the package can do without

    training = _Training(model, task, optimiser, rng, options)
    if checkpoint is not None and Path(checkpoint).exists():
        training.restore(checkpoint)
    else:
        training.test_seed = int(rng.integers(2**62))  # tests draw from generators of their own
    saved = time.monotonic()
    try:
        with tqdm(total=n_iterations, initial=training.iteration, disable=not progress, unit="it") as bar:
            while training.iteration < n_iterations and training.log.solved_at is None:
                training.step()
                bar.update()
                if checkpoint is not None and time.monotonic() - saved > checkpoint_every:
                    training.save(checkpoint)
                    saved = time.monotonic()
    finally:  # when all is done, and when it was interrupted
        if checkpoint is not None and training.whole:
            training.save(checkpoint)
    return training.log


@takes(model=check_learner, task=having(*TASK), rng=generator, n=maybe(size()), enough=real(0))
def share_wrong(model, task, rng, n=None, enough=1.0):
    """The share of n fresh sequences (task.n_test if left out) that the model answers wrongly; stops, with the share
    so far, when more than the share `enough` of all n are wrong."""
    n, wrong, seen = as_size("task.n_test", task.n_test) if n is None else n, 0, 0
    while seen < n and wrong <= enough * n:
        batch = task.test(rng, min(TEST_PIECE, n - seen))
        with np.errstate(over="ignore", invalid="ignore"):
            wrong += np.count_nonzero(task.wrong(predict(model, batch.x)[0], batch))
        seen += batch.mask.shape[1]
    return float(wrong / seen)


def spectral_radius(model):
    """ρ of the candidate's block of W_h."""
    W_h = model.params.W_h
    return float(np.abs(np.linalg.eigvals(W_h[:, gate_columns(model.cell, candidate(model.cell), len(W_h))])).max())


def reach(total, least=1e-3):
    """Over how many steps back from a sequence's own end ‖∂L/∂s_t‖ (mean over the batch) never falls below `least` of
    what it is there; counted as far as the shortest sequence goes.

    A sequence ends where its gradient is last above zero. total (K, T+1, B, H), as `backprop` returns it.
    """
    norms = gradient_norms(total)
    ends = len(norms) - 1 - (norms[::-1] > 0).argmax(axis=0)
    back = np.arange(ends.min() + 1)[:, None]
    mean = norms[ends - back, np.arange(len(ends))].mean(axis=1)  # entry n: n steps before the end
    return len(mean) - 1 - earliest(mean[::-1], least * mean[0])


def carried(trace, k, restart_every=None):
    """The states (K, B, H) with which batch k begins after a batch with this trace: its last ones, but for the
    sequences b with (k + b) divisible by `restart_every`, which begin with zeros."""
    states = trace.states[:, -1].copy()
    if restart_every is not None:
        states[:, (k + np.arange(states.shape[1])) % restart_every == 0] = 0
    return states


class _Training:
    """A training that can be put down between two iterations and taken up again."""

    def __init__(self, model, task, optimiser, rng, options):
        self.model, self.task, self.optimiser, self.rng, self.options = model, task, optimiser, rng, options
        self.iteration, self.log, self.states = 0, History(), None
        self.whole, self.drawn_from = True, None
        self.test_seed = None

    def step(self):
        """One iteration; the weights change only if all numbers are finite."""
        options, n = self.options, self.options["batch_size"]
        self.drawn_from = self.rng.bit_generator.state  # where an interrupted iteration begins anew
        batch = self.task.stream(self.iteration, n) if options["carry"] else self.task.batch(self.rng, n)
        try:
            found = loss_and_gradients(self.model, batch, self.task.loss, state0=self.states,
                                       truncate=options["truncate"])
            grads, norm = self.adjust(found)
        except NotFinite as error:
            raise TrainingDiverged(self.iteration + 1, error, self.log) from None
        self.whole = False
        self.optimiser.step(self.model.weights, grads)
        self.iteration += 1
        self.states = carried(found.trace, self.iteration, options["restart_every"]) if options["carry"] else None
        self.note(found, norm)
        self.whole, self.drawn_from = True, None

    def adjust(self, found):
        """(the gradients with regulariser and clipping, their norm before clipping)."""
        grads, options = found.grads, self.options
        if options["regulariser"]:
            _, extra = vanishing_regulariser(self.model.cell, self.model.params, found.trace, found.total)
            grads = type(grads)(grads | {"W_h": grads.W_h + options["regulariser"] * extra})
        norm = joint_norm(grads)
        if not np.isfinite(norm):
            raise NotFinite("the gradient")
        if options["clip_norm"] is not None:
            grads = shrink(grads, norm, options["clip_norm"])
        return (grads if options["clip_value"] is None else clip_by_value(grads, options["clip_value"])), norm

    def note(self, found, norm):
        """Add to the log what is due at this iteration."""
        log, options = self.log, self.options
        if self.iteration % options["log_every"] == 0 or self.iteration == 1:
            entry = {"iteration": self.iteration, "loss": found.loss, "gradient_norm": norm}
            if found.total is not None:
                entry["reach"] = reach(found.total)
                if self.model.cell.products:
                    entry["rho"] = spectral_radius(self.model)
            for name, value in entry.items():
                getattr(log, name).append(value)
        if options["test_every"] and self.iteration % options["test_every"] == 0:
            fresh = np.random.default_rng([self.test_seed, self.iteration])
            log.tested.append(self.iteration)
            log.wrong.append(share_wrong(self.model, self.task, fresh, enough=self.task.tolerance))
            if log.wrong[-1] <= self.task.tolerance:
                log.solved_at = self.iteration

    def fingerprint(self):
        """What must be the same for a checkpoint to fit."""
        weights = {name: [list(array.shape), str(array.dtype)] for name, array in self.model.weights.items()}
        return {"cell": getattr(self.model, "cell", type(self.model)).__name__, "weights": weights,
                "task": repr(self.task), "options": self.options,
                "optimiser": [type(self.optimiser).__name__, repr(self.optimiser.settings)]}

    def save(self, path):
        arrays = {f"weight/{name}": array for name, array in self.model.weights.items()}
        arrays |= {f"slot/{slot}/{name}": array for slot, held in self.optimiser.slots.items()
                   for name, array in held.items()}
        if self.states is not None:
            arrays["states"] = self.states
        save_checkpoint(path, arrays, {
            "of": self.fingerprint(), "iteration": self.iteration, "n_steps": self.optimiser.n_steps,
            "rng": self.drawn_from or self.rng.bit_generator.state, "test_seed": self.test_seed,
            "log": asdict(self.log)})

    def restore(self, path):
        """Take up a saved training. Raises ValueError if it is another one's, or damaged; nothing has changed then."""
        arrays, notes = load_checkpoint(path)
        with reading(path, "is no checkpoint of a training", "delete it to start anew"):
            if missing := [name for name in SAVED if name not in notes]:
                raise ValueError(f"its notes lack {', '.join(missing)}")
            theirs = mapping("of", notes["of"])
        for name, value in self.fingerprint().items():
            if theirs.get(name) != value:
                raise ValueError(f"{path} belongs to another training: its {name} is {theirs.get(name)}, here {value}")
        with reading(path, "is no checkpoint of a training", "delete it to start anew"):
            saved = self.checked(arrays, notes)
        self.take(*saved)

    def checked(self, arrays, notes):
        """(weights, slots, states, log, rng, numbers) of a checkpoint. Raises ValueError for what does not fit."""
        weights = self.model.weights
        numbers = {name: size(0, np.inf)(name, notes[name]) for name in ("iteration", "n_steps", "test_seed")}
        slots = {slot: arrays_like(weights, arrays, f"slot/{slot}/") if numbers["n_steps"] else {}
                 for slot in self.optimiser.slots}
        states = arrays.get("states")
        if (states is None) == bool(self.options["carry"] and numbers["iteration"]):
            raise ValueError(f"it {'lacks' if states is None else 'has'} states after {numbers['iteration']} batches, "
                             f"and carry is {self.options['carry']}")
        rng = deepcopy(self.rng)
        rng.bit_generator.state = notes["rng"]
        return arrays_like(weights, arrays, "weight/"), slots, states, History.checked(notes["log"]), rng, numbers

    def take(self, weights, slots, states, log, rng, numbers):
        """Go on from what `checked` found."""
        for name, array in self.model.weights.items():
            array[:] = weights[name]
        for slot, held in self.optimiser.slots.items():
            held.update(slots[slot])
        self.states, self.log, self.iteration = states, log, numbers["iteration"]
        self.optimiser.n_steps, self.test_seed = numbers["n_steps"], numbers["test_seed"]
        self.rng.bit_generator.state = rng.bit_generator.state
