"""How long a reader takes: 150 words, or two code cells, or six lines of code a minute."""
import re


def count_words(text):
    """Number of words."""
    return len(re.findall(r"[A-Za-z][A-Za-z'’-]*", text))


def minutes(n_words, code):
    """For so many words and these sources of code cells."""
    lines = sum(bool(line.strip()) for text in code for line in text.splitlines())
    return n_words / 150 + len(code) / 2 + lines / 6
