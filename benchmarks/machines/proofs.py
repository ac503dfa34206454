"""What a setting claims, seen from a notebook's kernel: each function says what it found, or why the claim is false."""
import codecs
import errno
import os
import socket
import time
from pathlib import Path


def dispatched():
    """{CPU feature beyond its baseline that this NumPy has code for: whether it is in use}."""
    try:
        from numpy._core import _multiarray_umath as core
    except ImportError:  # NumPy 1
        from numpy.core import _multiarray_umath as core
    return {name: core.__cpu_features__[name] for name in core.__cpu_dispatch__}


def course(root):
    """`course_utils` is the one of the checkout at `root`."""
    import course_utils
    found = Path(course_utils.__file__).resolve().parents[1]
    assert found == Path(root).resolve(), f"course_utils comes from {found}"
    return ""


def features(allowed):
    """NumPy uses no feature but those of `allowed`."""
    used = [name for name, on in dispatched().items() if on]
    assert set(used) <= set(allowed), f"NumPy uses {' '.join(used)}"
    return f"NumPy: {' '.join(used) or 'nothing'} beyond its baseline"


def blas(architecture, threads):
    """NumPy's OpenBLAS runs the kernels of an architecture with so many threads."""
    import numpy  # noqa: F401  loads the library
    from threadpoolctl import threadpool_info
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    found = [(pool.get("architecture"), pool["num_threads"]) for pool in pools]
    assert set(found) == {(architecture, threads)}, f"BLAS: {found}"
    return f"OpenBLAS: {architecture}, {threads} thread{'s' * (threads > 1)}"


def time_zone(name, offset):
    """Local time is `offset` seconds ahead of UTC (in a November)."""
    found = time.localtime(1_700_000_000).tm_gmtoff
    assert found == offset, f"local time is {found} s ahead of UTC, in {name} it is {offset}"
    return f"{name}, UTC{offset / 3600:+g} h"


def encoding(name):
    """Files are opened in the encoding `name` unless one is given."""
    with open(os.devnull) as file:
        found = file.encoding
    assert codecs.lookup(found).name == codecs.lookup(name).name, f"files are opened as {found}, expected {name}"
    return f"files are opened as {found}"


def folder(root, name):
    """The checkout's folder is called `name`, and the kernel's own folder lies in it."""
    assert Path(root).name == name and Path.cwd().parent == Path(root), f"the kernel runs in {Path.cwd()}"
    return f"in a folder “{name}”"


def read_only(root):
    """No file can be made in the checkout, by this user either."""
    for place in (Path(root), *(path for path in Path(root).iterdir() if path.is_dir())):
        try:
            (place / "can this be written").touch()
        except OSError as error:
            assert error.errno == errno.EROFS, f"writing into {place} fails otherwise: {error}"
        else:
            raise AssertionError(f"{place} can be written to")
    return "every write into the checkout fails (EROFS)"


def no_network():
    """No interface but loopback, and no way out. (connect sends nothing for UDP; it looks for a route.)"""
    names = [name for _, name in socket.if_nameindex()]
    assert names == ["lo"], f"there are the interfaces {names}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outwards:
        found = outwards.connect_ex(("192.0.2.1", 9))
    assert found == errno.ENETUNREACH, f"the way out gives {errno.errorcode.get(found, found)}"
    return "no interface but loopback, ENETUNREACH"


def prove(claims):
    """One sentence about each claim (name, arguments …), if all are true."""
    return " · ".join(filter(None, (globals()[name](*arguments) for name, *arguments in claims)))
