"""An `Explorer`: controls above a picture that follows them."""
from html import escape
from importlib.resources import files

import ipywidgets
from traitlets import TraitError

from ..ground.arguments import a, function, mapping, maybe, real, some, table, takes, text

SCRIPT = files("course_utils").joinpath("widgets", "explorer.js").read_text(encoding="utf-8")
LABEL, CONTROL = "165px", "370px"  # widths: two columns of controls fit into a notebook


@takes(value=real(), low=real(), high=real(), step=real(above=0), name=text, unit=text)
def slider(value, low, high, step, name, unit=""):
    """A slider that moves by `step` with the arrow keys; its name carries the unit."""
    if not low <= value <= high:
        raise ValueError(f"value is {value}, low is {low} and high is {high}, expected low ≤ value ≤ high")
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(value=value, min=low, max=high, step=step, description=f"{name} ({unit})" if unit else name,
                style={"description_width": LABEL}, layout={"width": CONTROL})


@takes(options=some(lambda _, option: option), name=text)
def choice(value, options, name):
    """A drop-down list."""
    if not any(option is value or (type(option) is type(value) and option == value) for option in options):
        raise ValueError(f"value is {value!r}, expected one of the options {options!r}")
    return ipywidgets.Dropdown(value=value, options=list(options), description=name,
                               style={"description_width": LABEL}, layout={"width": CONTROL})


@takes(value=text, name=text)
def entry(value, name):
    """A line of text, taken when Enter is pressed or the line is left."""
    return ipywidgets.Text(value=value, description=name, continuous_update=False,
                           style={"description_width": LABEL}, layout={"width": "auto", "grid_column": "1 / -1"})


class Explorer(ipywidgets.VBox):
    """Controls above a picture that follows them: `picture.value = draw(compute(settings))` at every change.

    compute: settings (a dict of the controls' values) → results, without side effects. draw: results → SVG string (or
    an img element). controls: {name: widget}. words: results → a text below the picture, which screen readers speak
    as it changes. presets: {name: settings that differ from the first ones}, a button each. uses: settings → the
    names of the controls that matter there; the others are greyed out. A failing callback shows its error in the
    picture's place. Reset restores the first settings.
    """

    @takes(title=text, compute=function, draw=function, controls=table(a(ipywidgets.ValueWidget)),
           words=maybe(function), presets=maybe(table(mapping)), uses=maybe(function))
    def __init__(self, title, compute, draw, controls, *, words=None, presets=None, uses=None):
        self.title, self.compute, self.draw, self.controls = title, compute, draw, controls
        self.to_words, self.uses = words, uses or (lambda settings: controls)
        self.start, self.held, self.found = self.settings(), False, None
        self.picture, self.words = ipywidgets.HTML(), ipywidgets.HTML()
        self.words.add_class("course-words")
        for control in controls.values():
            control.observe(self.update, names="value")
        script = ipywidgets.HTML(f'<img src="data:," alt="" onerror="{escape(SCRIPT)}">', layout={"display": "none"})
        buttons = [self._button(name, values) for name, values in ({"Reset": {}} | (presets or {})).items()]
        super().__init__([_columns(controls.values()), ipywidgets.HBox(buttons, layout={"flex_flow": "row wrap"}),
                          self.picture, self.words, script])
        self.add_class("course-explorer")
        self.update()

    def _button(self, name, values):
        button = ipywidgets.Button(description=name, layout={"width": "auto"})
        button.on_click(lambda _: self.set(**self.start | values))
        return button

    def settings(self):
        """{name: value} of all controls."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values):
        """Move the named controls to these values, all at once, and draw. Raises ValueError for unknown names."""
        if unknown := set(values) - set(self.controls):
            raise ValueError(f"no control {', '.join(sorted(unknown))} here, only {', '.join(self.controls)}")
        self.held = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        except TraitError as error:
            raise ValueError(f"{name} is {value!r}: {error}") from None
        finally:
            self.held = False
        self.update()

    def update(self, change=None):
        """Compute and draw again, unless `set` is still moving controls."""
        if self.held:
            return
        try:
            settings = self.settings()
            self._grey_out(self.uses(settings))
            self.found = self.compute(settings)
            self.picture.value = self.draw(self.found)
            self.words.value = self.to_words(self.found) if self.to_words else ""
        except Exception as error:  # whatever it is, the reader must see it: a widget's traceback goes nowhere
            message = escape(f"{type(error).__name__}: {error}")
            self.picture.value = f'<p class="course-error" role="alert">This picture could not be drawn. {message}</p>'

    def _grey_out(self, used):
        for name, control in self.controls.items():
            control.disabled = name not in used

    def __repr__(self):
        return f"<{self.title}: move its sliders in a running notebook>"


def _columns(controls):
    """The controls in as many columns as the notebook is wide enough for."""
    columns = f"repeat(auto-fit, minmax({CONTROL}, 1fr))"
    return ipywidgets.GridBox(list(controls), layout={"grid_template_columns": columns, "max_width": "800px"})
