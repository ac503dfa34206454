"""Running cells in a kernel, within limits on time, memory and what it may print."""
import queue
import time
from dataclasses import dataclass

from .kernel import MOST_OUTPUT, PRINTED_TOO_MUCH

START = 60  # seconds that a kernel may take to start


class Ended(Exception):
    """The kernel can run nothing more: it died, hung, or broke a limit. The message says which."""


class NotStarted(Exception):
    """There is no kernel, whatever the notebook may hold. The message says why."""


@dataclass(frozen=True)
class Limits:
    """What a student's process may use. seconds: for one cell; total: for one notebook; megabytes: of memory. prefix:
    a command in front of the kernel's own, such as one that isolates it. whole: run every cell, needed or not."""

    seconds: float = 60.0
    total: int = 900
    megabytes: int = 4096
    prefix: str = ""
    whole: bool = False

    def __str__(self):
        return f"{self.seconds:g} s, {self.total} s, {self.megabytes} MB"


class Session:
    """`run` a cell in the kernel; `Ended` once that is over for good. limited: whether a limit has been met."""

    def __init__(self, manager, client, place, limits):
        self.manager, self.client, self.place, self.limits = manager, client, place, limits
        self.deadline, self.printed, self.limited = 0.0, 0, False
        self.outcome = place / "home" / "outcome.npz"

    def ready(self):
        """Wait for the kernel, from whose start its time is counted, and try it out. Raises NotStarted."""
        try:
            self._connect()
            self.deadline = time.monotonic() + self.limits.total
            problem = self.ask("try_out", "") or "it has no room to compute"
        except (RuntimeError, Ended) as error:
            problem = str(error)
        if problem and not self.outcome.exists():
            prefix = f" behind {self.limits.prefix!r}" if self.limits.prefix else ""
            raise NotStarted(f"the kernel did not start{prefix} with {self.limits}: {problem}")

    def _connect(self):
        """Wait until the kernel answers and what it says arrives. (The client's `wait_for_ready` waits a fifth of a
        second more, for messages that `run` would pass over.) Raises RuntimeError if it does not, Ended if it died."""
        limit = time.monotonic() + START
        while time.monotonic() < limit:
            request = self.client.kernel_info()
            try:
                self.client.get_shell_msg(timeout=1)
            except queue.Empty:
                self._alive()
                continue
            if self._wait(request, time.monotonic() + .3) is not None:
                return
        raise RuntimeError(f"no answer within {START} s")

    def ask(self, what, arguments):
        """Let a function of `remote` write `outcome`. Returns what `run` does."""
        self.outcome.unlink(missing_ok=True)
        return self.run(f"__import__('course_utils.mark.remote', fromlist=['{what}']).{what}({arguments}"
                        f"{str(self.outcome)!r})")

    def run(self, source):
        """Run a cell. Returns "" or what went wrong: an exception's name, or the time.

        Raises Ended if the kernel is dead, cannot be interrupted, prints without end, or the notebook's time is over.
        """
        seconds = self.limits.seconds
        limit = min(time.monotonic() + seconds, self.deadline)
        waited = self._wait(self.client.execute(source, store_history=False, allow_stdin=False), limit)
        if waited is not None:
            self.limited |= waited == "MemoryError"
            return waited
        self.limited = True
        if limit == self.deadline:
            raise Ended("the time for this notebook is over")
        self.manager.interrupt_kernel()
        if self._wait(self.client.execute("pass", store_history=False), time.monotonic() + 5) is None:
            raise Ended(f"a cell did not end after {seconds:g} s and could not be interrupted")
        return f"not finished after {seconds:g} s"

    def _wait(self, request, limit):
        """Read messages until the kernel has done a request: "" or an exception's name; None when the time is over."""
        problem = ""
        while time.monotonic() < limit:
            try:
                message = self.client.get_iopub_msg(timeout=.5)
            except queue.Empty:
                self._alive()
                continue
            self.printed += len(str(message["content"]))
            if self.printed > MOST_OUTPUT:
                raise Ended(f"the notebook prints more than {MOST_OUTPUT} characters")
            if message["parent_header"].get("msg_id") == request:
                if message["msg_type"] == "error":
                    problem = str(message["content"].get("ename"))[:80]
                if message["content"].get("execution_state") == "idle":
                    self._alive()
                    return problem
        return None

    def _alive(self):
        """Raises Ended if the kernel is dead."""
        code = self.manager.provisioner.process.poll()
        if code == PRINTED_TOO_MUCH:
            raise Ended(f"the notebook prints more than {MOST_OUTPUT} characters")
        if code is not None:
            self.limited = True
            raise Ended("the kernel died: out of memory, out of computing time, or ended by the notebook")
