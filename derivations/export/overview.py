"""The results by section as a table in Markdown, and putting it into a file that has a place for it."""

from __future__ import annotations

from derivations.export.files import write
from derivations.export.sections import sections
from derivations.language.errors import BadRequest

BEGIN, END = "<!-- results: written by `spectral-ssl list --markdown` -->", "<!-- end of results -->"
IN_PART, CORRECTS = "◐", "✗"


def overview(results):
    """The table: a row a section, and in it the ids, with a mark for what is proved in part and for what corrects a claim."""
    rows = []
    for section, subsections in sections(results).items():
        found = [r for inner in subsections.values() for r in inner]
        rows.append(f"| {section} | {', '.join(map(_marked, found))} |")
    in_part, claims = sum(bool(r.numerical) for r in results), sum(r.claimed is not None for r in results)
    told = (
        f"{len(results)} results: {len(results) - in_part} proved, and {in_part} in part ({IN_PART}, the rest is shown "
        f"numerically, and the result says which); {claims} of them correct a claim that does not hold ({CORRECTS})."
    )
    return "\n".join([told, "", "| about | results |", "|---|---|", *rows])


def insert(text, path):
    """Put a text between the marks in a file. Raises BadRequest where the file or its marks are missing."""
    if not path.is_file():
        raise BadRequest(f"there is no file {path}")
    before = path.read_text(encoding="utf-8")
    head, begin, rest = before.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise BadRequest(f"{path} has no place for the table: a line {BEGIN!r}, and below it a line {END!r}")
    return write(path, f"{head}{BEGIN}\n{text}\n{END}{tail}")


def _marked(result):
    mark = f" {IN_PART}" if result.numerical else f" {CORRECTS}" if result.claimed else ""
    return f"`{result.id}`{mark}"
