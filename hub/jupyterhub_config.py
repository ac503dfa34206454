"""A JupyterHub on one machine, to try it out: whoever has the password gets in, and all run with your rights.

For a class put your authenticator and your spawner into the first block; the second serves any. COURSE_HUB names the
folder in which the hub keeps readers' work, its password and its own files: ~/.course-hub if left out.
"""
import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

from course_utils.ground.files import replacing

COURSE = Path(__file__).resolve().parent.parent
SOCKET = 50  # characters of a folder in which kernels can have sockets: a socket's path has 104 at most
NAME = r"[a-z0-9][a-z0-9@._+-]{0,31}\Z"  # of a reader, whose folder has it: neither .. nor anything with a slash
GIGABYTES, SERVERS = 4, 40  # of memory for a process, as for one that is marked; at once
IDLE = 3600  # seconds


def private(folder):
    """The folder, made if it is missing. Ends the hub if anyone else could have put something there: settings of
    Jupyter in a reader's folder are code, which would run with the hub's rights."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        sys.exit(f"{folder} is {stat.filemode(found.st_mode)} of user {found.st_uid}, expected a directory of user "
                 f"{os.geteuid()} that nobody else can open: look at what is in it, then chmod 700, or let COURSE_HUB "
                 "name another")
    return folder


def password(file):
    """The password in a file; where there is none, one is generated, kept there, and printed this once."""
    if not file.exists():
        with replacing(file, "w", encoding="utf-8") as made:
            made.write(f"{secrets.token_urlsafe(12)}\n")
        os.chmod(file, 0o600)
        print(f"Readers log in with any name and the password {file.read_text(encoding='utf-8').strip()}\n"
              f"It is kept in {file} and not shown again.", flush=True)
    found = file.read_text(encoding="utf-8").strip()
    if len(found) < 8:
        sys.exit(f"{file} has a password of {len(found)} characters, expected 8 at least: write a longer one there, or "
                 "delete the file for a new one")
    return found


HUB = private(Path(os.environ.get("COURSE_HUB") or Path.home() / ".course-hub").absolute())
if len(os.fsencode(HUB / "run")) > SOCKET:
    sys.exit(f"COURSE_HUB is {HUB}, expected a path of {SOCKET - 4} characters at most, as kernels talk through "
             "sockets in that folder")
c = get_config()  # noqa: F821

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class, c.JupyterHub.spawner_class = "shared-password", "simple"
c.SharedPasswordAuthenticator.user_password = password(HUB / "password")
c.Authenticator.allow_all = True
c.SimpleLocalProcessSpawner.home_dir_template = str(private(HUB / "readers") / "{username}")

c.JupyterHub.db_url = f"sqlite:///{HUB / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(HUB / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(HUB / "proxy.pid")
c.JupyterHub.active_server_limit = SERVERS
c.Authenticator.username_pattern = NAME
c.Spawner.cmd = [str(COURSE / "hub" / "start")]  # copies the notebooks, then starts the reader's server
c.Spawner.args = ["--KernelManager.transport=ipc",  # sockets in files: a TCP port may be taken first
                  f"--MappingKernelManager.cull_idle_timeout={IDLE}", "--MappingKernelManager.cull_connected=True",
                  f"--ServerApp.shutdown_no_activity_timeout={IDLE}"]  # once its kernels have ended
c.Spawner.mem_limit = f"{GIGABYTES}G"  # hub/start keeps each process within it, where the spawner does not
c.Spawner.environment = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",  # many kernels, few cores
                         "JUPYTER_RUNTIME_DIR": str(private(HUB / "run"))}
c.Spawner.http_timeout = 180  # seconds: when all log in at once, servers start slowly
c.Spawner.default_url = "/lab/tree/course/notebooks/01_watch_a_gradient_vanish.ipynb"
