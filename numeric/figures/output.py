"""Writing figures: to a file that was there before or is complete, and the same bytes for the same figure."""

import os

from matplotlib.figure import Figure

from numeric.figures import style

UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""What takes the date out of a file, by format."""

DPI = 300


def check_path(path):
    """Raise ValueError unless a path is in a folder that exists, and ends in a format that can be written."""
    known = sorted(Figure().canvas.get_supported_filetypes())
    if _format(path) not in known:
        raise ValueError(f"FILE must end in one of {', '.join(known)}; found {path.name}")
    if not path.parent.is_dir():
        raise ValueError(f"FILE must be in a folder that exists; found {path.parent}")


def write(figure, path):
    """Write a figure, under a temporary name first.

    Args:
        figure: matplotlib Figure.
        path: pathlib.Path, which `check_path` allows.
    """
    chosen = _format(path)
    draft = path.with_name(f".{path.name}.draft")
    try:
        with style.applied():
            figure.savefig(draft, format=chosen, dpi=DPI, metadata=UNDATED.get(chosen))
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _format(path):
    return path.suffix[1:].lower()
