"""Arrays in an .npz file, as `ground.npz` reads them."""
from contextlib import contextmanager

from ...ground import npz
from .contents import Contents


@contextmanager
def open_npz(path):
    """The `Contents` of the file, in the order in which it was saved. Raises as `ground.npz.open_npz` does."""
    with npz.open_npz(path) as members:
        yield Contents(tuple(members), lambda name: members[name](), ordered=True)
