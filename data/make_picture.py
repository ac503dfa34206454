"""Write data/picture.png, the README's picture: the first figure of notebook 01, as it is stored there.

    python data/make_picture.py
"""
import base64
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def first_figure(notebook):
    """The first stored PNG of a notebook, as bytes."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return next(base64.b64decode(output["data"]["image/png"]) for cell in cells
                for output in cell.get("outputs", ()) if "image/png" in output.get("data", {}))


if __name__ == "__main__":
    picture = ROOT / "data" / "picture.png"
    picture.write_bytes(first_figure(ROOT / "notebooks" / "01_watch_a_gradient_vanish.ipynb"))
    print(picture.relative_to(ROOT), picture.stat().st_size, "bytes")
