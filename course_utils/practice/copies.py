"""The reader's own copy of the notebooks: missing ones are added, those that the reader has changed are left alone.

    python -m course_utils.practice.copies my_notebooks

A newer version of a notebook takes the place of one that is as it was copied; beside one that was touched it is put as
NN_name.new.ipynb, and the reader is told. RECORD holds which version each file was copied from.
"""
import argparse
import json
import os
import re
import shutil
from hashlib import sha256
from pathlib import Path

from ..ground.files import replacing
from ..ground.places import COURSE, DATA, NOTEBOOKS, PACKAGE

RECORD = ".versions.json"
PAGE = """# Your copy of the course

The notebooks in this folder are yours: run them, change them, write your answers into them. Nothing that you have
changed is ever overwritten. If the course has a newer version of such a notebook, it is put beside yours, as
`NN_name.new.ipynb`. To start a notebook afresh, rename or delete yours; the next start adds a new copy.

{notebooks}

The tables and models that the notebooks read are in [data](data/README.md), which belongs to the course: do not change
it. Every term is in the glossary, [notebook 19](19_look_up_a_term.ipynb).
"""


def fill(folder):
    """Make the reader's copy in `folder`, or bring it up to date; `data` is linked into it and stands beside it.

    Returns the paths of the newer versions that were put beside touched notebooks. Raises ValueError, before anything
    is made, if the folder belongs to the course or is a file, or if `data` in it or beside it is something else.
    """
    folder = Path(folder).resolve()  # where a kernel runs, and looks for ../data
    if folder == COURSE.resolve() or {NOTEBOOKS.resolve(), DATA.resolve(), PACKAGE} & {folder, *folder.parents}:
        raise ValueError(f"folder is {folder}, which holds the course itself; expected one of your own")
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"folder is {folder}, which is a file; expected a folder, or a name for a new one")
    places = (folder.parent / DATA.name, folder / DATA.name)
    for place in places:
        check_data(place)
    folder.mkdir(parents=True, exist_ok=True)
    for place in places:
        give_data(place)
    sources = sorted(NOTEBOOKS.glob("*.ipynb"))
    seen = read_record(folder)
    found = [bring(source.read_bytes(), folder / source.name, seen) for source in sources]
    bring(page(sources).encode(), folder / "README.md", seen)
    return [path for path in found if path]


def bring(content, mine, seen):
    """Put `content` at the path `mine`, or beside it if the file there was touched since it was copied; a version that
    `seen` knows is not brought again. Returns the path beside, or None."""
    version = sha256(content).hexdigest()
    if seen.get(mine.name) == version and mine.exists() and mine.stat().st_size:
        return None
    place = mine
    for number in ("", *range(2, 1000)):
        if not touched(place, seen, version):
            break
        place = mine.with_suffix(f".new{number}{mine.suffix}")
    with replacing(place) as file:
        file.write(content)
    seen[mine.name] = seen[place.name] = version
    with replacing(mine.with_name(RECORD), "w", encoding="utf-8") as file:
        json.dump(seen, file, indent=1)
    return place if place != mine else None


def touched(path, seen, version):
    """Whether there is a file that is neither as it was copied nor of this version; an empty one, as a full disk leaves
    it, is nobody's work."""
    if not path.exists() or not path.stat().st_size:
        return False
    return sha256(path.read_bytes()).hexdigest() not in (seen.get(path.name), version)


def read_record(folder):
    """{name: version it was copied from}; nothing if the record is missing or spoilt, so that all files are touched."""
    try:
        seen = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}


def check_data(place):
    """Raises ValueError unless the course's data may be put at `place`: nothing is there, or a dead link, or data that
    were put there before."""
    ours = place / (RECORD if not place.is_symlink() else "glossary.csv")
    if place.exists() and not ours.exists() and not place.samefile(DATA):
        raise ValueError(f"{place} is not the course's data, which the notebooks need there; choose another folder")


def give_data(place):
    """A link to the course's data at `place`; where the system makes none, a copy, refreshed at each call."""
    if place.exists() and place.samefile(DATA):
        return
    if place.is_symlink():
        place.unlink()
    if not place.exists():
        inside = COURSE.resolve() in place.resolve().parents
        try:
            place.symlink_to(os.path.relpath(DATA, place.parent) if inside else DATA, target_is_directory=True)
            return
        except OSError:
            if place.is_symlink():  # made by somebody else in the meantime
                return
    place.mkdir(exist_ok=True)
    (place / RECORD).touch()  # a copy of ours, which is refreshed at the next call, wherever this one stops
    shutil.copytree(DATA, place, copy_function=copy_whole, dirs_exist_ok=True)


def copy_whole(source, target):
    """Copy a file, as a whole or not at all."""
    with open(source, "rb") as file, replacing(target) as new:
        shutil.copyfileobj(file, new)


def page(sources):
    """The first page of a copy: each notebook with the question it answers."""
    return PAGE.format(notebooks="\n".join(f"- [{path.stem[:2]} {title}]({path.name}): {question}"
                                           for path in sources for title, question in [heading(path)]))


def heading(path):
    """(title, question) of a notebook: its level-1 heading and the first words in bold after it."""
    text = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    return re.search(r"^# (.+)", text)[1], re.search(r"\*\*(.+?)\*\*", text)[1]


def tell(folder, newer):
    """What a reader is told of their copy."""
    print(f"Your copy of the notebooks: {folder}")
    for path in newer:
        print(f"  You have changed a notebook that the course has another version of now: {path.name}, beside yours")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.practice.copies",
                                     description="Make or refresh a reader's copy of the notebooks.")
    parser.add_argument("folder", type=Path, help="where it is, or is to be")
    folder = parser.parse_args(arguments).folder
    try:
        tell(folder, fill(folder))
    except (ValueError, OSError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
