"""Lay out the web edition for Sphinx: its pages in one folder, and what is copied as it is in another."""
import json
import re
import shutil

from explorers import write_explorers
from links import Links
from notebook_pages import notebook_page
from sources import write_sources

PAGES = {"README.md": "index.md", "docs/teaching.md": "teaching.md", "docs/your-network.md": "your-network.md",
         "docs/frameworks.md": "frameworks.md",
         "docs/hosting.md": "hosting.md", "docs/maintaining.md": "maintaining.md",
         "course_utils/README.md": "package.md", "benchmarks/README.md": "benchmarks.md",
         "benchmarks/METHOD.md": "method.md", "data/README.md": "data.md"}
KIND = re.compile(r'course-explorer-host\\" data-kind=\\"(\w+)')
WELCOME = """
```{note}
This is the web edition: all notebooks with their stored outputs, and nothing to install. The explorers work here:
their sliders compute in your browser. To run the notebooks, to change them
and to have your answers checked, open the course in Jupyter as described below.
```
"""
REPORT = """# A report

What `course_utils.diagnose` says of a network, here of an untrained LSTM: the first report of
[notebook 16]({notebook}), on a page of its own. The same page comes out for your weights (see
[your network](your-network.md)).

`````{{raw}} html
{html}
`````
"""
CONTENTS = """
```{{toctree}}
:hidden:
:caption: {caption}
{entries}
```
"""


def lay_out(root, notebooks, pages, assets):
    """Write the pages of the course at `root`, with the notebooks of a folder, and the files that go with them."""
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise ValueError(f"{notebooks} holds no notebook")
    links = Links(root, {**PAGES, **{f"notebooks/{path.name}": path.name for path in paths}})
    for folder in (pages, assets / "notebooks", assets / "figures"):
        folder.mkdir(parents=True)
    kinds = set()
    for path in paths:
        text = json.dumps(notebook_page(path, links, assets / "figures"), ensure_ascii=False)
        (pages / path.name).write_text(text, encoding="utf-8")
        shutil.copy(path, assets / "notebooks")
        kinds |= set(KIND.findall(text))
    write_explorers(sorted(kinds), assets / "_static" / "explorers")
    write_documents(root, links, pages, paths)
    for path in reporting(paths):
        write_report(path, pages)
    write_sources(links, pages)
    for picture in links.pictures:
        shutil.copy(root / picture, pages)


def write_documents(root, links, pages, notebooks):
    """Write the pages that are Markdown in the repository; the first gets the contents of the whole."""
    for source, page in PAGES.items():
        text = links.rewrite((root / source).read_text(encoding="utf-8"), source).replace("```mermaid", "```text")
        (pages / page).write_text(front_page(text, notebooks) if page == "index.md" else text, encoding="utf-8")


def reporting(notebooks):
    """Notebook 16, whose report gets a page, if it is among them."""
    return [path for path in notebooks if path.stem.startswith("16_")]


def write_report(notebook, pages):
    """A page for the first report that a notebook shows."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    report = next(text for text in ("".join(output.get("data", {}).get("text/html", ())) for output in outputs)
                  if text.startswith("<h3>"))
    (pages / "report.md").write_text(REPORT.format(notebook=notebook.name, html=report), encoding="utf-8")


def front_page(text, notebooks):
    """The front page: it says what this is, and its hidden contents are what the theme shows at the side."""
    title, _, rest = text.partition("\n")
    lessons = "\n".join(f"{path.stem[:2]} {title_of(path)} <{path.stem}>" for path in notebooks)
    others = "\n".join(page.removesuffix(".md") for page in PAGES.values() if page != "index.md")
    others += "\nreport" * len(reporting(notebooks))
    return "\n".join([title, WELCOME, rest, CONTENTS.format(caption="Notebooks", entries=lessons),
                      CONTENTS.format(caption="About the course", entries=others)])


def title_of(path):
    """The title of a notebook."""
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]).partition("\n")[0][2:]
