"""The course's exercises for the tests: what their solutions give, and the verdict on an answer."""
from course_utils.exercises import check
from course_utils.exercises.calling import outcomes
from course_utils.exercises.judging import judge

ALL = check.exercises()


def solve(name, *arguments):
    """What the solution of an exercise gives."""
    return ALL[name].solution(*arguments)


def verdict(name, answer):
    """The verdict on an answer, as `check` prints it."""
    return judge(ALL[name], outcomes(ALL[name], answer))


def said(name, answer):
    """What is printed about an answer."""
    return str(verdict(name, answer))
