"""Readers who do things at the same time: a reader in Chromium, and the thread in which each reader sits."""
import contextlib
import itertools
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.readers.wire import OPEN
from benchmarks.shared.browser import WATCH, lab, press

lab.OPEN = lab.RUN = lab.STEP = OPEN  # two cores that start twenty kernels keep readers waiting


class BrowserReader:
    """Runs all cells of a notebook in a Chromium of its own, then moves its first slider with the arrow keys."""

    def open(self, address, token, folder, path):
        """Open the notebook, run all cells, go to the slider."""
        self.stack = contextlib.ExitStack()
        driver = self.stack.enter_context(sync_playwright())
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=lab.FLAGS)
        book = self.stack.enter_context(lab.open_notebook(browser, address, token, path))
        book.run()
        if book.errors():
            raise RuntimeError("; ".join(book.errors()))
        area = book.page.locator(lab.AREA).first
        self.page, self.slider = book.page, area.get_by_role("slider").first
        self.slider.scroll_into_view_if_needed()
        area.evaluate(WATCH)

    def move(self, pauses):
        """Movements made, and the milliseconds from each key press to its painted picture; `pauses` in seconds."""
        made = itertools.count()
        times = press(self.page, self.slider, (1000 * pause for pause, _ in zip(pauses, made)))
        return next(made), list(times[1]) if len(times) else []

    def close(self):
        """Leave; the kernel lives until the server stops, as it does for a reader who closes a page."""
        self.stack.close()


class Seat:
    """A reader with a thread of their own: Playwright stays in the thread in which it began."""

    def __init__(self, reader, number):
        self.reader, self.number, self.worker = reader, number, ThreadPoolExecutor(1)

    def start(self, name, *args):
        """Begin to do something; a future with its result and the seconds that it took."""
        return self.worker.submit(self.timed, getattr(self.reader, name), *args)

    @staticmethod
    def timed(act, *args):
        began = time.perf_counter()
        return act(*args), time.perf_counter() - began

    def pauses(self, seconds, low, high):
        """Random pauses between `low` and `high`, others for each reader, until `seconds` are over."""
        rng, end = np.random.default_rng(self.number), time.monotonic() + seconds
        while time.monotonic() < end:
            yield rng.uniform(low, high)


def results(futures):
    """The results of futures and the seconds that they took, once all are there."""
    return tuple(zip(*[future.result() for future in futures]))
