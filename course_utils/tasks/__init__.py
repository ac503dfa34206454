"""The tasks on which the course measures learning, and the words and small grammars that some of them are made of."""
from .arithmetic import Adding, Multiplication
from .base import Batch, Task, one_hot
from .copying import Copy
from .digits import Digits
from .grammar import LANGUAGES, PLACES, WORDS, bits_per_word, story
from .latch import Latch
from .order import TemporalOrder
from .parity import Parity
from .reber import ContinualReber
from .sentences import Agreement, Recall
from .text import NextSymbol
from .timing import Timing
from .vocabulary import Vocabulary

TASKS = {"latch": Latch, "adding": Adding, "multiplication": Multiplication, "copy": Copy,
         "temporal order": TemporalOrder, "continual Reber": ContinualReber, "timing": Timing, "digits": Digits,
         "recall": Recall, "agreement": Agreement, "parity": Parity}

__all__ = ["LANGUAGES", "PLACES", "TASKS", "WORDS", "Batch", "NextSymbol", "Task", "Vocabulary", "bits_per_word",
           "one_hot", "story", *(task.__name__ for task in TASKS.values())]
