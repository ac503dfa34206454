"""One tanh unit that is to hold a bit (notebook 07)."""
import numpy as np

from ...ground.arguments import numbers, real, takes


@takes(w=real(), u=real(), b=real(), x=numbers(..., "T"))
def latch_states(w, u, b, x):
    """The states h_1 … h_T of the unit h_t = tanh(w h_{t−1} + u x_t + b), from h_0 = 0, in the shape of x.

    x: inputs (T,) of one sequence or (T, B) of B. Bengio, Simard & Frasconi (1994) call the unit a latch: with w > 1
    and a small b it has two stable states.
    """
    h, states = np.zeros(x.shape[1:]), np.zeros(x.shape)
    for t, x_t in enumerate(x):
        h = states[t] = np.tanh(w * h + u * x_t + b)
    return states
