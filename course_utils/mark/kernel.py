"""The student's kernel: `python -m course_utils.mark.kernel MEGABYTES SECONDS -f FILE`. Limits come first."""
import sys


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


if __name__ == "__main__":
    limit(int(sys.argv.pop(1)), int(sys.argv.pop(1)))
    from ipykernel.kernelapp import IPKernelApp
    IPKernelApp.launch_instance()
