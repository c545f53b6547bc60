"""The article as a PDF: latexmk runs pdfLaTeX, and its log is read for what a reader would stumble over."""

from __future__ import annotations

import re
import shutil
import subprocess

from derivations.language.errors import BadRequest

INSTALL = "latexmk texlive-latex-recommended texlive-fonts-recommended lmodern"
OVERFULL = 5.0
"""What a line may be too wide by, in points (a point is 0.35 mm)."""


class TypesettingError(Exception):
    """pdfLaTeX stopped; says where."""


def check_installed():
    """Raise BadRequest where latexmk is not installed."""
    if shutil.which("latexmk") is None:
        raise BadRequest(
            f"--pdf takes latexmk, which is not installed; on Debian and Ubuntu: apt-get install {INSTALL}"
        )


def build(article):
    """Typeset article.tex beside it; returns the path of the PDF, and a list of what is wrong with it, empty if nothing is.

    Raises TypesettingError where LaTeX stops.
    """
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", article.name]
    done = subprocess.run(command, cwd=article.parent, capture_output=True, check=False)
    log = article.with_suffix(".log")
    told = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if done.returncode:
        first = next((line for line in told.splitlines() if re.match(r"\S+:\d+: |! ", line)), f"see {log}")
        raise TypesettingError(f"LaTeX stopped: {first}")
    return article.with_suffix(".pdf"), problems(told)


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
