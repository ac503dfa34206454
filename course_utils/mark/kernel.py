"""The student's kernel: `python -m course_utils.mark.kernel MEGABYTES SECONDS -f FILE`. Limits come first, then what
marking needs of the course: a process that cannot hold that never becomes a kernel."""
import os
import sys

MOST_OUTPUT = 10_000_000  # characters that one notebook may print
PRINTED_TOO_MUCH = 77  # how a kernel ends that would print more


def limit(megabytes, seconds):
    """Limit this process's memory, computing time and size of files, where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    wanted = {resource.RLIMIT_AS: megabytes * 2 ** 20, resource.RLIMIT_CPU: seconds,
              resource.RLIMIT_FSIZE: 200 * 2 ** 20, resource.RLIMIT_CORE: 0}
    for what, most in wanted.items():
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            pass  # macOS refuses some


def limit_output(session):
    """End this process before a kernel's session, a class of jupyter_client's, sends more than MOST_OUTPUT bytes: the
    marking would have to hold them."""
    serialize, sent = session.serialize, 0

    def counted(self, message, ident=None):
        nonlocal sent
        parts = serialize(self, message, ident)
        sent += len(parts[-1])  # the content
        if sent > MOST_OUTPUT:
            os._exit(PRINTED_TOO_MUCH)
        return parts

    session.serialize = counted


def main():
    limit(int(sys.argv.pop(1)), int(sys.argv.pop(1)))
    from ipykernel.kernelapp import IPKernelApp
    from jupyter_client.session import Session

    from course_utils.exercises import check

    from .remote import answer  # noqa: F401
    check.exercises()
    limit_output(Session)
    IPKernelApp.launch_instance()


if __name__ == "__main__":
    main()
