"""Memory that is needed again at once is kept rather than given back."""
import numpy as np

LARGEST = (32 << 20) - (64 << 10)  # bytes: blocks of more than 32 MB teach the allocator nothing


def keep_freed_memory():
    """Let the C library keep arrays' memory for the next ones.

    glibc gives freed memory back to the system once there is more than twice the largest block that was freed so
    far, and each page of the next arrays costs a page fault: up to half the time of a training step. So one block is
    freed that is as large as counts. Nothing was written to it, so that it takes no memory. Other C libraries do
    not mind.
    """
    np.empty(LARGEST, np.uint8)
