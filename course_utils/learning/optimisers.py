"""Rules that turn a gradient g into a step of the weights w, in place.

Each keeps running averages per weight in `slots`, {slot: {weight: array}}, and the number of steps done in `n_steps`:
together with the settings that is all it remembers.
"""
import numpy as np

from ..ground.arguments import array, pair, table, takes
from ..ground.checks import as_real, as_size


class Optimiser:
    """What all rules have: a learning rate, slots, and `step(weights, grads)`."""

    slot_names = ()

    def __init__(self, lr):
        self.lr, self.n_steps = as_real("lr", lr, above=0), 0
        self.slots = {name: {} for name in self.slot_names}

    @property
    def settings(self):
        """{name: value} of what the rule was made with."""
        return {name: value for name, value in vars(self).items() if name not in ("slots", "n_steps")}

    @takes(weights=table(array), grads=table(array))
    def step(self, weights, grads):
        """Change every array of `weights`, {name: array}, in place by its gradient in `grads`. Raises ValueError
        unless both hold the same names."""
        if set(weights) != set(grads):
            raise ValueError(f"grads hold {', '.join(grads)}, expected {', '.join(weights)}")
        if wrong := [name for name, w in weights.items() if w.shape != grads[name].shape]:
            raise ValueError(f"grads[{wrong[0]!r}] has shape {grads[wrong[0]].shape}, expected that of "
                             f"weights[{wrong[0]!r}], {weights[wrong[0]].shape}")
        self.n_steps += 1
        for name, w in weights.items():
            for held in self.slots.values():
                if name not in held:
                    held[name] = np.zeros_like(w)
            w -= self.change(grads[name], *(held[name] for held in self.slots.values()))


class SGD(Optimiser):
    """w ← w − lr·v with v ← momentum·v + g (v = g without momentum)."""

    slot_names = ("velocity",)

    def __init__(self, lr, momentum=0.0):
        super().__init__(lr)
        self.momentum = _share("momentum", momentum)

    def change(self, g, velocity):
        if not self.momentum:
            return self.lr * g
        velocity *= self.momentum
        velocity += g
        return self.lr * velocity


class RMSprop(Optimiser):
    """w ← w − lr·g / (√v + ε) with v ← decay·v + (1 − decay)·g² (Tieleman & Hinton 2012)."""

    slot_names = ("square",)

    def __init__(self, lr, decay=.9, eps=1e-8):
        super().__init__(lr)
        self.decay, self.eps = _share("decay", decay), as_real("eps", eps, above=0)

    def change(self, g, square):
        square += (1 - self.decay) * (g * g - square)
        return self.lr * g / (np.sqrt(square) + self.eps)


class Adam(Optimiser):
    """w ← w − lr·m̂ / (√v̂ + ε) with running means m of g and v of g², each divided by 1 − βⁿ after n steps
    (Kingma & Ba 2015). n_total: let the learning rate fall linearly, from lr to lr / n_total at step n_total."""

    slot_names = ("mean", "square")

    def __init__(self, lr, betas=(.9, .999), eps=1e-8, n_total=None):
        super().__init__(lr)
        self.betas = tuple(_share("betas", beta) for beta in pair("betas", betas))
        self.eps = as_real("eps", eps, above=0)
        self.n_total = None if n_total is None else as_size("n_total", n_total)

    def change(self, g, mean, square):
        first, second = self.betas
        mean += (1 - first) * (g - mean)
        square += (1 - second) * (g * g - square)
        root = np.sqrt(square / (1 - second**self.n_steps))
        return self.falling_lr() / (1 - first**self.n_steps) * mean / (root + self.eps)

    def falling_lr(self):
        """The learning rate of this step; that of step n_total, too, afterwards."""
        return self.lr if self.n_total is None else self.lr * max(1, self.n_total + 1 - self.n_steps) / self.n_total


OPTIMISERS = {"SGD": SGD, "RMSprop": RMSprop, "Adam": Adam}


def _share(name, value):
    value = as_real(name, value)
    if not 0 <= value < 1:
        raise ValueError(f"{name} is {value}, expected a number from 0 up to, but not including, 1")
    return value
