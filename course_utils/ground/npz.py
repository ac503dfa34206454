"""Arrays in .npz files, which are zip archives of .npy files, and in .npy files: the one way in which the course reads
them, without pickle and without trusting a size."""
import io
import zipfile
from contextlib import contextmanager
from math import prod
from pathlib import Path

import numpy as np

HEADER = 1 << 16  # bytes: an .npy header of plain numbers has about a hundred
DIRECTORY = 1 << 22  # bytes of the archive's table of contents: room for some 40,000 names
END = b"PK\5\6"  # begins the 22 bytes that say where a zip archive's table of contents is; a comment may follow
TAIL = (1 << 16) + 22 + 20  # bytes within which it lies, with what may stand before it
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # NumPy's; others reserve as much memory as a file demands
MOST_BYTES = 1 << 31  # that a smaller file may unpack to


def read_npz(path):
    """{name: array} of a whole file, in the order in which it was saved.

    To be called within `files.reading`: raises OSError as `open` does, ValueError for what is no such file or unpacks
    to more than MOST_BYTES (and to more than it has itself), and what zipfile and zlib raise for damaged ones.
    """
    with open_npz(path) as members:
        found = {name: entry() for name, entry in members.items()}
        needed = sum(prod(shape) * dtype.itemsize for shape, dtype, _ in found.values())
        if needed > max(MOST_BYTES, Path(path).stat().st_size):
            raise ValueError(f"its arrays need {needed} bytes, expected at most {MOST_BYTES}")
        return {name: read() for name, (_, _, read) in found.items()}


@contextmanager
def open_npz(path):
    """{name: a function without arguments that returns (shape, dtype, a function that reads the array)} of the file, in
    the order in which it was saved.

    Nothing is unpacked before it is asked for, and never more than the archive says the member holds; what an array's
    header says must be exactly that. Raises ValueError or zipfile.BadZipFile for what is no such archive.
    """
    with open_archive(path) as archive:
        members = {}
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            if name in members:
                raise ValueError(f"two members are called {name}, expected each name once")
            members[name] = info
        yield {name: lambda name=name, info=info: _entry(archive, name, info) for name, info in members.items()}


@contextmanager
def open_npy(path):
    """The same of an .npy file: one array, called x."""
    with open(path, "rb") as file:
        def entry():
            file.seek(0)
            shape, in_columns, dtype, start = _head("x", io.BytesIO(file.read(HEADER)))
            size, there = prod(shape) * dtype.itemsize, file.seek(0, io.SEEK_END) - start
            if size != there:
                raise ValueError(f"x is said to have shape {shape} of {dtype}, {size} bytes, but {there} are there")

            def read():
                file.seek(start)
                return _array(file.read(size), shape, in_columns, dtype)

            return shape, dtype, read

        yield {"x": entry}


@contextmanager
def open_archive(path):
    """The `zipfile.ZipFile` of a file, for reading. Raises ValueError for one whose table of contents would fill the
    memory: `zipfile` reads it at once, whatever its size."""
    with open(path, "rb") as file:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            yield archive


def _check_directory(file):
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - TAIL))
    tail = file.read()
    plain = tail[-22:-18] == END and tail.endswith(b"\0\0")  # without a comment after it, as `zipfile` looks for it
    at = len(tail) - 22 if plain else tail.rfind(END)
    if at >= 20 and tail[at - 20:at - 16] == b"PK\6\7" and size <= zipfile.ZIP64_LIMIT:
        raise ValueError("the archive is in the form for more than 2 GB or 65,535 members (torch.save writes it, too), "
                         "expected a file as np.savez writes it")
    if at >= 0 and int.from_bytes(tail[at + 12:at + 16], "little") > min(DIRECTORY, size):
        raise ValueError(f"the archive's table of contents has more than {min(DIRECTORY, size)} bytes, expected a file "
                         "as np.savez writes it")


def _entry(archive, name, info):
    if info.compress_type not in PACKINGS:
        raise ValueError(f"{name} is packed in an unusual way, expected a file as np.savez writes it")
    if info.header_offset + info.compress_size > archive.start_dir:
        raise ValueError(f"{name} is said to have {info.compress_size} bytes, which are not there")
    shape, in_columns, dtype, start = _header(archive, name, info)
    size = prod(shape) * dtype.itemsize
    if start + size != info.file_size:
        raise ValueError(f"{name} is said to have shape {shape} of {dtype}, {size} bytes, but {info.file_size - start} "
                         "are there")

    def read():
        with archive.open(info) as file:
            file.read(start)
            return _array(file.read(size), shape, in_columns, dtype)  # to the end, where zipfile compares its check sum

    return shape, dtype, read


def _array(data, shape, in_columns, dtype):
    """The array of these bytes, which may be changed."""
    return np.ndarray(shape, dtype, bytearray(data), order="F" if in_columns else "C")


def _header(archive, name, info):
    """(shape, whether in columns, dtype, where the numbers begin) as the .npy header says."""
    with archive.open(info) as file:
        return _head(name, io.BytesIO(file.read(HEADER)))


def _head(name, head):
    version = np.lib.format.read_magic(head)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"{name} is an .npy file of version {version}, expected (1, 0) or (2, 0)")
    try:
        shape, in_columns, dtype = readers[version](head)
    except (MemoryError, RecursionError) as error:  # Python's parser, for text that is nested deeply
        raise ValueError(f"{name} has a header that cannot be read: {type(error).__name__}") from None
    if dtype.hasobject:
        raise ValueError(f"{name} holds Python objects, which only a pickle can store; expected numbers")
    if any(size < 0 for size in shape):
        raise ValueError(f"{name} has shape {shape}, expected sizes of at least 1")
    return shape, in_columns, dtype, head.tell()
