"""The article as a PDF: latexmk runs pdfLaTeX, and its log is read for what a reader would stumble over.

`python -m derivations.export.latex.pdf FILE` typesets an article that is there already.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from derivations.language.errors import BadRequest

INSTALL = "latexmk texlive-latex-recommended texlive-fonts-recommended lmodern"
OVERFULL = 5.0
"""What a line may be too wide by, in points (a point is 0.35 mm)."""


_ERROR = re.compile(r"\S+:\d+: |! ")


def check_installed():
    """Raise BadRequest where latexmk is not installed."""
    if shutil.which("latexmk") is None:
        raise BadRequest(
            f"--pdf takes latexmk, which is not installed; on Debian and Ubuntu: apt-get install {INSTALL}"
        )


def typeset(article):
    """Typeset article.tex beside it, and tell of it: 0 if nothing is wrong with it, else 1. Raises BadRequest as above."""
    check_installed()
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", article.name]
    done = subprocess.run(command, cwd=article.parent, capture_output=True, check=False)
    log = article.with_suffix(".log")
    told = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if done.returncode:
        found = [next((line for line in told.splitlines() if _ERROR.match(line)), f"LaTeX stopped; see {log}")]
    else:
        print(f"wrote {article.with_suffix('.pdf')}")
        found = problems(told)
    for problem in found:
        print(f"{article.name}: {problem}", file=sys.stderr)
    return 1 if found else 0


def problems(log):
    """The undefined references and citations, the labels that are there twice, and the lines that stick out, of a LaTeX log."""
    found = re.findall(
        r"LaTeX Warning: ((?:Reference|Citation|Label) .*? (?:undefined|multiply defined))", _unwrapped(log)
    )
    for line in log.splitlines():
        if (box := re.match(r"Overfull \\hbox \((\d+(?:\.\d+)?)pt too wide\)(.*)", line)) and float(box[1]) > OVERFULL:
            found.append(f"a line sticks out by {float(box[1]):.0f} pt{box[2]}")
    return found


def _unwrapped(log):
    """TeX breaks the lines of its log at 79 letters, in the middle of words."""
    return re.sub(r"(?<=^.{79})\n", "", log, flags=re.MULTILINE)


if __name__ == "__main__":
    sys.exit(typeset(Path(sys.argv[1])))
