"""The command line: derive, new, list, show, verify, latex, graph, atlas, code, figures.

Nothing heavy is imported before a command runs, so that --help answers at once.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

FAILED, USAGE = 1, 2


def main(arguments=None):
    """Run a command; returns the exit status: 0, 1 if a result fails, 2 for bad usage."""
    options = _parser().parse_args(arguments)
    from derivations import commands
    from derivations.language.errors import BadRequest

    try:
        return getattr(commands, options.command)(options)
    except BadRequest as error:
        print(f"spectral-ssl {options.command}: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="spectral-ssl",
        description="Derive, prove and export the closed forms of self-supervised losses.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, text, ids=None):
        sub = commands.add_parser(name, help=text, description=text)
        if ids:
            sub.add_argument("ids", nargs=ids, metavar="ID", help="a result, as `list` names it")
        return sub

    derive = command(
        "derive", "derive, verify and export every result, the given ones, or the losses in Python files", "*"
    )
    new = command("new", "write a Python file with a loss of your own, to be changed and derived")
    verify = command("verify", "replay stored proofs and try each step on random instances", "*")
    listing = command("list", "name every result")
    show = command("show", "print a result, or how a loss that libraries ship relates to the paper's", "+")
    latex = command("latex", "write the article and one LaTeX fragment a result")
    latex.add_argument("--pdf", action="store_true", help="typeset the article too, which takes latexmk")
    graph = command("graph", "draw what rests on what, of every result or under the given ones, as SVG", "*")
    atlas = command("atlas", "write the results as a site of static pages, with the graph and a table of methods")
    code = command("code", "write the NumPy modules")
    figures = command("figures", "draw what the closed forms say, into DIR/figures")
    show.add_argument("--latex", action="store_true", help="print the LaTeX fragment")
    listing.add_argument(
        "--claims", action="store_true", help="the claims that do not hold, each with a counterexample"
    )
    listing.add_argument(
        "--markdown",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="FILE",
        help="a table by section, in the place that FILE has for it; printed without one",
    )
    listing.add_argument(
        "--implementations",
        action="store_true",
        help="the losses that libraries ship, and whether they are the papers'",
    )
    new.add_argument("name", metavar="NAME", help="of the loss and its file, a Python identifier")
    new.add_argument("--dir", type=Path, default=Path(), metavar="DIR", help="where the file goes (here)")
    figures.add_argument("names", nargs="*", metavar="NAME", help="a figure, as --list names it (all)")
    figures.add_argument("--list", action="store_true", help="name the figures instead of drawing them")
    figures.add_argument(
        "--format", choices=("pdf", "png", "svg"), default="pdf", help="of the files (pdf, which LaTeX includes)"
    )
    for sub in (derive, verify, listing):
        sub.add_argument("--json", action="store_true", help="print JSON instead of a table")
    for sub in (derive, verify, atlas):
        sub.add_argument("--instances", type=_positive, default=3, metavar="N", help="random instances a step (3)")
    for sub in (derive, verify, latex, graph, atlas, figures):
        sub.add_argument("--build", type=Path, default=Path("build"), metavar="DIR", help="where results go (build)")
    for sub in (derive, code):
        sub.add_argument("--code", type=Path, metavar="DIR", help="where NumPy modules go (numeric/generated)")
    return parser


def _positive(text):
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return number


if __name__ == "__main__":
    sys.exit(main())
