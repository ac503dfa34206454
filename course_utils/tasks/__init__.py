"""The tasks on which the course measures learning; `base` says what a task is. TASKS names them for experiments."""
from .arithmetic import Adding, Multiplication
from .base import Batch, Task, one_hot
from .copying import Copy
from .digits import Digits
from .latch import Latch
from .order import TemporalOrder
from .reber import ContinualReber
from .sentences import Agreement, Recall
from .text import NextSymbol
from .timing import Timing

TASKS = {"latch": Latch, "adding": Adding, "multiplication": Multiplication, "copy": Copy,
         "temporal order": TemporalOrder, "continual Reber": ContinualReber, "timing": Timing, "digits": Digits,
         "recall": Recall, "agreement": Agreement}

__all__ = ["TASKS", "Batch", "NextSymbol", "Task", "one_hot", *(task.__name__ for task in TASKS.values())]
