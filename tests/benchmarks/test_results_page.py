"""The two pages of benchmarks/: the table on top agrees with what is below, and the scripts are there."""
import re

import pytest

from benchmarks.shared import headlines, readme
from benchmarks.shared.places import BENCHMARKS, README

PAGE = README.read_text(encoding="utf-8")


def test_the_table_on_top_agrees_with_the_sections():
    table = headlines.table(PAGE)
    assert readme.read("shared/headlines.py") == table
    assert "|  |" not in table  # each pattern has found something


def test_the_table_on_top_follows_a_section_and_nothing_else_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    readme.README.write_text(PAGE, encoding="utf-8")
    readme.write(re.sub(r"\*\*\d+ s\*\*", "**5678 s**", readme.read("run.py")), "run.py")
    before, after = PAGE.splitlines(), readme.README.read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after) if old != new]
    assert len(before) == len(after) and len(changed) == 2 and all("5678 s" in line for line in changed)


def test_a_place_that_is_not_there_is_told():
    with pytest.raises(SystemExit, match="lacks the markers"):
        readme.read("no_such_script.py")


def test_places_have_the_names_of_scripts():
    names = re.findall(r"<!-- tables: written by (\S+) -->", PAGE)
    assert len(names) == len(set(names)) > 5 and all((BENCHMARKS / name).is_file() for name in names)


def test_scripts_that_the_pages_name_are_there():
    text = PAGE + (BENCHMARKS / "METHOD.md").read_text(encoding="utf-8")
    for name in re.findall(r"python -m benchmarks\.([\w.]+)", text):
        assert (BENCHMARKS / name.replace(".", "/")).with_suffix(".py").is_file(), name
