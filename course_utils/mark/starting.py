"""Starting kernels, each in a process and a workplace of its own, and each a little before it is needed."""
import json
import os
import shlex
import sys
from contextlib import ExitStack, contextmanager

import zmq
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

from .kernel import MOST_OUTPUT
from .session import NotStarted, Session
from .workplace import environment, workplace


@contextmanager
def session(limits):
    """A `Session` in a workplace of its own, whose kernel is on its way: `ready` waits for it. Raises NotStarted."""
    with ExitStack() as held:
        try:
            place = held.enter_context(workplace())
            manager = manager_in(place, limits)
            held.callback(lambda: manager.has_kernel and manager.shutdown_kernel(now=True))
            manager.start_kernel(cwd=str(place / "notebooks"), env=environment(place))
        except OSError as error:  # no such command, no space left, too many processes
            raise NotStarted(f"{type(error).__name__}: {error}") from None
        context = zmq.Context()
        held.callback(context.destroy, linger=0)
        context.setsockopt(zmq.MAXMSGSIZE, 4 * MOST_OUTPUT)  # should a kernel send more, the connection ends
        client = manager.client(context=context)
        held.callback(client.stop_channels)
        client.start_channels()
        yield Session(manager, client, place, limits)


def manager_in(place, limits):
    """The manager of a kernel that is to run in a workplace. Raises NotStarted if the prefix is no command."""
    spec = place / "home" / "kernels" / "student"
    spec.mkdir(parents=True)
    try:
        prefix = shlex.split(limits.prefix)
    except ValueError as error:
        raise NotStarted(f"the prefix {limits.prefix!r} cannot be read: {error}") from None
    argv = [*prefix, sys.executable, "-m", "course_utils.mark.kernel", str(limits.megabytes), str(limits.total),
            "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "student", "language": "python"}))
    specs = KernelSpecManager(kernel_dirs=[str(spec.parent)], ensure_native_kernel=False)
    local = {} if os.name == "nt" else {"transport": "ipc", "ip": str(place / "home" / "k")}  # needs no network
    return KernelManager(kernel_name="student", kernel_spec_manager=specs, **local,
                         connection_file=str(place / "home" / "kernel.json"))


class Kernels:
    """A session for each of `count` notebooks of one student, each used once; the next kernel starts while one is
    used. A context manager, which closes what has not been used."""

    def __init__(self, count, limits):
        self.left, self.limits, self.started = count, limits, None

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.started:
            self.started[0].close()

    @contextmanager
    def next(self):
        """The next `Session`, ready. Raises NotStarted."""
        held, kernel = self.started or self._start()
        self.left, self.started = self.left - 1, None
        with held:
            kernel.ready()
            if self.left > 0:
                try:
                    self.started = self._start()
                except NotStarted:
                    pass  # tried again in its turn
            yield kernel

    def _start(self):
        held = ExitStack()
        return held, held.enter_context(session(self.limits))
