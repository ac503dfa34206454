"""The tasks: pictures in, sentences out, and what the eye learns first, names. Training and testing are kept apart
twice, by the images of digits and by the arrangements."""
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..ground.arguments import a, flag, having, numbers, real, some, takes
from ..ground.checks import one_of, ordinary
from ..tasks import Task
from ..tasks.digits import load_digits
from .pictures import CANVAS, SPLITS, draw_images, render, warp
from .scenes import LAYOUTS, Scene, all_scenes, held_out, sentence
from .vocabulary import NULL, encode


class Seen(NamedTuple):
    """What a captioner reads: pictures (B, 20, 20) on [0, 1] and words (T, B), the first of them ⟨start⟩."""

    pictures: np.ndarray
    words: np.ndarray


class Captioned(NamedTuple):
    """A batch: x, what is `Seen` · target (T, B) to write · mask (T, B), False at ⟨null⟩ · scenes, B of them."""

    x: Seen
    target: np.ndarray
    mask: np.ndarray
    scenes: list


def captioned(name, batch):
    """A batch with as many scenes as pictures. Raises ValueError."""
    a(Captioned)(name, batch)
    pictures = numbers("B", CANVAS, CANVAS)("pictures", having("pictures")("x", batch.x).pictures)
    for own, held in (("words", getattr(batch.x, "words", None)), ("target", batch.target), ("mask", batch.mask)):
        ordinary(own, held)
    if len(some(a(Scene))("scenes", batch.scenes)) != len(pictures):
        raise ValueError(f"scenes hold {len(batch.scenes)} scenes, expected {len(pictures)}, as many as pictures")
    return batch


@lru_cache(maxsize=2)
def _arrangements(split):
    """[scenes of each layout] of a split; a digit alone is in both."""
    wanted = split == "held out"
    return [[scene for scene in all_scenes()
             if scene.layout == layout and (n == 1 or held_out(scene) == wanted)] for layout, n in LAYOUTS.items()]


@dataclass(frozen=True)
class Captions(Task):
    """Describe a picture of handwritten digits. images: "training", "held out" or "last" (`pictures.images_of`);
    arrangements: "training" or "held out".

    `batch` draws a layout (the seven are equally likely), then one of its arrangements, an image for each digit, and
    where exactly each is placed. several: leave digits alone out. warp: how far each digit is distorted, see
    `pictures.warp`. `test`: held-out images in held-out arrangements, as they are. baseline: ln of the number of
    scenes over the mean number of words, for someone who sees nothing (a little more than it takes). Raises ValueError
    for another split.
    """

    images: str = "training"
    arrangements: str = "training"
    several: bool = False
    warp: float = 0.0
    tolerance, n_test = 0.0, 500

    def __post_init__(self):
        one_of("images", self.images, SPLITS)
        one_of("arrangements", self.arrangements, SPLITS[:2])
        real(0, 1)("warp", self.warp)
        flag("several", self.several)

    def batch(self, rng, n):
        layouts = _arrangements(self.arrangements)[int(self.several):]
        chosen = (layouts[int(rng.random() * len(layouts))] for _ in range(n))
        scenes = [few[int(rng.random() * len(few))] for few in chosen]
        which, shifts = draw_images(scenes, self.images, rng)
        images = load_digits()[0][which[which >= 0]] / 16
        warped = warp(images, self.warp, rng) if self.warp else images
        return self.describe(scenes, render(scenes, which, shifts, warped))

    def test(self, rng, n):
        return type(self)("held out", "held out", several=True).batch(rng, n)

    @staticmethod
    @takes(scenes=some(a(Scene)), pictures=numbers("B", CANVAS, CANVAS))
    def describe(scenes, pictures):
        """The batch of scenes and their pictures: the sentences are the answers."""
        words, target, mask = encode([sentence(scene) for scene in scenes])
        return Captioned(Seen(pictures, words), target, mask, list(scenes))


@lru_cache(maxsize=1)
def _next_words():
    """{words read: number of the likeliest next one} in the sentences of training, each layout equally likely."""
    chances = {}
    for scenes in _arrangements("training"):
        words, target, mask = encode([sentence(scene) for scene in scenes])
        for t, b in zip(*np.nonzero(mask)):
            counts = chances.setdefault(tuple(words[:t + 1, b]), {})
            counts[target[t, b]] = counts.get(target[t, b], 0) + 1 / len(scenes)
    return {read: max(counts, key=counts.get) for read, counts in chances.items()}


@takes(batch=captioned)
def likeliest_next(batch):
    """(T, B) the word that comes next most often in training after the words that were read, whatever the picture: what
    the grammar alone knows. ⟨null⟩ where it has no such sentence, and where nothing is asked for."""
    found = np.zeros(batch.target.shape, int)
    for t, b in zip(*np.nonzero(batch.mask)):
        found[t, b] = _next_words().get(tuple(batch.x.words[:t + 1, b]), NULL)
    return found


class Naming(Captions):
    """Name the layout and the digits of a picture, no sentence: four answers (4, B) among ten classes, the layout's
    number in LAYOUTS first; what isn't there is not asked."""

    @staticmethod
    @takes(scenes=some(a(Scene)), pictures=numbers("B", CANVAS, CANVAS))
    def describe(scenes, pictures):
        target = np.zeros((4, len(scenes)), int)
        mask = np.zeros((4, len(scenes)), bool)
        for b, scene in enumerate(scenes):
            named = (list(LAYOUTS).index(scene.layout), *scene.digits)
            target[:len(named), b], mask[:len(named), b] = named, True
        return Captioned(Seen(pictures, None), target, mask, list(scenes))
