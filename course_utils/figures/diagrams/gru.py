"""The module of a GRU, its reset gate before or after the recurrent product."""
import numpy as np

from .lstm import gate_box
from .pen import RADIUS, Pen, blank, known

PARTS = ("x", "h_prev", "r", "z", "n", "h")
BELT, ROW, LOW, HIGH, H_BUS, X_BUS = 4.05, 1.3, 2.4, 3.22, .4, -.25
Z, R, N, MEET, SPLIT = 2.3, 4.9, 7.2, 9.25, 1.3


def gru_module(ax, lit=None, values=None, reset="before"):
    """One step of a GRU, h_t = z_t h_{t-1} + (1 − z_t) n_t. W is the recurrent product of n: with reset="before" r
    multiplies h_{t-1} before it, n = tanh(… + (r h_{t-1}) W), with "after" its result, n = tanh(… + r (h_{t-1} W)).

    lit: names of the parts to light, None draws all alike. "x", "h_prev": the two inputs · "r": the reset gate
    and its multiplication · "z": the update gate, its multiplication with h_{t-1}, and 1 − z · "n": the candidate
    and its way to the sum · "h": the state, from h_{t-1} through the sum to h_t. values: {name: number} to print,
    names as for lit. Raises ValueError for an unknown name. Figure size (8.5, 4).
    """
    known([reset], ("before", "after"), "reset")
    pen = Pen.for_parts(ax, lit, PARTS, values, PARTS)
    for draw in (_inputs, _belt, _update, _candidate):
        draw(pen)
    _reset(pen, reset)
    return blank(ax, (-.25, 11.25), (-.6, 4.65))


def _inputs(pen):
    pen.text("h_prev", .5, BELT - .06, "$h_{t-1}$", "right")
    pen.wire("h_prev", (.62, BELT), (SPLIT, BELT), head=False, width=1.9)
    pen.value("h_prev", .72, BELT + .16, "h_prev")
    pen.dot("h_prev", SPLIT, BELT)
    pen.wire("h_prev", (SPLIT, BELT), (SPLIT, H_BUS), (R - .2, H_BUS), head=False)
    pen.text("x", .5, X_BUS - .06, "$x_t$", "right")
    pen.wire("x", (.62, X_BUS), (N, X_BUS), head=False)
    pen.value("x", .72, X_BUS + .11, "x")


def _belt(pen):
    for start, end in ((SPLIT, Z - RADIUS), (Z + RADIUS, MEET - RADIUS), (MEET + RADIUS, 10.6)):
        pen.wire("h", (start, BELT), (end, BELT), width=1.9)
    pen.circle("h", MEET, BELT, "+")
    pen.text("h", 10.7, BELT - .06, "$h_t$")
    pen.value("h", MEET + .4, BELT + .16, "h")


def _update(pen):
    gate_box(pen, "z", Z, ROW, "σ", (H_BUS, X_BUS))
    pen.wire("z", (Z, ROW + .3), (Z, BELT - RADIUS))
    pen.circle("z", Z, BELT, "×")
    pen.quantity("z", Z + .12, 1.9, "$z_t$", "z")
    pen.dot("z", Z, HIGH)
    pen.one_minus("z", R, HIGH, Z, MEET - RADIUS)


def _candidate(pen):
    pen.dot("n", N, X_BUS)
    pen.wire("n", (N, X_BUS), (N, LOW - .3))
    pen.box("n", N, LOW, "tanh")
    pen.wire("n", (N + .45, LOW), (MEET, LOW), (MEET, HIGH - RADIUS))
    pen.quantity("n", N + .57, LOW + .16, "$n_t$", "n")
    pen.circle("n", MEET, HIGH, "×")
    pen.wire("n", (MEET, HIGH + RADIUS), (MEET, BELT - RADIUS))


def _reset(pen, reset):
    left = R - .95
    gate_box(pen, "r", R, ROW, "σ", (H_BUS, X_BUS))
    pen.wire("r", (R, ROW + .3), (R, LOW - RADIUS))
    pen.dot("r", left, H_BUS)
    pen.circle("r", R, LOW, "×")
    pen.quantity("r", R + .12, 1.76, "$r_t$", "r")
    to_r, to_n = ((left, H_BUS), (left, LOW), (R - RADIUS, LOW)), ((R + RADIUS, LOW), (N - .45, LOW))
    if reset == "before":
        pen.wire("r", *to_r)
        _weights(pen, "n", *to_n, place=(5.92, LOW))
    else:
        _weights(pen, "r", *to_r, place=(left, ROW))
        pen.wire("n", *to_n)


def _weights(pen, part, start, *rest, place):
    """A wire through a box W that stands at `place`, between its first point and the next."""
    (x, y), (dx, dy) = place, np.sign(np.subtract(rest[0], start)) * .22
    pen.wire(part, start, (x - dx, y - dy))
    pen.box(part, x, y, "$W$", .44, .44)
    pen.wire(part, (x + dx, y + dy), *rest)
