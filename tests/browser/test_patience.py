"""The limits of the tests in a browser: as long as the machine needs."""
import ast
import re
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import lab
import patience
import pytest


@pytest.fixture
def measured(monkeypatch):
    """measured(seconds): the work took so long, by a clock of the test's own."""
    def take(seconds):
        clock = iter((100.0, 100.0 + seconds))
        monkeypatch.setattr(patience, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
        monkeypatch.setattr(patience, "subprocess", SimpleNamespace(Popen=lambda *what: Done()))
        patience.slowness.cache_clear()
        return patience.slowness()

    yield take
    patience.slowness.cache_clear()


class Done:
    def wait(self):
        return 0


@pytest.mark.parametrize("seconds, factor", ((.01, 1), (patience.USUAL, 1), (8 * patience.USUAL, 8), (1000, 20)))
def test_limits_grow_with_the_time_that_work_takes(seconds, factor, measured):
    assert measured(seconds) == pytest.approx(factor)
    assert patience.scaled(10) == pytest.approx(10 * factor) and patience.ms(10) == pytest.approx(10_000 * factor)


def test_a_session_measures_once(measured):
    measured(3 * patience.USUAL)
    assert patience.slowness() == patience.slowness() == pytest.approx(3)  # another look at this clock would raise


def test_the_work_is_really_done():
    patience.slowness.cache_clear()
    start = time.perf_counter()
    assert 1 <= patience.slowness() <= patience.MOST
    assert time.perf_counter() - start > .02


def test_a_server_has_as_long_as_the_machine_needs(measured, tmp_path):
    measured(4 * patience.USUAL)
    (tmp_path / "lab.log").write_text("no answer")
    never = subprocess.Popen(["sleep", "60"])
    try:
        start = time.monotonic()
        with pytest.raises(AssertionError, match=r"did not answer within 1 s"):
            lab.wait_for_server(never, tmp_path, "", limit=.25)
        assert .9 < time.monotonic() - start < 10
    finally:
        never.kill()
        never.wait()


def test_no_limit_is_left_as_it_is():
    """Every timeout in the tests here is scaled."""
    for path in Path(__file__).parent.glob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(
                node, ast.Call)):
            said = ast.unparse(call)
            if re.match(r".*\.(set_default_timeout|wait_for_timeout|evaluate\((lab\.)?(RUN_\w+|JUDGE))\b", said) or ((
                    ".launch(" in said or ".goto(" in said or ".wait_for_" in said) and "timeout=" in said):
                assert "ms(" in said, f"{path.name}: {said}"
