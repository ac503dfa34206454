"""What readers do with a notebook besides running it once from top to bottom, as a plugin for pytest.

    PYTHONPATH=tests/notebooks python -m pytest -p habits --habit twice notebooks

Cells are run and compared by nbval's own rules. A figure, which nbval leaves out, must be the same to the byte
each time a cell is run on the same machine.
"""
from itertools import chain

from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

INTERRUPT_AFTER = (1, 4)  # seconds from the start of a cell: what is over sooner is not interrupted
PATIENCE = 60  # seconds that an interrupted cell has to stop


class Run(IPyNbCell):
    """A cell, which must do what is stored; with a new kernel before it if `fresh`."""

    def __init__(self, fresh=False, **rest):
        super().__init__(**rest)
        self.fresh, self.output_timeout = fresh, PATIENCE

    def runtest(self):
        if self.fresh:
            self.parent.restart()
        self.run()

    def run(self):
        """Run and compare; raises NbCellError."""
        super().runtest()
        figures = [output.data["image/png"] for output in self.test_outputs if "image/png" in output.get("data", {})]
        if self.options["check"] and figures != self.parent.figures.setdefault(self.cell_num, figures):
            self.raise_cell_error("a figure differs from that of the first run")

    def raised(self, name):
        """Whether the last run ended with this exception; such cells are counted."""
        found = any(output.get("ename") == name for output in self.test_outputs or ())
        if found:
            self.user_properties.append((name, self.cell_num))
        return found


class Bold(Run):
    """A cell without those above it: a NameError, or what is stored."""

    def run(self):
        try:
            super().run()
        except NbCellError:
            if not self.raised("NameError"):
                raise


class Interrupted(Run):
    """A cell that is interrupted while it runs, if it runs so long, and then started again."""

    def run(self):
        for seconds in INTERRUPT_AFTER:
            if not self.interrupt(seconds):
                return
        super().run()

    def interrupt(self, seconds, again=True):
        """Run the cell, interrupted after some seconds by nbval's limit; False if it was done sooner, and compared.
        One that shows no KeyboardInterrupt may just have come to its end: it is tried again, after half the time."""
        option = self.config.option
        limit, option.nbval_cell_timeout = option.nbval_cell_timeout, seconds
        try:
            super().run()
        except NbCellError:
            if not self.parent.timed_out:
                raise
        finally:
            option.nbval_cell_timeout = limit
        interrupted, self.parent.timed_out = self.parent.timed_out, False
        if interrupted and not self.raised("KeyboardInterrupt"):
            if again:
                return self.interrupt(seconds / 2, again=False)
            self.raise_cell_error(f"interrupted after {seconds} s, and no KeyboardInterrupt was shown")
        return interrupted


def leg(kind, cells, fresh=False):
    """Steps (kind, cell number, whether a new kernel comes first): these cells one after the other."""
    return [(kind, n, fresh and k == 0) for k, n in enumerate(cells)]


def twice(sections):
    """Each cell twice in a row; afterwards Run All."""
    cells = list(chain(*sections))
    return leg(Run, [n for n in cells for _ in range(2)]) + leg(Run, cells)


def interrupt(sections):
    """The kernel restarted in the middle, then Run All, where every cell that takes a second is interrupted first;
    the setup is not: after an interrupted import of NumPy or Matplotlib only a new kernel helps."""
    setup, *others = sections
    cells = list(chain(*sections))
    half = leg(Run, cells[:len(cells) // 2])
    return half + leg(Run, setup, fresh=True) + leg(Interrupted, list(chain(*others)))


def skip(sections):
    """Restart, run the setup, go on at a section, for each section; restart, all from last to first; then Run All."""
    setup, *others = sections
    cells = list(chain(*sections))
    tries = [leg(Run, setup, fresh=True) + leg(Bold, section) for section in others]
    return [*chain(*tries), *leg(Bold, cells[::-1], fresh=True), *leg(Run, cells)]


HABITS = {habit.__name__: habit for habit in (twice, interrupt, skip)}


class Notebook(IPyNbFile):
    """A notebook whose cells are run in the order of a habit."""

    def collect(self):
        plain = list(super().collect())
        steps = HABITS[self.config.option.habit](self.sections())
        self.figures = {}
        for k, (kind, n, fresh) in enumerate(steps):
            yield kind.from_parent(self, name=f"{k}: Cell {n}", cell_num=n, cell=plain[n].cell,
                                   options=plain[n].options, fresh=fresh)

    def sections(self):
        """Lists of numbers of code cells: the setup, then one for each heading of level 2 that has code below it."""
        found, n = [[]], 0
        for cell in self.nb.cells:
            if cell.cell_type == "code":
                found[-1].append(n)
                n += 1
            elif any(line.startswith("## ") for line in cell.source.splitlines()) and found[-1]:
                found.append([])
        return [section for section in found if section]

    def restart(self):
        """A new kernel in the place of the old one."""
        self.kernel.restart()
        self.kernel.kc.wait_for_ready(timeout=self.config.option.nbval_kernel_startup_timeout)


def pytest_addoption(parser):
    """How the notebooks are to be run."""
    parser.addoption("--habit", choices=sorted(HABITS), help="run notebooks as readers do")


def pytest_collect_file(file_path, parent):
    """Notebooks, where a habit is asked for."""
    if parent.config.option.habit and file_path.suffix == ".ipynb":
        return Notebook.from_parent(parent, path=file_path)
