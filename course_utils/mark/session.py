"""A kernel in a process of its own, with limits on time, memory and what it may print."""
import json
import os
import queue
import shlex
import sys
import time
from contextlib import contextmanager

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

from .workplace import environment

MOST_OUTPUT = 10_000_000  # characters that one notebook may print


class Ended(Exception):
    """The kernel can run nothing more: it died, hung, or broke a limit. The message says which."""


class Session:
    """`run` a cell in the kernel; `Ended` once that is over for good."""

    def __init__(self, manager, client, deadline):
        self.manager, self.client, self.deadline, self.printed = manager, client, deadline, 0

    def run(self, source, seconds):
        """Run a cell for so many seconds at most. Returns "" or what went wrong: an exception's name, or the time.

        Raises Ended if the kernel is dead, cannot be interrupted, prints without end, or the notebook's time is over.
        """
        limit = min(time.monotonic() + seconds, self.deadline)
        waited = self._wait(self.client.execute(source, store_history=False, allow_stdin=False), limit)
        if waited is not None:
            return waited
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
        if not self.manager.is_alive():
            raise Ended("the kernel died: out of memory, out of computing time, or ended by the notebook")


@contextmanager
def session(place, *, megabytes, seconds, prefix=""):
    """A `Session` in a workplace. prefix: a command in front of the kernel's own, such as one that isolates it."""
    spec = place / "home" / "kernels" / "student"
    spec.mkdir(parents=True)
    argv = [*shlex.split(prefix), sys.executable, "-m", "course_utils.mark.kernel", str(megabytes), str(seconds),
            "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "student", "language": "python"}))
    specs = KernelSpecManager(kernel_dirs=[str(spec.parent)], ensure_native_kernel=False)
    local = {} if os.name == "nt" else {"transport": "ipc", "ip": str(place / "home" / "k")}  # needs no network
    manager = KernelManager(kernel_name="student", kernel_spec_manager=specs, **local,
                            connection_file=str(place / "home" / "kernel.json"))
    client = None
    try:
        manager.start_kernel(cwd=str(place / "notebooks"), env=environment(place))
        client = manager.blocking_client()
        client.start_channels()
        ready(client, prefix)
        yield Session(manager, client, time.monotonic() + seconds)
    finally:
        if client:
            client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


def ready(client, prefix):
    """Wait for the kernel. Raises Ended."""
    try:
        client.wait_for_ready(timeout=60)
    except RuntimeError as error:
        raise Ended(f"the kernel did not start{f' behind {prefix!r}' if prefix else ''}: {error}") from None
