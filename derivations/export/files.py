"""Writing files so that an interrupted run leaves the old one or the new one."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp, mkstemp


def write(path, text):
    """Write `text` (UTF-8, as it is) to `path` at once, making its parent directories; returns the path."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def replace_directory(path, texts):
    """Write {name: text} as the files of a directory, in the place of one that is there; returns the path.

    The files are complete before the directory takes its name. What ends the process without an exception between the two
    renames leaves none of that name, and the one before in a hidden directory beside it. Raises NotADirectoryError where
    something else has the name.
    """
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(f"{path} is no directory, and is not replaced by one")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        for name, text in texts.items():
            write(draft / name, text)
        draft.chmod(0o755)
        if path.exists():
            path.rename(draft / ".before")
        draft.rename(path)
        if (path / ".before").exists():
            rmtree(path / ".before")
    except BaseException:
        if (draft / ".before").exists():
            (draft / ".before").rename(path)
        rmtree(draft, ignore_errors=True)
        raise
    return path
