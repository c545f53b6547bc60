"""The losses of a reader's Python file, which is run as they would run it."""

from __future__ import annotations

import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from keyword import iskeyword
from pathlib import Path

from derivations.language.errors import BadRequest
from derivations.language.loss import Loss

TAKEN = {"derivations", "hypothesis", "mpmath", "numeric", "numpy", "pytest", "scipy", "sympy"}


def losses_of(path):
    """Every Loss at module level of a file, by name. Raises BadRequest with the line where the file fails, or says what a
    name may not be.
    """
    found = {}
    for value in vars(_run(Path(path))).values():
        if isinstance(value, Loss) and found.setdefault(value.name, value) is not value:
            raise BadRequest(f"{path}: two losses are called {value.name}")
    if not found:
        raise BadRequest(f"{path} holds no Loss at module level")
    for name in found:
        check_name(name)
    return found


def check_name(name):
    """Raise BadRequest for a name that no module of Python functions can have."""
    if not name.isidentifier() or iskeyword(name):
        raise BadRequest(f"{name!r} is no Python identifier, which the name of a loss has to be")
    if name in TAKEN or name in sys.stdlib_module_names:
        raise BadRequest(f"{name} is the name of a Python module that a module of this name would hide")


def _run(path):
    """The module that a file is, with the modules beside it within reach."""
    path = path.resolve()
    if not path.is_file():
        raise BadRequest(f"there is no file {path}")
    spec = spec_from_file_location(path.stem, path)
    if spec is None:
        raise BadRequest(f"{path} is no Python file: its name ends in {path.suffix or 'nothing'}, not in .py")
    module = module_from_spec(spec)
    before = sys.modules.get(path.stem)
    sys.path.insert(0, str(path.parent))
    sys.modules[path.stem] = module  # where dataclasses look for it
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise BadRequest(f"{path} fails\n{_where(error, path)}") from error
    finally:
        sys.path.remove(str(path.parent))
        del sys.modules[path.stem]
        if before is not None:
            sys.modules[path.stem] = before
    return module


def _where(error, path):
    """The lines of the file that lead to an error, and what it says."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == path]
    said = traceback.format_list(frames) + traceback.format_exception_only(error)
    return "".join(said).rstrip()
