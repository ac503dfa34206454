"""Arrays in an .npz file, which is a zip archive of .npy files: read without pickle and without trusting a size."""
import io
import zipfile
from contextlib import contextmanager
from math import prod

import numpy as np

from .contents import Contents

HEADER = 1 << 16  # bytes: an .npy header of plain numbers has about a hundred
DIRECTORY = 1 << 22  # bytes of the archive's table of contents: room for some 40,000 names
END = b"PK\5\6"  # begins the 22 bytes that say where a zip archive's table of contents is; a comment may follow
TAIL = (1 << 16) + 22 + 20  # bytes within which it lies, with what may stand before it
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # NumPy's; others reserve as much memory as a file demands


@contextmanager
def open_npz(path):
    """The `Contents` of the file, in the order in which it was saved.

    Nothing is unpacked before it is asked for, and never more than the archive says the member holds; what an array's
    header says must be exactly that. Raises ValueError or zipfile.BadZipFile for what is no such archive.
    """
    check_directory(path)
    with zipfile.ZipFile(path) as archive:
        members = {}
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            if name in members:
                raise ValueError(f"two members are called {name}, expected each name once")
            members[name] = info
        yield Contents(tuple(members), lambda name: _entry(archive, name, members[name]), ordered=True)


@contextmanager
def open_npy(path):
    """The `Contents` of an .npy file: one array, called x."""
    with open(path, "rb") as file:
        def entry(name):
            file.seek(0)
            shape, in_columns, dtype, start = _head(name, io.BytesIO(file.read(HEADER)))
            size, there = prod(shape) * dtype.itemsize, file.seek(0, io.SEEK_END) - start
            if size != there:
                raise ValueError(f"{name} is said to have shape {shape} of {dtype}, {size} bytes, but {there} are "
                                 "there")

            def read():
                file.seek(start)
                return np.frombuffer(file.read(size), dtype).reshape(shape, order="F" if in_columns else "C")

            return shape, dtype, read

        yield Contents(("x",), entry)


def check_directory(path):
    """Refuse a table of contents that would fill the memory: `zipfile` reads it at once, whatever its size."""
    with open(path, "rb") as file:
        file.seek(0, io.SEEK_END)
        file.seek(max(0, file.tell() - TAIL))
        tail = file.read()
    plain = tail[-22:-18] == END and tail.endswith(b"\0\0")  # without a comment after it, as `zipfile` looks for it
    at = len(tail) - 22 if plain else tail.rfind(END)
    if at >= 20 and tail[at - 20:at - 16] == b"PK\6\7":
        raise ValueError("the archive is in the form for more than 4 GB or 65,535 members (torch.save writes it, too), "
                         "expected a file as np.savez writes it")
    if at >= 0 and int.from_bytes(tail[at + 12:at + 16], "little") > DIRECTORY:
        raise ValueError(f"the archive's table of contents has more than {DIRECTORY} bytes, expected a file as "
                         "np.savez writes it")


def _entry(archive, name, info):
    if info.compress_type not in PACKINGS:
        raise ValueError(f"{name} is packed in an unusual way, expected a file as np.savez writes it")
    shape, in_columns, dtype, start = _header(archive, name, info)
    size = prod(shape) * dtype.itemsize
    if start + size != info.file_size:
        raise ValueError(f"{name} is said to have shape {shape} of {dtype}, {size} bytes, but {info.file_size - start} "
                         "are there")

    def read():
        with archive.open(info) as file:
            file.read(start)
            values = np.frombuffer(file.read(size), dtype)  # to the end, where zipfile compares its check sum
        return values.reshape(shape, order="F" if in_columns else "C")

    return shape, dtype, read


def _header(archive, name, info):
    """(shape, whether in columns, dtype, where the numbers begin) as the .npy header says."""
    with archive.open(info) as file:
        return _head(name, io.BytesIO(file.read(HEADER)))


def _head(name, head):
    version = np.lib.format.read_magic(head)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"{name} is an .npy file of version {version}, expected (1, 0) or (2, 0)")
    shape, in_columns, dtype = readers[version](head)
    if dtype.hasobject:
        raise ValueError(f"{name} holds Python objects, which only a pickle can store; expected numbers")
    if any(size < 0 for size in shape):
        raise ValueError(f"{name} has shape {shape}, expected sizes of at least 1")
    return shape, in_columns, dtype, head.tell()
