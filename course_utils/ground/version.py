"""Which version this is, down to the commit."""
import subprocess
from importlib import metadata

from .places import COURSE

DISTRIBUTION = "vanishing-gradients-course"


def version():
    """What git says of a checkout, "v0.1.0-288-g4972bc60-dirty" for instance; of an installed copy the version that it
    was built as, which names the commit after a +g; "unknown" if nobody knows."""
    if (COURSE / ".git").exists():
        try:
            command = ["git", "describe", "--tags", "--always", "--dirty"]
            return subprocess.run(command, cwd=COURSE, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            pass
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"


__version__ = version()
