"""The log of a training."""
from dataclasses import dataclass, field, fields

import numpy as np

from ..ground.arguments import a, mapping, maybe, real, size, some


@dataclass
class History:
    """The log of a training: lists of equal length or empty, an entry each `log_every` iterations, and the tests.

    iteration · loss · gradient_norm, of all weights together, before clipping · rho, the spectral radius ρ of the
    candidate's block of W_h (empty for a cell without recurrent product) · reach, over how many steps back from a
    sequence's own end the norm of ∂L/∂s_t (mean over the batch) never falls below 1/1000 of what it is there (both
    empty for a model without states) · tested, wrong: iterations and shares of sequences not answered correctly ·
    solved_at: the iteration whose test was passed, None if none was.
    """

    iteration: list = field(default_factory=list)
    loss: list = field(default_factory=list)
    gradient_norm: list = field(default_factory=list)
    rho: list = field(default_factory=list)
    reach: list = field(default_factory=list)
    tested: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    solved_at: int | None = None

    @classmethod
    def checked(cls, entries):
        """The log of these entries, as a checkpoint has them. Raises ValueError for what is none."""
        names = {one.name for one in fields(cls)}
        if set(mapping("log", entries)) != names:
            raise ValueError(f"log holds {', '.join(entries)}, expected {', '.join(sorted(names))}")
        for name in names - {"solved_at"}:
            some(real())(name, a(list)(name, entries[name]))
        lengths = {name: len(entries[name]) for name in names - {"solved_at"}}
        n, tested = lengths["iteration"], lengths["tested"]
        if {lengths[name] for name in ("loss", "gradient_norm")} != {n} or lengths["wrong"] != tested or any(
                lengths[name] not in (0, n) for name in ("rho", "reach")):
            raise ValueError(f"log has lists of lengths {lengths}, expected them equal")
        maybe(size(most=np.inf))("solved_at", entries["solved_at"])
        return cls(**entries)
