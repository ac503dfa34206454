"""`check`: what the notebooks call.

    check.step_backward(step_backward)      # right, or which output is off, how far, and by which mistake
    check.hint("step_backward")             # one more hint at each call
    check.case("step_backward")             # the arguments of the smallest case, to try a function on
    check.solution("step_backward")

Each notebook has a module beside this one, of its own name, with its exercises. `exercise` says what these are;
`calling` runs the reader's code; `judging` gives the verdict, with `comparing`, `explaining` and `patterns`;
`broken_…` holds notebook 18's bugs.
"""
import difflib
import importlib
import pkgutil
from collections import Counter

from .calling import outcomes
from .exercise import Exercise
from .judging import judge
from .smallest import by_name, smallest_of


class Check:
    """`check.name(answer)` judges an answer; `check.hint("name")`, `.case("name")` and `.solution("name")` help.

    An answer is the reader's function, or a value where a prediction is asked for. Works offline.
    """

    def __init__(self):
        self._exercises, self._hints = {}, Counter()

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        exercise = self._find(name)

        def check_answer(answer):
            print(judge(exercise, outcomes(exercise, answer)))

        check_answer.__doc__ = f"Judge your answer to the exercise {name}: which output is off, how far, and why."
        return check_answer

    def __dir__(self):
        return [*super().__dir__(), *self.exercises()]

    def exercises(self):
        """{name: Exercise} of the whole course, in the order of the notebooks."""
        if not self._exercises:
            for module in modules():
                self._exercises.update(exercises_of(module))
        return dict(self._exercises)

    def hint(self, name):
        """Print one more hint at each call."""
        exercise = self._find(name)
        self._hints[name] += 1
        for n, hint in enumerate(exercise.hints[:self._hints[name]], 1):
            print(f"hint {n} of {len(exercise.hints)}: {hint}")
        if self._hints[name] > len(exercise.hints):
            print(f'That was all. check.solution("{name}") shows a solution.')

    def case(self, name):
        """{name of the argument: its value} of the smallest case on which answers are tried."""
        exercise = self._find(name)
        if exercise.draw is None:
            raise ValueError(f"{name} asks for a value, there are no cases to try it on")
        return by_name(exercise, smallest_of(exercise))

    def solution(self, name):
        """Print a solution."""
        print(self._find(name).source())

    def _find(self, name):
        """The exercise called `name`. Raises AttributeError."""
        found = self.exercises()
        if name not in found:
            near = difflib.get_close_matches(str(name), found)
            raise AttributeError(f"there is no exercise {name!r}" + (f", did you mean {near[0]!r}?" if near else ""))
        return found[name]


def modules():
    """The modules of exercises, nb01_… to the last, in order."""
    package = __name__.rpartition(".")[0]
    places = importlib.import_module(package).__path__
    names = sorted(module.name for module in pkgutil.iter_modules(places) if module.name.startswith("nb"))
    return [importlib.import_module(f"{package}.{name}") for name in names]


def exercises_of(module):
    """{name: Exercise} of one module, in the order in which they are written."""
    return {thing.name: thing for thing in vars(module).values() if isinstance(thing, Exercise)}


check = Check()
