"""The JupyterHub's configuration, without a hub: what it sets, what it refuses, and how a reader's server starts."""
import os
import re
import runpy
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config import Config

from course_utils.ground.places import NOTEBOOKS

HUB = Path(__file__).parents[2] / "hub"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="JupyterHub needs Linux or macOS")


@pytest.fixture
def home(monkeypatch):
    """An empty home folder with a short path, as homes have them."""
    folder = Path("/tmp") / f"hub-test-{os.getpid()}"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("COURSE_HUB", raising=False)
    yield folder
    shutil.rmtree(folder)


def configured():
    """What JupyterHub makes of the file."""
    made = Config()
    runpy.run_path(str(HUB / "jupyterhub_config.py"), {"get_config": lambda: made})
    return made


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_lies_in_a_folder_that_the_hub_alone_opens(home):
    c, hub = configured(), home / ".course-hub"
    assert [mode(hub / name) for name in (".", "readers", "run", "password")] == [0o700, 0o700, 0o700, 0o600]
    places = (c.SimpleLocalProcessSpawner.home_dir_template, c.JupyterHub.db_url.removeprefix("sqlite:///"),
              c.JupyterHub.cookie_secret_file, c.ConfigurableHTTPProxy.pid_file,
              c.Spawner.environment["JUPYTER_RUNTIME_DIR"])
    assert all(Path(place).is_relative_to(hub) for place in places)
    assert places[0] == str(hub / "readers" / "{username}")


@pytest.mark.parametrize("part", (".", "readers", "run"))
@pytest.mark.parametrize("spoil", ("open", "link", "file"))
def test_a_folder_that_somebody_else_may_have_filled_is_refused(part, spoil, home):
    """Made beforehand and open to others, a link to elsewhere, or no folder."""
    place = home / ".course-hub" / part
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if spoil == "open":
        place.mkdir(exist_ok=True)
        place.chmod(0o755)
    elif spoil == "link":
        (home / "elsewhere").mkdir(mode=0o700)
        place.rmdir() if place.exists() else None
        place.symlink_to(home / "elsewhere")
    else:
        place.rmdir() if place.exists() else None
        place.touch()
    with pytest.raises(SystemExit, match=r"\.course-hub.* expected a directory of user \d+ that nobody else can open"):
        configured()
    assert not list(home.glob("elsewhere/*"))


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(os, "geteuid") or os.geteuid() != 0,
                    reason="root alone can give a folder away")
def test_a_folder_of_another_user_is_refused(home):
    (home / ".course-hub").mkdir(mode=0o700)
    os.chown(home / ".course-hub", 65534, 65534)
    with pytest.raises(SystemExit, match="of user 65534, expected a directory of user 0"):
        configured()


def test_a_password_is_made_once_and_shown_once(home, capsys):
    first = configured().SharedPasswordAuthenticator.user_password
    shown = capsys.readouterr().out
    assert shown.count(first) == 1 and len(first) >= 16
    assert configured().SharedPasswordAuthenticator.user_password == first and capsys.readouterr().out == ""
    shutil.rmtree(home / ".course-hub")
    assert configured().SharedPasswordAuthenticator.user_password != first


def test_a_password_of_ones_own_must_be_long_enough(home):
    configured()
    (home / ".course-hub" / "password").write_text("longer than eight\n")
    assert configured().SharedPasswordAuthenticator.user_password == "longer than eight"
    (home / ".course-hub" / "password").write_text("\n")
    with pytest.raises(SystemExit, match="a password of 0 characters, expected 8 at least"):
        configured()


@pytest.mark.parametrize("name, good", (
    ("ada", True), ("ada.l@example.org", True), ("a_b-c+d", True), ("..", False), (".", False), (".jupyter", False),
    ("a/b", False), ("", False), ("-rf", False), ("ada\n", False), ("Ada", False), ("a" * 33, False), ("a b", False),
    ("~root", False), ("a\0b", False)))
def test_names_of_readers_are_names_of_folders(name, good, home):
    """Hubs make capitals small before they look."""
    assert bool(re.match(configured().Authenticator.username_pattern, name)) == good


def test_idle_servers_end_and_memory_and_servers_have_limits(home):
    c = configured()
    idle = [flag for flag in c.Spawner.args if re.search(r"(cull_idle|shutdown_no_activity)_timeout=\d+$", flag)]
    assert len(idle) == 2 and "--MappingKernelManager.cull_connected=True" in c.Spawner.args
    assert c.Spawner.mem_limit == "4G" and 1 <= c.JupyterHub.active_server_limit <= 100


def test_the_options_are_those_of_the_server_that_is_installed():
    """A misspelt option would be taken without a word."""
    from jupyter_client import KernelManager
    from jupyter_server.serverapp import ServerApp
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

    known = {kind.__name__: kind.class_trait_names() for kind in (KernelManager, MappingKernelManager, ServerApp)}
    source = (HUB / "jupyterhub_config.py").read_text(encoding="utf-8")
    flags = re.findall(r"--(\w+)\.(\w+)=", source)
    assert len(flags) == 4 and all(name in known[kind] for kind, name in flags)


def test_sockets_of_kernels_fit_below_the_folder(home, monkeypatch):
    monkeypatch.setenv("COURSE_HUB", str(home / "a-rather-long-name-for-a-folder"))
    with pytest.raises(SystemExit, match="characters at most, as kernels talk through sockets"):
        configured()


# how a reader's server starts

SERVER = """#!/bin/bash
ulimit -v
echo "$JUPYTER_CONFIG_PATH"
echo "$@"
"""


@pytest.fixture
def reader(home, tmp_path):
    """start(name=value, …): what hub/start prints and its exit code, with a server that only says what it was given."""
    (tmp_path / "bin").mkdir()
    server = tmp_path / "bin" / "jupyterhub-singleuser"
    server.write_text(SERVER)
    server.chmod(0o755)
    (tmp_path / "bin" / "python").symlink_to(sys.executable)

    def start(before="", **environment):
        path = os.pathsep.join((str(tmp_path / "bin"), os.path.dirname(sys.executable), os.environ["PATH"]))
        command = f"{before} exec {HUB / 'start'} --port=1"
        return subprocess.run(["bash", "-c", command], env={**os.environ, "PATH": path, **environment}, cwd=home,
                              capture_output=True, text=True, timeout=120, check=False)

    return start


def test_a_reader_gets_notebooks_and_a_server_with_a_limit(reader, home):
    done = reader(MEM_LIMIT=str(3 << 30))
    said = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert said[-3:] == [str(3 << 20), str(HUB.parent / "course_utils" / "practice" / "jupyter"), "--port=1"]
    assert {path.name for path in (home / "course" / "notebooks").glob("*.ipynb")} == {
        path.name for path in NOTEBOOKS.glob("*.ipynb")}
    assert reader().stdout.splitlines()[-3] == str(4 << 20)


def test_no_module_of_the_readers_is_run_when_a_server_starts(reader, home):
    """Before Python looks elsewhere it looks where it was started, which is the reader's folder."""
    for name in ("json.py", "course_utils.py"):
        (home / name).write_text("print('planted')")
    done = reader()
    assert done.returncode == 0 and "planted" not in done.stdout + done.stderr


def test_a_disk_that_is_full_leaves_no_empty_notebook(reader, home):
    """Files may have 200 kB only; the next start, on a disk with room, gives the reader whole notebooks."""
    done = reader("ulimit -f 200;")
    folder = home / "course" / "notebooks"
    assert done.returncode != 0 and "File too large" in done.stderr and "--port" not in done.stdout
    assert all(path.stat().st_size for path in folder.glob("*.ipynb"))
    (folder / "01_watch_a_gradient_vanish.ipynb").write_bytes(b"")  # as an earlier version would have left it
    assert reader().returncode == 0
    assert all((folder / path.name).read_bytes() == path.read_bytes() for path in NOTEBOOKS.glob("*.ipynb"))
    assert not list(folder.glob("*.new*"))
