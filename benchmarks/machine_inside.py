"""Prove what a setting claims in a kernel, then run pytest in the same process.

    python benchmarks/machine_inside.py CLAIMS ARGUMENTS…      CLAIMS as JSON; ARGUMENTS are pytest's
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
    here = Path(__file__).resolve().parent
    claims = [[name, *(str(here.parent) if part == "ROOT" else part for part in rest)]
              for name, *rest in json.loads(claims)]
    code = f"import sys; sys.path.append({str(here)!r}); import machine_proofs; print(machine_proofs.prove({claims!r}))"
    try:
        found = in_a_kernel(code, here.parent / "notebooks")
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
    sys.stdout.buffer.write(f"{PROVEN}{found}\n".encode())
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


if __name__ == "__main__":
    main()
