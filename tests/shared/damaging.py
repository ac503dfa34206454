"""Damaged files: what a full disk, a cut connection, a spreadsheet or a flipped bit makes of a good one."""
import io
import json

import numpy as np

MAGIC = (b"", b"PK\3\4", b"PK\5\6", b"\x93NUMPY\1\0", b"\xef\xbb\xbf", bytes(8))
STRANGE = (None, True, -1, 0, 3.5, 1e308, 10**30, "", "text", "nan", [], {}, [None], {"a": 1}, [[1, 2], [3]])


def damaged_bytes(data, rng):
    """A damaged copy of the bytes of a file."""
    kind = rng.integers(7)
    if kind == 0:
        return MAGIC[rng.integers(len(MAGIC))] + rng.bytes(rng.integers(400))
    if kind == 1:
        return data[:rng.integers(len(data))]
    if kind == 2:  # a piece that was never written
        at, size = rng.integers(len(data)), rng.integers(1, 600)
        return data[:at] + bytes(min(size, len(data) - at)) + data[at + size:]
    if kind == 3:  # a piece is missing, or there twice
        at, size = rng.integers(len(data)), rng.integers(1, 600)
        return data[:at] + data[at + size:] if rng.random() < .5 else data[:at + size] + data[at:]
    changed = bytearray(data)
    for _ in range(rng.integers(1, 9)):  # some bytes are others, anywhere or at the ends, where the structure is
        at = rng.integers(len(data)) if kind == 4 else rng.integers(-1024, 1024) % len(data)
        changed[at] = rng.integers(256)
    return bytes(changed)


def damaged_arrays(data, rng):
    """The bytes of a whole .npz file with one array, or one entry of its notes, that is not what it should be."""
    with np.load(io.BytesIO(data)) as file:
        arrays = {name: file[name] for name in file.files}
    name = list(arrays)[rng.integers(len(arrays))]
    if name == "notes" and rng.random() < .8:
        arrays[name] = np.array(json.dumps(_damaged_json(json.loads(str(arrays[name])), rng)))
    else:
        spoilt = _damaged_array(arrays.pop(name), rng)
        arrays |= {} if spoilt is None else {name: spoilt}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _damaged_array(array, rng):
    spoilt = (None, array[None], array.ravel()[:-1], array.astype(str), np.zeros(0), np.array("{}"), np.array("["),
              np.zeros(array.shape, complex), np.zeros(array.shape, int), np.zeros(array.shape, "M8[s]"),
              np.zeros(array.shape, [("a", float)]), np.full(array.shape, np.nan))
    return spoilt[rng.integers(len(spoilt))]


def _damaged_json(value, rng):
    """The value with one entry, at any depth, gone, or something strange in its place."""
    if isinstance(value, (dict, list)) and value and rng.random() < .9:
        places = list(value) if isinstance(value, dict) else range(len(value))
        place, value = places[rng.integers(len(places))], value.copy()
        if rng.random() < .2:
            del value[place]
        else:
            value[place] = _damaged_json(value[place], rng)
        return value
    return STRANGE[rng.integers(len(STRANGE))]


def damaged_table(data, rng):
    """The bytes of a table as a spreadsheet or an interrupted copy may leave them."""
    text = data.decode("utf-8")
    lines = text.splitlines(keepends=True)
    at, kind = rng.integers(len(lines)), rng.integers(12)
    line = lines[at]
    whole = {0: text.replace(",", ";"), 1: text.replace(",", "\t"), 2: "\ufeff" + text, 3: text.replace("\n", "\r\n"),
             4: text[:rng.integers(len(text))], 5: "".join(lines[:at]) + line[:-2]}
    if kind in whole:
        return whole[kind].encode("utf-8")
    changed = {6: "", 7: line.replace(",", ",,", 1), 8: line.replace(",", ',"', 1), 9: "\0" + line,
               10: _another_field(line, rng)}
    if kind in changed:
        return "".join([*lines[:at], changed[kind], *lines[at + 1:]]).encode("utf-8")
    return text.encode("utf-16")


def _another_field(line, rng):
    fields = line.rstrip("\n").split(",")
    fields[rng.integers(len(fields))] = str(STRANGE[rng.integers(10)])
    return ",".join(fields) + "\n"
