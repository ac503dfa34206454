"""Prove what a setting claims in a kernel, then run pytest in the same process.

    python -m benchmarks.machines.inside CLAIMS ARGUMENTS…      CLAIMS as JSON; ARGUMENTS are pytest's
"""
import json
import os
import sys
from pathlib import Path

from jupyter_client.manager import start_new_kernel

PROVEN = "proven: "


def in_a_kernel(code, folder):
    """What `code` prints in a new kernel, started as nbval starts its own; RuntimeError if it raises."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    messages = []
    try:
        client.execute_interactive(code, timeout=120, output_hook=messages.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    for message in messages:
        if message["msg_type"] == "error":
            raise RuntimeError(message["content"]["evalue"])
    return "".join(message["content"].get("text", "") for message in messages).strip()


def main():
    claims, *arguments = sys.argv[1:]
    root = Path(__file__).resolve().parents[2]
    claims = [[name, *(str(root) if part == "ROOT" else part for part in rest)] for name, *rest in json.loads(claims)]
    code = f"from benchmarks.machines import proofs; print(proofs.prove({claims!r}))"
    try:
        found = in_a_kernel(code, root / "notebooks")
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
    sys.stdout.buffer.write(f"{PROVEN}{found}\n".encode())
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


if __name__ == "__main__":
    main()
