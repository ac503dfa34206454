"""What an exercise is: a solution, cases to try it on, and the mistakes that people make."""
import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

CASES = ((4, np.float64), (3, np.float64), (1, np.float64), (2, np.float32), (1, np.float32))  # batch size, dtype


class Mistake(NamedTuple):
    """A wrong implementation that people write, what is wrong with it, and the question that leads out of it."""

    answer: Callable
    what: str
    ask: str


class Exercise:
    """A function that the reader writes, or a value that the reader predicts. Made by `exercise` and `prediction`."""

    def __init__(self, solution, outputs, hints, draw, tolerance, seconds):
        self.name, self.solution, self.outputs, self.hints = solution.__name__, solution, outputs, hints
        self.draw, self.tolerance, self.seconds = draw, tolerance, seconds
        self.mistakes, self.given, self.judge = [], None, None
        self.use = lambda answer, *arguments: answer(*arguments)
        self.cases = CASES if draw else ((1, np.float64),)

    def mistake(self, what, ask):
        """Decorator: a wrong implementation. what completes "It looks as if …"; ask leads out of it."""
        def keep(answer):
            self.mistakes.append(Mistake(answer, what, ask))
            return answer
        return keep

    def wrong(self, value, what, ask):
        """A wrong value that people predict; what and ask as for `mistake`."""
        self.mistake(what, ask)(lambda: value)

    def bug(self, what, ask):
        """Decorator: the implementation that the notebook hands out, with a bug in it for the reader to find."""
        def keep(answer):
            self.given = answer
            return self.mistake(what, ask)(answer)
        return keep

    def used_by(self, use):
        """Decorator: use(answer, *arguments) instead of answer(*arguments), for classes and longer scenarios."""
        self.use = use
        return use

    def accepts(self, judge):
        """Decorator: an open exercise. judge(outputs, *arguments) returns None, or what is wrong in words."""
        self.judge = judge
        return judge

    def case(self, trial):
        """(k, batch size, dtype) of the case of a trial: after the last case the first is tried a second time."""
        k = trial % len(self.cases)
        return k, *self.cases[k]

    def arguments(self, trial):
        """The arguments of a trial, the same at every call: fresh arrays that may be spoilt."""
        k, batch, dtype = self.case(trial)
        return tuple(self.draw(np.random.default_rng(k), batch, dtype)) if self.draw else ()

    def describe(self, trial):
        """A trial in words: its batch size, if every case has an axis of that length, and its dtype."""
        k, batch, dtype = self.case(trial)
        return f"{f'B = {batch}' if self._batched else f'case {k + 1} of {len(self.cases)}'}, {np.dtype(dtype)}"

    @cached_property
    def _batched(self):
        return all(batch in sizes_in(self.arguments(k)) for k, (batch, _) in enumerate(self.cases))

    def source(self):
        """The solution's source, without the decorator above it."""
        lines = textwrap.dedent(inspect.getsource(self.solution)).splitlines()
        return "\n".join(lines[ast.parse("\n".join(lines)).body[0].lineno - 1:])


def sizes_in(arguments):
    """The sizes of all axes of all arrays among arguments."""
    return {size for argument in arguments for size in getattr(argument, "shape", ())}


def exercise(*outputs, draw, hints, tolerance=1e-6, seconds=5.0):
    """Decorator: the function below it is the solution of an `Exercise` of its name.

    outputs: a name for each array that it returns. draw(rng, batch, dtype): the arguments of one case.
    hints: one more is shown at each call of `check.hint`. tolerance: largest relative error of a right answer in
    float64 (4000 times that in float32). seconds: after these a call counts as endless.
    """
    return lambda solution: Exercise(solution, outputs, hints, draw, tolerance, seconds)


def prediction(*, hints, tolerance=1e-6):
    """Decorator: the answer is a value, a number or a word, which the function below it returns."""
    return lambda solution: Exercise(solution, ("answer",), hints, None, tolerance, 5.0)
