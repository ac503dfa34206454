"""Sliders. An `Explorer` turns settings into arrays (`compute`, pure NumPy, tested without a browser) and arrays into a
picture (`draw`); each explorer of the notebooks has a file of its own."""
from .bound import ACTIVATIONS, bound_curves, bound_explorer
from .captions import caption_explorer, caption_of
from .cliff import cliff, cliff_explorer, descend, folds, wall
from .explorer import Explorer, choice, entry, slider
from .gap import gap_curves, gap_explorer
from .gate_explorer import PRESETS, gate_explorer
from .gates import START, gate_curves
from .glossary import glossary_explorer, glossary_table
from .ledger import claims_explorer, ledger_html
from .player import film_strip, player
from .results import results_explorer, results_of
from .text import draw_reading, reading, text_explorer

__all__ = ["ACTIVATIONS", "PRESETS", "START", "Explorer", "bound_curves", "bound_explorer", "caption_explorer",
           "caption_of", "choice", "claims_explorer", "cliff", "cliff_explorer", "descend", "draw_reading", "entry",
           "film_strip", "folds", "gap_curves", "gap_explorer", "gate_curves", "gate_explorer", "glossary_explorer",
           "glossary_table", "ledger_html", "player", "reading", "results_explorer", "results_of", "slider",
           "text_explorer", "wall"]
