"""Good arguments of the public functions and classes of `course_utils.captions`."""
from functools import lru_cache

import numpy as np
from good_engine import rng
from matplotlib.figure import Figure

from course_utils import LSTM
from course_utils import captions as cc
from course_utils.captions.archive import FILE
from course_utils.figures.lessons import captions

SCENE = cc.Scene("row", (7, 2))


@lru_cache(maxsize=1)
def eye():
    return cc.init_eye(rng(), 2, 3, 2)


@lru_cache(maxsize=1)
def captioner():
    return cc.init_captioner(LSTM, eye(), 3, rng(), n_embedded=2)


@lru_cache(maxsize=1)
def tiny():
    """A captioner with the fewest weights."""
    return cc.init_captioner(LSTM, eye(), 1, rng(), n_embedded=1)


@lru_cache(maxsize=2)
def seen(n=3):
    return cc.Captions().batch(rng(), n)


def picture():
    return seen().x.pictures[0]


def chosen():
    """Scenes and images to be drawn."""
    which, shifts = cc.draw_images([SCENE, SCENE], "training", rng())
    return {"scenes": [SCENE, SCENE], "which": which, "shifts": shifts, "warped": np.ones((4, 8, 8))}


GOOD = {
    cc.Scene.check: lambda: {"self": SCENE},
    cc.sentence: lambda: {"scene": SCENE, "counted": True}, cc.held_out: lambda: {"scene": SCENE},
    cc.parse: lambda: {"text": "a seven"}, cc.all_scenes: dict,
    cc.encode: lambda: {"sentences": ["a seven", "two twos side by side"]}, cc.decode: lambda: {"numbers": [3, 4, 2]},
    cc.images_of: lambda: {"split": "training"},
    cc.draw_images: lambda: {"scenes": [SCENE], "split": "training", "rng": rng()},
    cc.render: chosen, cc.warp: lambda: {"images": np.ones((2, 8, 8)), "amount": .1, "rng": rng()},
    cc.embed: lambda: {"words": np.array([0, 1]), "table": np.ones((3, 2))},
    cc.embed_back: lambda: {"d_x": np.ones((2, 2)), "words": np.array([0, 1]), "n_words": 3},
    cc.affine: lambda: {"x": np.ones((2, 3)), "W": np.ones((3, 4)), "b": np.ones(4)},
    cc.affine_back: lambda: {"d_y": np.ones((2, 4)), "x": np.ones((2, 3)), "W": np.ones((3, 4))},
    cc.init_eye: lambda: {"rng": rng(), "n_filters": 2, "n_hidden": 3, "n_out": 2, "dtype": float},
    cc.principal_components: lambda: {"pictures": rng().random((5, 20, 20)), "n_features": 2, "dtype": float},
    cc.init_namer: lambda: {"encoder": eye(), "rng": rng()},
    cc.init_captioner: lambda: {"cell": LSTM, "encoder": eye(), "n_hidden": 3, "rng": rng(), "feed": "start",
                                "tuned": False, "n_embedded": 2},
    cc.forward: lambda: {"model": captioner(), "x": seen().x},
    cc.greedy: lambda: {"model": captioner(), "pictures": seen().x.pictures, "longest": 3},
    cc.beam: lambda: {"model": captioner(), "picture": picture(), "width": 2, "longest": 2},
    cc.explain: lambda: {"model": captioner(), "picture": picture(), "text": "a seven"},
    cc.on_digits: lambda: {"model": captioner(), "scene": SCENE, "picture": picture()},
    cc.arrival: lambda: {"model": captioner(), "seen": seen().x, "t": 2, "seed": 0},
    cc.mistakes: lambda: {"model": captioner(), "namer": cc.init_namer(eye(), rng()), "batch": seen()},
    cc.misnamed: lambda: {"namer": cc.init_namer(eye(), rng()), "batch": seen()},
    cc.all_right: lambda: {"good": np.ones((2, 3), bool), "mask": np.ones((2, 3), bool)},
    cc.likeliest_next: lambda: {"batch": seen()},
    captions.label: lambda: {"name": "TanhRNN, start"},
    captions.judged: lambda: {"written": ["a one"], "true": ["a two"]},
    captions.plot_captioners: lambda: {"ax": Figure().add_subplot(), "x": np.arange(2.),
                                       "lines": {"LSTM, start": np.ones(2)}},
    captions.plot_arrivals: lambda: {"ax": Figure().add_subplot(), "steps": np.arange(2.),
                                     "lines": {"LSTM, start": np.ones(2)}},
    captions.word_pixels: lambda: {"picture": np.eye(4), "words": ["a"],
                                   "pixels": np.ones((1, 4, 4))},
    cc.check_captioner: lambda: {"model": tiny(), "batch": seen(1), "eps": 1e-5},
    cc.Captions: lambda: {"images": "training", "arrangements": "training", "several": False, "warp": .0},
    cc.Naming: lambda: {"images": "training", "arrangements": "training", "several": False, "warp": .0},
    cc.Captions.batch: lambda: {"self": cc.Captions(), "rng": rng(), "n": 2},
    cc.Captions.test: lambda: {"self": cc.Captions(), "rng": rng(), "n": 2},
    cc.Captions.describe: lambda: {"scenes": [SCENE], "pictures": np.ones((1, 20, 20))},
    cc.Naming.describe: lambda: {"scenes": [SCENE], "pictures": np.ones((1, 20, 20))},
    cc.right: lambda: {"model": captioner(), "task": cc.Captions(), "n": 2, "seed": 0, "batch": None},
    cc.judge: lambda: {"model": captioner(), "task": cc.Captions, "n": 2},
    cc.train_namer: lambda: {"n_iterations": 0}, cc.single: lambda: {"encoder": eye()},
    cc.train_captioner: lambda: {"kind": cc.Kind(), "encoder": cc.single(eye()), "seed": 0, "n_iterations": 0},
    cc.load_archive: lambda: {"path": FILE},
    cc.check_slice: lambda: {"row": cc.load_archive().rows[0], "path": FILE},
    cc.Captioner.copy: lambda: {"self": captioner()}, cc.Namer.copy: lambda: {"self": cc.init_namer(eye(), rng())},
}

RECORDS = {cc.Caption, cc.Captioned, cc.Captioner, cc.Eye, cc.Kind, cc.Namer, cc.PrincipalComponents, cc.Scene, cc.Seen}
