"""Stored outputs as a web page shows them: figures with their alt text, explorers, and nothing that needs a kernel."""
import base64
import struct
from html import escape

from explorers import host

WIDGET = "application/vnd.jupyter.widget-view+json"
HIDDEN = "clip-path:inset(50%)"  # the alt text that `show` repeats for JupyterLab
NEEDS_JUPYTER = '<p class="course-needs-jupyter">This part moves only in Jupyter.</p>'


def text_of(data):
    """A text of a notebook, which may be stored as a list of lines."""
    return "".join(data) if isinstance(data, list) else data


def html_output(text):
    """An output that is shown as this HTML."""
    return {"output_type": "display_data", "data": {"text/html": text}, "metadata": {}}


def picture(output, name, folder, where):
    """Write the PNG of an output into the folder of figures; returns its <img> element."""
    alt = output["metadata"].get("image/png", {}).get("alt", "").strip()
    if not alt:
        raise ValueError(f"{where}: a picture without alternative text")
    data = base64.b64decode(text_of(output["data"]["image/png"]))
    (folder / name).write_bytes(data)
    width, height = struct.unpack(">II", data[16:24])
    return (f'<img class="course-figure" src="figures/{name}" alt="{escape(alt)}" width="{width}" height="{height}" '
            'loading="lazy">')


def shown(output, name, folder, where):
    """An output as the page shows it, or None if it shows nothing of it.

    name: of a file for its picture, folder: where that goes, where: which cell this is, for errors.
    """
    data = output.get("data", {})
    still = picture(output, name, folder, where) if "image/png" in data else widget(data)
    if "course_explorer" in output.get("metadata", {}):
        return html_output(host(output["metadata"]["course_explorer"], still, where))
    if "image/png" in data or WIDGET in data:
        return html_output(still) if still else None
    if HIDDEN in text_of(data.get("text/html", "")):
        return None
    return output


def widget(data):
    """What is left of a widget without a kernel: nothing of a progress bar, else its text and a note."""
    text = text_of(data.get("text/plain", ""))
    return "" if "it/s]" in text else f"<pre>{escape(text)}</pre>{NEEDS_JUPYTER}"
