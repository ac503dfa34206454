"""A `PaintedExplorer`: Python computes and draws what the controls ask for; the browser keeps what it has seen."""
from itertools import product

from ..ground.arguments import a, flag, function, mapping, maybe, pair, size, table, takes, text
from .controls import Control
from .explorer import Explorer, said


class PaintedExplorer(Explorer):
    """Controls beside a picture that Python draws: `draw(compute(settings))` at every change.

    compute: settings → results, without side effects. draw: results → SVG string (or an img element, or a table).
    words: results → HTML below the picture, which screen readers speak. presets, used: as in `Explorer`. The
    pictures of the first settings and of the presets go along, for pages without a kernel. all_stored: so does every
    position of every control (few positions!), and no kernel is asked. play: milliseconds a step of the first
    control's Play button. A failing callback shows its error.
    """

    @takes(title=text, compute=function, draw=function, controls=table(a(Control)), words=maybe(function),
           presets=maybe(table(mapping)), used=maybe(pair), all_stored=flag, play=maybe(size()))
    def __init__(self, title, compute, draw, controls, *, words=None, presets=None, used=None, all_stored=False,
                 play=None):
        self.draw, self.to_words, self.all_stored = draw, words or (lambda found: ""), all_stored
        super().__init__("answers", title, controls, compute, presets=presets, used=used)
        if all_stored:
            self.kernel, self.state = False, self.state | {"answers": self._answers(self._everywhere())}
        if play:
            self.state = self.state | {"play": {"control": next(iter(controls)), "interval": play}}

    def _everywhere(self):
        ends = [range(c.low, c.high + 1) if c.kind == "slider" else c.options for c in self.controls.values()]
        return [dict(zip(self.controls, values)) for values in product(*ends)]

    def _answers(self, places):
        """[values of the controls, [picture, words]] of settings."""
        pairs = []
        for values in places:
            settings = self.start | values
            found = self.compute(settings)
            pairs.append([[settings[name] for name in self.controls], [self.draw(found), self.to_words(found)]])
        return pairs

    @property
    def answer(self):
        """[picture, words] at the settings as they are now."""
        return self._answers([self.settings()])[0][1]

    def _answer(self, change=None):
        """Answer the browser's question; where the controls are now is answered unasked, once."""
        question = self.asked if change and change["name"] == "asked" else {}
        settings = question.get("settings", self.settings())
        if self.all_stored or (not question and self.reply.get("settings") == settings):
            return
        reply = {"settings": settings, "n": question.get("n", 0)}
        if self.reply.get("settings") == settings and "answer" in self.reply:
            self.reply = self.reply | reply
            return
        try:
            reply["answer"] = self._answers([settings])[0][1]
        except Exception as error:  # whatever it is, the reader must see it: a widget's traceback goes nowhere
            reply["error"] = said(error)
        self.reply = reply

    def as_stored(self):
        if self.all_stored:
            return super().as_stored()
        answers = self._answers([{}, *self.presets.values(), self.settings()])
        return super().as_stored() | {"state": self.state | {"answers": answers, "partial": True}}
