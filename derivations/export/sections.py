"""The sections that results belong in: families, and the modules in them, by the titles of their docstrings."""

from __future__ import annotations

import sys
from inspect import getdoc


def sections(results):
    """{section: {subsection: [results]}} in the order of the catalogue; the subsection is "" where the section has no others."""
    found = {}
    for r in results:
        section, subsection = section_of(r)
        found.setdefault(section, {}).setdefault(subsection, []).append(r)
    return found


def section_of(result):
    """(section, subsection): the titles of the package and the module of a result, or the module's alone where the package has
    none.
    """
    module = sys.modules[result.prove.__module__]
    family, title = (_title(m).partition(": ")[0] for m in (sys.modules[module.__package__], module))
    return (family, title) if family else (title, "")


def _title(module):
    """The first sentence of a docstring, without what it cites."""
    text = " ".join((getdoc(module) or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].split(" (")[0].rstrip(".")
