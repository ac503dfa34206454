"""What is wrong with wrong captions: the eye's mistakes and the sentence's."""
from typing import NamedTuple

from ..ground.arguments import takes
from ..learning.model import predict
from .captioner import captioner
from .decoding import greedy
from .namer import namer
from .scenes import Scene, parse, sentence
from .task import Naming, captioned


class Mistake(NamedTuple):
    """number of the picture in its batch · scene · text that was written · kind, see `kind_of` · misnamed: whether the
    eye, asked for names, errs on this picture, too."""

    number: int
    scene: Scene
    text: str
    kind: str
    misnamed: bool


@takes(namer=namer, batch=captioned)
def misnamed(namer, batch):
    """(B,) whether the eye, asked for names alone, errs on each picture of a batch."""
    names = Naming.describe(batch.scenes, batch.x.pictures)
    return Naming().wrong(predict(namer, names.x)[0], names)


@takes(model=captioner, namer=namer, batch=captioned)
def mistakes(model, namer, batch):
    """The `Mistake`s that a captioner makes on a batch, in its order; namer: the `Namer` whose eye it looks through."""
    found, errs = [], misnamed(namer, batch)
    for number, (scene, caption) in enumerate(zip(batch.scenes, greedy(model, batch.x.pictures))):
        if caption.text != sentence(scene):
            found.append(Mistake(number, scene, caption.text, kind_of(scene, caption.text), bool(errs[number])))
    return found


def kind_of(scene, text):
    """"right", "not counted" (two equal digits, each named on its own: the words fit, the grammar has another
    sentence), "one digit" (right layout, one digit wrong), or "other"."""
    said = parse(text)
    if said == scene:
        return "right"
    if text == sentence(scene, counted=False):
        return "not counted"
    same_layout = said is not None and said.layout == scene.layout
    return "one digit" if same_layout and sum(a != b for a, b in zip(said.digits, scene.digits)) == 1 else "other"
