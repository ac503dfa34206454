"""Words as numbers. ⟨null⟩ fills up shorter sentences and counts nowhere, ⟨start⟩ is read first, ⟨end⟩ written last."""
from itertools import chain

import numpy as np

from ..ground.arguments import takes, texts, whole
from ..tasks.vocabulary import Vocabulary
from .scenes import all_scenes, sentence

NULL, START, END = 0, 1, 2
_SENTENCES = [sentence(scene).split() for scene in all_scenes()]
WORDS = ("⟨null⟩", "⟨start⟩", "⟨end⟩", *dict.fromkeys(chain(*_SENTENCES)))
VOCABULARY = Vocabulary(WORDS)
LONGEST = max(map(len, _SENTENCES)) + 1  # steps, ⟨end⟩ included


@takes(sentences=texts)
def encode(sentences):
    """(words (T, B) to read, target (T, B) to write, mask (T, B) of what counts) for B sentences, T the longest + 1.

    What is read is ⟨start⟩ and the sentence, what is written the sentence and ⟨end⟩; both are filled up with ⟨null⟩.
    Raises ValueError for a word that is not in the vocabulary, or no sentence.
    """
    split = [text.split() for text in sentences]
    if marks := {word for words in split for word in words} & set(WORDS[:3]):
        raise ValueError(f"sentences hold {', '.join(sorted(marks))}, expected words alone")
    if not split:
        raise ValueError("sentences is empty, expected at least one")
    read = np.full((max(map(len, split)) + 1, len(split)), NULL)
    target = read.copy()
    for b, words in enumerate(split):
        numbers = VOCABULARY.encode([*words, WORDS[END]])
        read[:len(numbers), b] = [START, *numbers[:-1]]
        target[:len(numbers), b] = numbers
    return read, target, target != NULL


@takes(numbers=whole("T"))
def decode(numbers):
    """The sentence of word numbers (T,), up to the first ⟨end⟩."""
    numbers = list(numbers)
    return " ".join(VOCABULARY.decode(numbers[:numbers.index(END)] if END in numbers else numbers))
