"""A JupyterHub on one machine, to try it out: any name gets in with the password below, and all run with your rights.

For a class put your authenticator and your spawner into the first block; the second serves any.
"""
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent
c = get_config()  # noqa: F821

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class, c.JupyterHub.spawner_class = "shared-password", "simple"
c.SharedPasswordAuthenticator.user_password = "half-life"
c.Authenticator.allow_all = True
c.SimpleLocalProcessSpawner.home_dir_template = "/tmp/readers/{username}"

c.Spawner.cmd = [str(COURSE / "hub" / "start")]  # copies the notebooks, then starts the reader's server
c.Spawner.args = ["--KernelManager.transport=ipc"]  # sockets in files: a TCP port may be taken first
c.Spawner.environment = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # many kernels, few cores
c.Spawner.http_timeout = 180  # seconds: when all log in at once, servers start slowly
c.Spawner.default_url = "/lab/tree/course/notebooks/01_watch_a_gradient_vanish.ipynb"
