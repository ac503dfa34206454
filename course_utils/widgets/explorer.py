"""An `Explorer`: controls beside a picture that follows them, in the reader's browser."""
import base64
import json

import anywidget
import traitlets

from ..figures.plotting import as_png
from ..ground.arguments import a, among, function, mapping, maybe, pair, table, takes, text
from .controls import Control
from .front_end import CURVES, STYLE, TABLES, source


class Explorer(anywidget.AnyWidget):
    """Controls beside a picture; the browser computes and draws it (`js/KIND.js`), with a kernel or without.

    kind: the module of `front_end`. controls: {name: control}. compute: settings (a dict of the controls' values) →
    what the browser finds, too; Python calls it when it is asked for `found`. data: what the module needs besides.
    presets: {name: settings that differ from the first ones}, a button each. used: (name of a control, {its value:
    names of the controls that matter then}); the others are greyed out. challenges: {name: {measure: (low, high)}},
    told in the browser, or {name: predicate of `found`}, told by the kernel. still: found → (figure, alternative text),
    the picture where no widget is live. Reset restores the first settings.
    """

    state, moved, reply = (traitlets.Dict().tag(sync=True) for _ in range(3))  # fixed · settings · the kernel's answer
    kernel = traitlets.Bool(True).tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)  # settings of which the browser wants a picture

    @takes(kind=among(*CURVES, *TABLES), title=text, controls=table(a(Control)), compute=function, data=maybe(mapping),
           presets=maybe(table(mapping)), used=maybe(pair), challenges=maybe(mapping), still=maybe(function))
    def __init__(self, kind, title, controls, compute, *, data=None, presets=None, used=None, challenges=None,
                 still=None):
        self.kind, self.title, self.controls, self.compute, self.still = kind, title, controls, compute, still
        self.presets, self.used, self._known = presets or {}, used, None
        self.start = {name: control.value for name, control in controls.items()}
        for values in self.presets.values():
            self._checked(values)
        self.predicates = {name: task for name, task in (challenges or {}).items() if callable(task)}
        ranges = {name: task for name, task in (challenges or {}).items() if not callable(task)}
        self._esm, self._css = source(kind), STYLE
        described = [{"id": name} | control._asdict() for name, control in controls.items()]
        super().__init__(layout={"width": "100%"}, moved=self.start, state={
            "title": title, "controls": described, "presets": self.presets, "used": used, "challenges": ranges,
            "data": data or {}})
        self.add_class("course-explorer-host")
        self.observe(self._answer, names=["moved", "asked"])
        self._answer()

    def settings(self):
        """{name: value} of all controls."""
        return self.start | self.moved

    def set(self, **values):
        """Move the named controls to these values, all at once. Raises ValueError for unknown names and for values that
        a control cannot have."""
        self.moved = self.settings() | self._checked(values)

    def _checked(self, values):
        if unknown := set(values) - set(self.controls):
            raise ValueError(f"no control {', '.join(sorted(unknown))} here, only {', '.join(self.controls)}")
        return {name: self.controls[name].check(name, value) for name, value in values.items()}

    @property
    def found(self):
        """What `compute` makes of the settings as they are now."""
        settings = self.settings()
        if self._known is None or self._known[0] != settings:
            self._known = settings, self.compute(settings)
        return self._known[1]

    def _answer(self, change=None):
        """Tell which of the challenges that are predicates are solved."""
        if not self.predicates:
            return
        try:
            self.reply = {"solved": {name: bool(task(self.found)) for name, task in self.predicates.items()}}
        except Exception as error:  # whatever it is, the reader must see it: a widget's traceback goes nowhere
            self.reply = {"error": said(error)}

    def as_stored(self):
        """What a page without a kernel needs: {kind, state, moved}."""
        return {"kind": self.kind, "state": self.state, "moved": self.settings()}

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        if self.still:
            figure, alt = self.still(self.found)
            data["image/png"] = base64.b64encode(as_png(figure)).decode()
            metadata["image/png"] = {"alt": alt}
        return data, metadata | {"course_explorer": json.dumps(self.as_stored(), ensure_ascii=False, allow_nan=False)}

    def __repr__(self):
        moves = "move its sliders" if any(control.kind == "slider" for control in self.controls.values()) else "use it"
        return f"<{self.title}: {moves} in a running notebook or on the course's web pages>"


def said(error):
    """An exception in a line."""
    return f"{type(error).__name__}: {error}"
