"""Pictures of scenes: real handwritten digits (UCI, see data/README.md) on an empty canvas of 20 × 20 pixels."""
from functools import lru_cache

import numpy as np

from ..ground.arguments import a, generator, having, maybe, numbers, real, some, takes, text, whole
from ..ground.checks import one_of
from ..tasks.digits import N_TRAIN, load_digits
from .scenes import Scene

CANVAS, SIZE, JITTER = 20, 8, 1  # pixels: side of the canvas, of a digit; how far a digit is moved each way at most
CORNERS = {  # row and column of the upper left pixel of each digit, before it is moved
    "alone": ((6, 6),), "row": ((6, 1), (6, 11)), "column": ((1, 6), (11, 6)),
    "above": ((1, 6), (11, 1), (11, 11)), "below": ((11, 6), (1, 1), (1, 11)),
    "left": ((6, 1), (1, 11), (11, 11)), "right": ((6, 11), (1, 1), (11, 1))}
SPLITS = ("training", "held out", "last")
FIFTH = 5  # one image of so many is held out


@takes(split=text)
@lru_cache(maxsize=3)
def images_of(split):
    """The numbers of the images of each digit, ten arrays. Raises ValueError for another split.

    Of the first 1437 images of the file every fifth is "held out", the others are for "training"; "last": the other
    360, which notebook 13 tests on.
    """
    _, classes = load_digits()
    number = np.arange(len(classes))
    early, fifth = number < N_TRAIN, number % FIFTH == FIFTH - 1
    chosen = {"training": early & ~fifth, "held out": early & fifth, "last": ~early}[one_of("split", split, SPLITS)]
    return [np.flatnonzero(chosen & (classes == digit)) for digit in range(10)]


@takes(scenes=some(a(Scene)), rng=generator)
def draw_images(scenes, split, rng):
    """(which (B, 3), shifts (B, 3, 2)): a random image of the split for each digit of each scene, −1 where there is
    no digit, and how far it is moved down and right."""
    which, sets = np.full((len(scenes), 3), -1), images_of(split)
    for b, scene in enumerate(scenes):
        for k, digit in enumerate(scene.digits):
            which[b, k] = sets[digit][int(rng.random() * len(sets[digit]))]
    return which, rng.integers(-JITTER, JITTER + 1, (len(scenes), 3, 2))


@takes(warped=maybe(numbers("n", SIZE, SIZE)), scenes=some(a(Scene)), which=whole("B", 3, least=-1),
       shifts=whole("B", 3, 2, least=-JITTER))
def render(scenes, which, shifts, warped=None):
    """Pictures (B, 20, 20) on [0, 1] of the scenes with the chosen images, see `draw_images`.

    warped: what to draw in the place of those images, (n, 8, 8) on [0, 1] in their order. Raises ValueError for an
    image that is not of the digit it stands for, or shifts of more than JITTER pixels.
    """
    if np.abs(shifts).max(initial=0) > JITTER:
        raise ValueError(f"shifts reach {np.abs(shifts).max()} pixels, expected at most {JITTER}")
    images, classes = load_digits()
    whole(..., least=-1, most=len(images) - 1)("which", which)
    if len(which) != len(scenes) or len(shifts) != len(scenes):
        raise ValueError(f"which has shape {which.shape} and shifts has shape {shifts.shape}, expected them for "
                         f"as many as scenes hold, {len(scenes)}")
    if warped is not None and len(warped) != (n := np.count_nonzero(which >= 0)):
        raise ValueError(f"warped has shape {warped.shape}, expected one for each of the {n} digits")
    drawn = iter(images[which[which >= 0]] / 16 if warped is None else warped)
    pictures = np.zeros((len(scenes), CANVAS, CANVAS))
    for picture, scene, chosen, moved in zip(pictures, scenes, which, shifts):
        for digit, number, (row, column), (down, right) in zip(scene.digits, chosen, CORNERS[scene.layout], moved):
            if classes[number] != digit:
                raise ValueError(f"image {number} shows a {classes[number]}, expected a {digit}")
            row, column = row + down, column + right
            picture[row:row + SIZE, column:column + SIZE] = next(drawn)
    return pictures


@takes(images=numbers("N", SIZE, SIZE), amount=real(0, 1), rng=having("uniform"))
def warp(images, amount, rng):
    """Each image (n, 8, 8) stretched, turned, slanted and moved a little, as other hands would write it.

    The pixel at p shows what was at (1 + A) p + t (p from the centre; bilinear between pixels), A (2, 2) uniform on
    ± amount, t on ± half a pixel. Grey values are raised to a power e^u, u uniform on ± 3 amount: thinner or thicker
    strokes.
    """
    n = len(images)
    A, t = rng.uniform(-amount, amount, (n, 2, 2)), rng.uniform(-.5, .5, (n, 1, 2))
    p = np.indices((SIZE, SIZE)).reshape(2, -1).T - (SIZE - 1) / 2
    at = np.clip(p + p @ A + t + (SIZE + 1) / 2, 0, SIZE + 1)  # in the image with a rim of one empty pixel
    rim = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    row, column = np.moveaxis(np.minimum(at.astype(int), SIZE), -1, 0)
    (down, right), each = np.moveaxis(at, -1, 0) - (row, column), np.arange(n)[:, None]
    upper = (1 - right) * rim[each, row, column] + right * rim[each, row, column + 1]
    lower = (1 - right) * rim[each, row + 1, column] + right * rim[each, row + 1, column + 1]
    power = np.exp(rng.uniform(-3 * amount, 3 * amount, (n, 1)))
    return (((1 - down) * upper + down * lower)**power).reshape(images.shape)
