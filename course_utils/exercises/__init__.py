"""Exercises that say what is wrong. In a notebook:

    from course_utils.exercises import check
    check.step_backward(step_backward)      # right, or which output is off, how far, and by which mistake
    check.hint("step_backward")             # one more hint at each call
    check.solution("step_backward")

Each notebook has a module here, of its own name, with its exercises: the solution, how to draw cases, the mistakes that
people make. `exercise` says what these are; `calling` runs the reader's code; `judging` gives the verdict, with
`comparing`, `explaining` and `patterns`; `checking` is what the notebooks call. `broken_…` holds notebook 18's bugs.
"""
from .checking import check

__all__ = ["check"]
