"""What moves on a page: explorers with sliders, presets and words below the picture, and players of frames.

The explorer of captions is loaded when it is asked for: all sentences that a caption can be are made then."""
from .bound import bound_explorer
from .cliff import cliff_explorer
from .controls import choice, entry, slider
from .explorer import Explorer
from .gap import gap_explorer
from .gate_explorer import PRESETS, gate_explorer
from .glossary import glossary_explorer, glossary_table
from .keep_explorer import keep_explorer
from .ledger import claims_explorer, ledger_html
from .painted import PaintedExplorer
from .player import film_strip, player
from .results import results_explorer, results_of
from .text import draw_reading, reading, text_explorer

__all__ = ["PRESETS", "Explorer", "PaintedExplorer", "bound_explorer", "caption_explorer", "caption_of", "choice",
           "claims_explorer", "cliff_explorer", "draw_reading", "entry", "film_strip", "gap_explorer", "gate_explorer",
           "glossary_explorer", "glossary_table", "keep_explorer", "ledger_html", "player", "reading",
           "results_explorer", "results_of", "slider", "text_explorer"]


def __getattr__(name):
    if name in ("caption_explorer", "caption_of"):
        from . import captions

        return getattr(captions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
