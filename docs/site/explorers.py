"""Explorers on a page: the front ends that the notebooks use in Jupyter, hosted by a short script of the page."""
import json
import re

KIND = re.compile(r"\w+")
EXPORT = re.compile(r"export\s+default\s*\{\s*render\s*,?\s*\}\s*;?\s*$")
SCRIPT = """(() => {{
{module}
(globalThis.courseExplorers ??= {{}})[{kind}] = {{ render }};
}})();
"""


def host(state, still, where):
    """The place of an explorer on a page: its state, and a picture for those who run no script.

    state: `metadata["course_explorer"]` of the output, JSON; still: HTML of the picture, or of a text instead; where:
    for the error.
    """
    state = json.loads(state) if isinstance(state, str) else state
    kind = state.get("kind") if isinstance(state, dict) else None
    if not isinstance(kind, str) or not KIND.fullmatch(kind):
        raise ValueError(f"{where}: course_explorer is {state!r}, expected an object with a kind")
    text = json.dumps(state, ensure_ascii=False).replace("<", "\\u003c")  # no </script> in it
    return (f'<div class="course-explorer-host" data-kind="{kind}">'
            f'<script type="application/json">{text}</script>'
            f'<div class="course-still">{still}</div></div>')


def classic_script(kind, module):
    """The front end's ES module as a script that registers it: a page opened from a file may load no module."""
    body, found = EXPORT.subn("", module)
    if not found or re.search(r"^\s*(import|export)\b", body, re.M):
        raise ValueError(f"the front end of {kind!r} must end in `export default {{ render }};`, import nothing and "
                         "export nothing else")
    return SCRIPT.format(module=body.rstrip(), kind=json.dumps(kind))


def write_explorers(kinds, folder):
    """Write the script of each kind and the style that they share."""
    if not kinds:
        return
    from course_utils.widgets import front_end
    folder.mkdir(parents=True)
    for kind in kinds:
        (folder / f"{kind}.js").write_text(classic_script(kind, front_end.source(kind)), encoding="utf-8")
    (folder / "style.css").write_text(front_end.STYLE, encoding="utf-8")
