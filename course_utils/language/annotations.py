"""What every character of Python source belongs to, as Python's own tokenizer sees it."""
import io
import tokenize

import numpy as np

from ..ground.arguments import a, takes


@takes(source=a(str))
def annotate(source):
    """{"comment", "string", "bracket": (N,) booleans, "indentation", "column": (N,) numbers} for the N characters.

    bracket: from a round, square or curly bracket, it included, to the one that closes it, which is not. indentation:
    spaces at the beginning of the character's line; column: its place in the line.
    Raises ValueError for source that Python cannot split into tokens, or whose brackets don't fit.
    """
    lines = io.StringIO(source).readlines()
    starts = np.cumsum([0, *map(len, lines)])
    found = {name: np.zeros(len(source), bool) for name in ("comment", "string", "bracket")}
    opened = []
    for kind, text, first, last in _tokens(source):
        a, b = (starts[min(row, len(lines)) - 1] + column for row, column in (first, last))
        if kind == "COMMENT":
            found["comment"][a:b] = True
        elif kind == "STRING" or kind.startswith("FSTRING"):
            found["string"][a:b] = True
        elif text in ("(", "[", "{"):
            opened.append((text, a))
        elif text in (")", "]", "}"):
            bracket, start = opened.pop() if opened else ("nothing", a)
            if bracket + text not in ("()", "[]", "{}"):
                raise ValueError(f"this is no Python source: {text} closes {bracket}")
            found["bracket"][start:a] = True
    spaces = [len(line) - len(line.lstrip(" ")) for line in lines]
    return found | {"indentation": np.repeat(spaces, [len(line) for line in lines]),
                    "column": np.concatenate([np.arange(len(line)) for line in lines] or [[]])}


def _tokens(source):
    """(kind, text, (row, column) of the first character, (row, column) after the last) of every token."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            yield tokenize.tok_name[token.type], token.string, token.start, token.end
    except (tokenize.TokenError, SyntaxError, IndexError) as error:
        raise ValueError(f"this is no Python source: {error}") from None
