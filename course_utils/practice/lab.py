"""python -m course_utils.practice.lab [FOLDER] [OPTIONS OF JUPYTERLAB]: the reader's copy of the course in JupyterLab.

The copy is made in FOLDER (my_notebooks) or brought up to date: what you have changed is kept. The address that
JupyterLab prints opens the first notebook, and its question about fetching news is answered with no.
"""
import argparse
import os
import sys
from pathlib import Path
from urllib.parse import quote

from .copies import fill, tell

SETTINGS = Path(__file__).with_name("jupyter")  # read by JupyterLab as one more of its folders of settings
FIRST = "01_watch_a_gradient_vanish.ipynb"


def options(folder):
    """JupyterLab's options: it serves the folder that holds the copy, and starts at the first notebook."""
    folder = Path(folder).resolve()
    first = f"/lab/tree/{quote(folder.name)}/{FIRST}"
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # as in a container
    return [f"--ServerApp.root_dir={folder.parent}", f"--LabApp.default_url={first}", *root]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.practice.lab", allow_abbrev=False,
                                     description=__doc__.partition("\n\n")[2],
                                     epilog="All other options are JupyterLab's, such as --no-browser or --port=9000.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("my_notebooks"), help="your copy (%(default)s)")
    asked, others = parser.parse_known_args(arguments)
    if asked.folder.name.isdigit():
        parser.error(f"{asked.folder} is taken for the folder; options need an equals sign: --port={asked.folder}")
    try:
        from jupyterlab.labapp import LabApp
    except ImportError as error:
        sys.exit(f"{error}: pip install jupyterlab")
    try:
        tell(asked.folder, fill(asked.folder))
    except (ValueError, OSError) as error:
        sys.exit(f"{error}")
    paths = (str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH"))
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    LabApp.launch_instance([*options(asked.folder), *others])


if __name__ == "__main__":
    main()
