"""The exercises of each notebook and `check`, which says what is wrong with an answer; the claims of the notes and the
glossary, too."""
from .checking import check

__all__ = ["check"]
