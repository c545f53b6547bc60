"""What a benchmark has of the machine: threads, the same for all, and the memory that a call takes."""

import os
from multiprocessing import get_context
from pathlib import Path

THREADS = int(os.environ.get("OPENBLAS_NUM_THREADS", "1"))
PROCESS = Path("/proc/self")  # of Linux


def answered(function, *arguments, patience):
    """What a function returns in a process of its own, or a word on why it does not within so many seconds."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)

    def run():
        try:
            there.send(function(*arguments))
        except Exception as error:
            there.send(type(error).__name__)

    process = context.Process(target=run)
    process.start()
    answer = here.recv() if here.poll(patience) else f"> {patience:.0f} s"
    process.kill()
    process.join()
    return answer


def peak(make, *arguments):
    """Bytes by which `make(*arguments)()` raises the memory of a process of its own above what it holds before."""
    with get_context("spawn").Pool(1) as pool:
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
