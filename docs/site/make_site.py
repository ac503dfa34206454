"""Build the web edition.

    make site                             writes site/
    python docs/site/make_site.py FOLDER      writes FOLDER
"""
import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from layout import lay_out
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

ROOT = Path(__file__).resolve().parents[2]
MARK = ".course-site"  # in a folder that an earlier build wrote, and that may be replaced


def build(out, notebooks=ROOT / "notebooks"):
    """Write the web edition into the folder `out`, with the notebooks of another folder if one says so.

    Raises ValueError if `out` holds something else, or if a notebook or a link can't be shown.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).exists())):
        raise ValueError(f"{out} holds something that is no web edition; name another folder")
    with tempfile.TemporaryDirectory() as scratch:
        pages, assets, html = (Path(scratch) / name for name in ("pages", "assets", "html"))
        lay_out(ROOT, notebooks, pages, assets)
        app = Sphinx(pages, ROOT / "docs", html, Path(scratch) / "doctrees", "html", status=None, warningiserror=True,
                     confoverrides={"html_extra_path": [str(assets)]})
        app.build()
        if app.statuscode:
            raise ValueError("the pages were not written because of the warnings above")
        (html / MARK).touch()
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(html, out, ignore=shutil.ignore_patterns(".buildinfo", "objects.inv", "_sphinx_design_static"))


def main(arguments=None):
    """The command."""
    parser = argparse.ArgumentParser(description="Build the web edition of the course.")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "site", help="where it goes (default: site/)")
    folder = parser.parse_args(arguments).folder.resolve()
    try:
        build(folder)
    except (ValueError, OSError, SphinxError) as error:
        sys.exit(f"make site: {error}")
    print(f"{folder / 'index.html'}: open it in a browser")


if __name__ == "__main__":
    main()
