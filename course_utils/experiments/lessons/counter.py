"""One LSTM unit that counts, with weights found by thinking (notebook 09)."""
import numpy as np

from ...engine.activations import sigmoid
from ...ground.arguments import numbers, takes, text

WEIGHTS = np.array([(6, 0, -3), (7, 0, 3), (1, -.5, 0), (-2, 1, 1)], float)  # u, w, b of i, f, g and o


@takes(stream=numbers("T"), open_gates=text)
def count(stream, open_gates=""):
    """The memory c (T+1,), from c_0 = 0 on, of a unit that adds to it at input 1 and starts again at input −1.

    a = u x_t + w h_{t−1} + b for each gate; c_t = f c_{t−1} + i g, h_t = o tanh(c_t). open_gates: letters of the gates
    that are held at 1, such as "f" or "io". Raises ValueError for a letter that is no gate's.
    """
    if unknown := set(open_gates) - set("ifo"):
        raise ValueError(f"open_gates is {open_gates!r}, expected letters of ifo, not "
                         f"{', '.join(sorted(unknown))}")
    h, c = 0.0, [0.0]
    for x in stream:
        a_i, a_f, a_g, a_o = WEIGHTS @ (x, h, 1)
        i, f, o = (1.0 if name in open_gates else sigmoid(a) for name, a in (("i", a_i), ("f", a_f), ("o", a_o)))
        c.append(f * c[-1] + i * np.tanh(a_g))
        h = o * np.tanh(c[-1])
    return np.array(c, float)
