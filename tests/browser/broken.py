"""A notebook of widgets that are broken in one way each: what the tests must not let pass."""
from lab import WIDGET

EXPLORER = '''
import anywidget
import traitlets
from IPython.display import HTML

class Broken(anywidget.AnyWidget):
    options = traitlets.Dict().tag(sync=True)
    _esm = """
    function render({model, el}) {
      const {draw, start, back, name, preset, number, picture, keys} = model.get('options');
      el.innerHTML = `<div class="course-explorer"><div class="course-control"><span>size</span>
        <input type="range" min="0" max="9" value="${start}" aria-label="${name}" ${keys}>
        ${number}</div>
        <select><option>thin<option>thick</select><button class="course-button">Reset</button>
        <button class="course-button">three</button><div class="course-view"><p></p></div></div>`;
      const [range, list, view] = ['[type=range]', 'select', '.course-view'].map(part => el.querySelector(part));
      const [reset, other] = el.querySelectorAll('button'), box = el.querySelector('[type=number]');
      function update() {
        if (box && !box.readOnly) box.value = range.value;
        try {
          const shown = new Function('size', 'kind', `return ${draw}`)(Number(range.value), list.value);
          const svg = `<svg class="course-svg" width="99" height="20"><text y="15">${shown}</text></svg>`;
          if (picture) view.innerHTML = svg;
        } catch (error) {
          view.innerHTML = `<p class="course-error">${error}</p>`;
        }
      }
      range.oninput = list.onchange = update;
      reset.onclick = () => { range.value = back ?? start; list.selectedIndex = 0; update(); };
      other.onclick = () => { range.value = preset; update(); };
      update();
    }
    export default { render };"""

OPTIONS = dict(start=5, back=None, name="size", preset=3, number='<input type="number" aria-label="n">', picture=True,
               keys="data-lm-suppress-shortcuts")

def explorer(draw, **options):
    widget = Broken(options=OPTIONS | options | dict(draw=draw))
    widget.add_class("course-explorer-host")
    return widget
'''
FIXED, UNSEEN = ('number=\'<input type="number" aria-label="n" ' + how + ">'" for how in ("readonly value=5", "hidden"))
WIDGETS = {  # a cell with a widget: what try_all must say, or None
    "explorer('[size, kind]')": None,
    "explorer('[size, kind]', start=0)": None,
    "explorer('[size, kind]', start=9)": None,
    "explorer('kind')": "ArrowRight on slider 'size' did not change the picture within 3 s",
    "explorer('[size % 4, kind]')": "End on slider 'size' did not change the picture within 3 s",
    f"explorer('[size, kind]', {UNSEEN})": "slider 'size' shows no number",
    f"explorer('[size, kind]', {FIXED})": "ArrowRight on slider 'size' left its number at 5",
    "explorer('size')": "option 'thick' did not change the picture within 3 s",
    "explorer('[size, kind]', preset=5)": "button 'three' did not change the picture within 3 s",
    "explorer('[size, kind]', name='gate')": "slider 'size' has no name for screen readers",
    "explorer('[size, kind]', back=4)": "Reset did not bring back the first picture within 3 s",
    "explorer('size === 3 ? no : [size, kind]', start=8)": "button 'three': ReferenceError",
    "explorer('size === 6 ? no : size')": "ArrowRight on slider 'size': ReferenceError",
    "explorer('size === 5 ? no : size')": "before any movement: ReferenceError",
    "explorer('[size, kind, `Traceback`]')": "before any movement: a traceback",
    "explorer('size', picture=False)": "no picture of class course-svg",
    "explorer('[size, kind]', keys='')": "ArrowRight on slider 'size' did not change the picture within 3 s",
}


def broken_notebook():
    """A notebook's dict: WIDGETS, an image from elsewhere, two errors; every cell stores a widget that is gone."""
    fetch = "HTML('<img src=\"http://elsewhere.invalid/gates.png\" alt=\"\">')"
    cells = [(EXPLORER, []), *((source, []) for source in WIDGETS), (fetch, []), ("1 / 0", ["raises-exception"]),
             ("import urllib.request\nurllib.request.urlopen('http://elsewhere.invalid', timeout=9)", []),
             ("'not run after an error'", [])]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [
        {"cell_type": "code", "id": f"cell-{n}", "metadata": {"tags": tags}, "source": source, "execution_count": 1,
         "outputs": [{"output_type": "display_data", "metadata": {}, "data": {WIDGET: {"model_id": "gone"}}}]}
        for n, (source, tags) in enumerate(cells)]}
