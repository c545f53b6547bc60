"""How much memory a call takes at its peak, beyond what its process had before."""

import multiprocessing
from pathlib import Path

PROCESS = Path("/proc/self")  # of Linux


def peak(make, *arguments):
    """Bytes by which `make(*arguments)()` raises the memory of a process of its own above what it holds before."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (make, arguments))


def _peak(make, arguments):
    function = make(*arguments)
    (PROCESS / "clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    before = _kilobytes("VmRSS")
    function()
    return 1024 * (_kilobytes("VmHWM") - before)


def _kilobytes(what):
    lines = (PROCESS / "status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))
