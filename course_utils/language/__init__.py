"""What a network has learned of a language: what it predicts and owes to earlier symbols, whom its verb follows, what a
unit carries, and how far one gets without a network."""
from .agreement import pulls, right_verb, verb_odds
from .annotations import annotate
from .corpora import CHARACTERS, module_source, python_text
from .ngrams import NGrams, compressed_bits
from .reading import bits_per_symbol, bits_with_context, generate, influence, preferences, read, surprises
from .units import mean_output, separability, silence

__all__ = ["CHARACTERS", "NGrams", "annotate", "bits_per_symbol", "bits_with_context", "compressed_bits", "generate",
           "influence", "mean_output", "module_source", "preferences", "pulls", "python_text", "read", "right_verb",
           "separability", "silence", "surprises", "verb_odds"]
