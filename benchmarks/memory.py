"""How much memory a call takes at its peak, beyond what its process had before."""

import multiprocessing
import resource
from pathlib import Path


def peak(make, *arguments):
    """Bytes by which `make(*arguments)()` raises the peak of a process of its own above what it holds before; Linux only."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (make, arguments))


def _peak(make, arguments):
    function = make(*arguments)
    before = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    function()
    return max(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 0)  # in units of 1024 bytes on Linux
