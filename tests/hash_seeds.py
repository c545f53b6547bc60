"""Running a program under several hash seeds: what it prints is the same under all of them."""

import os
import subprocess
import sys


def printed(program, seeds=("1", "20231")):
    """What a program prints, which is asserted not to depend on PYTHONHASHSEED."""
    path = os.pathsep.join(p for p in sys.path if p)
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        for seed in seeds
    ]
    assert not any(run.returncode for run in runs), runs[0].stderr
    first, *others = (run.stdout for run in runs)
    assert all(other == first for other in others)
    return first
