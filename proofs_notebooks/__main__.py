"""Executes the notebooks: `python -m proofs_notebooks [NAME ...]` (extra: notebooks).

A notebook is a Python file whose cells begin with `# %%`, as jupytext and editors read it. It is executed from top to bottom in
a process of its own, several at a time, and written with what its cells gave to build/notebooks/NAME.ipynb. It fails if a
cell raises, or warns: then that is told, and its file in build/ is left as it was. Exit status: 0, 1 if one fails, 2 for bad
usage.
"""

import argparse
import asyncio
import os
import re
import sys
from pathlib import Path
from time import perf_counter

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from derivations.export.files import write

HERE = Path(__file__).parent
EXECUTED = HERE.parent / "build" / "notebooks"
LIMIT = 600  # seconds that a cell may take
CLOSED = Config({"KernelManager": {"transport_encryption": "auto"}})  # on a machine that others use, too
COLOURS = re.compile(r"\x1b\[[\d;]*m")


class CellWarned(Exception):
    """A cell that wrote to standard error, where warnings go."""


async def executed(path):
    """The notebook of a file, executed, as text. Raises as nbclient does, and CellWarned."""
    notebook = jupytext.read(path)
    where = {"metadata": {"path": str(path.parent)}}
    await NotebookClient(notebook, timeout=LIMIT, kernel_name="python3", config=CLOSED, resources=where).async_execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise CellWarned(
                    f"This cell warns:\n------------------\n{cell.source}\n------------------\n{output.text}"
                )
    return nbformat.writes(notebook)


async def passes(path, free):
    """Execute a notebook as soon as a core is `free` and write it; whether that went well. Either is told."""
    async with free:
        before = perf_counter()
        try:
            text = await executed(path)
        except (CellExecutionError, CellTimeoutError, CellWarned, DeadKernelError) as error:
            print(f"{path.name} fails: {COLOURS.sub('', str(error))}", file=sys.stderr, flush=True)
            return False
    written = write(EXECUTED / f"{path.stem}.ipynb", text)
    print(f"wrote {written.relative_to(HERE.parent)} ({perf_counter() - before:.1f} s)", flush=True)
    return True


async def all_pass(paths):
    """Execute notebooks, as many at a time as there are cores; whether all went well."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free = asyncio.Semaphore(cores)
    return all(await asyncio.gather(*(passes(path, free) for path in paths)))


def main():
    """Execute the notebooks that the command line names, or all; returns the exit status."""
    known = {path.stem: path for path in sorted(HERE.glob("[0-9]*.py"))}
    parser = argparse.ArgumentParser(prog="python -m proofs_notebooks", description=__doc__.partition(":")[0] + ".")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a notebook, such as 00_tour (all)")
    names = parser.parse_args().names
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"no notebook is called {', '.join(unknown)}; there are {', '.join(known)}")
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # of kernels, the one that is installed beside this Python
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small, and the notebooks many
    return 0 if asyncio.run(all_pass([known[name] for name in dict.fromkeys(names or known)])) else 1


if __name__ == "__main__":
    sys.exit(main())
