"""matplotlib's pyplot in the course's style, and `show`: imported, this sets the style for the whole session."""
import gc

from .plotting import plt, show, use_course_style

__all__ = ["plt", "show"]

use_course_style()
gc.freeze()  # what has been imported stays: the collector need not look through it again and again
