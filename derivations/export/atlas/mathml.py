"""MathML of the LaTeX that the writers of derivations.export.latex write: browsers show it without a script.

The vocabulary is closed, a command that is not in it raises. The elements are those of MathML Core, which has no line breaks.
"""

from __future__ import annotations

import re
from html import escape

from derivations.language.errors import UnsupportedExpression

NO_BREAK = "\N{NO-BREAK SPACE}"
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_ENDS = ("}", r"\right", r"\end", "&", r"\\", "")
_CLOSE = ("(", "[", r"\left", r"\mathopen", ")", ",", "=", "/", *_ENDS)  # no space between a function and these
_THIN = '<mspace width="0.17em"></mspace>'
_LETTERS = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ϵ",
    "varepsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "varphi": "φ",
    "phi": "ϕ",
    "psi": "ψ",
    "omega": "ω",
    "Delta": "Δ",
    "Gamma": "Γ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Pi": "Π",
    "Omega": "Ω",
    "top": "⊤",
    "nabla": "∇",
    "infty": "∞",
}
_OPERATORS = {
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "in": "∈",
    "succeq": "⪰",
    "succ": "≻",
    "preceq": "⪯",
    "prec": "≺",
    "circ": "∘",
    "otimes": "⊗",
    "times": "×",
    "dots": "…",
}
_FENCES = {"lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|"}
_LIMITS = {"sum": "∑", "min": "min", "max": "max"}
_FUNCTIONS = ("log", "exp", "det", "ker", "sin", "cos", "sinh", "cosh", "tanh")
_SPACES = {"quad": "1em", "qquad": "2em", " ": "0.25em", ",": "0.17em"}
_BOLD = {"1": "𝟏"}
_DOUBLE = {"N": "ℕ", "R": "ℝ", "Z": "ℤ"}
_COLUMNS = {"aligned": "rl", "bmatrix": "c", "smallmatrix": "c", "cases": "l"}
_AROUND = {"bmatrix": ("[", "]"), "cases": ("{", "")}


def mathml(source, display=False):
    """The <math> element of a formula in LaTeX; raises UnsupportedExpression naming what has no MathML."""
    parser = _Parser(source)
    body = parser.row()
    if parser.peek():
        raise parser.error(parser.peek(), "it closes nothing")
    style = ' displaystyle="true"' if display else ""
    return f"<math{style}>{body}</math>"


class _Parser:
    """Reads one formula from left to right."""

    def __init__(self, source):
        self.source = source
        self.tokens = _TOKEN.findall(source)
        self.n = 0

    def error(self, token, reason):
        return UnsupportedExpression(token, "MathML", f"{reason}, in the formula {self.source}")

    def peek(self):
        """The next token that is no space, "" at the end."""
        while self.n < len(self.tokens) and self.tokens[self.n].isspace():
            self.n += 1
        return self.tokens[self.n] if self.n < len(self.tokens) else ""

    def next(self, expected=None):
        token = self.peek()
        if not token or expected not in (None, token):
            raise self.error(token, f"{expected or 'more'} should stand there")
        self.n += 1
        return token

    def row(self):
        """Everything up to what ends a row."""
        out = []
        while self.peek() not in _ENDS:
            beside = out and (out[-1].endswith(">)</mo>") or not out[-1].endswith(("</mo>", "</mspace>")))
            apart = beside and self.is_function()
            out += [_THIN] if apart else []
            out += self.scripted()
        return out[0] if len(out) == 1 else f"<mrow>{''.join(out)}</mrow>"

    def is_function(self):
        return self.peek()[1:] in (*_FUNCTIONS, "operatorname", "min", "max")

    def scripted(self):
        """[an atom with what stands above and below it, and behind a function its application and the space]."""
        token, function = self.peek(), self.is_function()
        base, scripts = self.atom(), {}
        while (mark := self.peek()) in ("^", "_"):
            self.next()
            if mark in scripts:
                raise self.error(mark, "there are two at one place")
            scripts[mark] = self.group() if self.peek() == "{" else self.atom()
        if scripts:
            sub, above = ("under", "over") if token[1:] in _LIMITS else ("sub", "sup")
            kind = f"m{sub if '_' in scripts else ''}{above if '^' in scripts else ''}"
            base = f"<{kind}>{base}{scripts.get('_', '')}{scripts.get('^', '')}</{kind}>"
        if not function:
            return [base]
        return [base, "<mo>&#x2061;</mo>", *([] if self.peek() in _CLOSE else [_THIN])]

    def group(self):
        self.next("{")
        inner = self.row()
        self.next("}")
        return inner

    def letters(self):
        """A group as plain text, spaces and all."""
        self.next("{")
        end = self.tokens.index("}", self.n)
        text = "".join(t.removeprefix("\\") if t != "\\\\" else t for t in self.tokens[self.n : end])
        self.n = end + 1
        return text

    def atom(self):
        token = self.peek()
        if token == "{":
            return self.group()
        self.next()
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        if token in tuple("()[]|"):
            around = ' lspace="0em" rspace="0em"' if token == "|" else ""
            return f'<mo stretchy="false"{around}>{token}</mo>'
        if token in tuple("+-=<>/,;:.*"):
            return f"<mo>{escape({'-': '−', '*': '∗'}.get(token, token))}</mo>"
        if token.startswith("\\"):
            return self.command(token[1:])
        raise self.error(token, "it is not known")

    def command(self, name):
        if name in _LETTERS:
            upright = ' mathvariant="normal"' if name[0].isupper() else ""
            return f"<mi{upright}>{_LETTERS[name]}</mi>"
        if name in _OPERATORS:
            return f"<mo>{_OPERATORS[name]}</mo>"
        if name in _LIMITS:
            around = "" if name == "sum" else ' lspace="0em" rspace="0em"'
            return f'<mo movablelimits="true"{around}>{_LIMITS[name]}</mo>'
        if name in _FUNCTIONS:
            return f"<mi>{name}</mi>"
        if name in _FENCES:
            return f'<mo stretchy="false" lspace="0em" rspace="0em">{_FENCES[name]}</mo>'
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"></mspace>'
        if name in _COMMANDS:
            return _COMMANDS[name](self)
        raise self.error(f"\\{name}", "it is not known")

    def fraction(self):
        return f"<mfrac>{self.group()}{self.group()}</mfrac>"

    def root(self):
        return f"<msqrt>{self.group()}</msqrt>"

    def named(self):
        name = escape(self.letters())
        return f'<mi mathvariant="normal">{name}</mi>' if len(name) == 1 else f"<mi>{name}</mi>"

    def styled(self, letters):
        name = self.letters()
        if name not in letters:
            raise self.error(name, "it has no such letter")
        return f"<mi>{letters[name]}</mi>" if name.isalpha() else f"<mn>{letters[name]}</mn>"

    def words(self):
        return f"<mtext>{escape(self.letters()).replace(' ', NO_BREAK)}</mtext>"

    def fenced(self):
        left, inner = self.delimiter(), self.row()
        self.next(r"\right")
        return _fenced(left, inner, self.delimiter())

    def delimiter(self):
        token = self.next().removeprefix("\\")
        return _FENCES.get(token, "" if token == "." else token)

    def nothing(self):
        self.group()
        return ""

    def strut(self):
        """The height of a line, which the style sheet sets."""
        self.letters()
        self.letters()
        return ""

    def stacked(self):
        self.next("{")
        rows = self.rows("c")
        self.next("}")
        return f'<mtable class="stacked">{rows}</mtable>'

    def environment(self):
        name = self.letters()
        if name not in _COLUMNS:
            raise self.error(name, "there is no such environment")
        rows = self.rows(_COLUMNS[name])
        self.next(r"\end")
        if (closed := self.letters()) != name:
            raise self.error(closed, f"{name} should end there")
        display = ' displaystyle="true"' if name == "aligned" else ""
        table = f'<mtable class="{name}"{display}>{rows}</mtable>'
        return _fenced(_AROUND[name][0], table, _AROUND[name][1]) if name in _AROUND else table

    def rows(self, columns):
        """The cells up to what closes a table; `columns` has how each is aligned, the last for all that follow."""
        out, cells = [], []
        while True:
            kind = columns[min(len(cells), len(columns) - 1)]
            cells.append(f'<mtd class="{kind}">{self.row()}</mtd>')
            if self.peek() == "&":
                self.next()
                continue
            out.append(f"<mtr>{''.join(cells)}</mtr>")
            cells = []
            if self.peek() != r"\\":
                return "".join(out)
            self.next()


_COMMANDS = {
    "frac": _Parser.fraction,
    "sqrt": _Parser.root,
    "operatorname": _Parser.named,
    "mathrm": _Parser.named,
    "mathbf": lambda parser: parser.styled(_BOLD),
    "mathbb": lambda parser: parser.styled(_DOUBLE),
    "text": _Parser.words,
    "left": _Parser.fenced,
    "mathopen": _Parser.nothing,
    "rule": _Parser.strut,
    "substack": _Parser.stacked,
    "begin": _Parser.environment,
}


def _fenced(left, inner, right):
    marks = [
        f'<mo stretchy="true" form="{form}">{m}</mo>' if m else "" for m, form in ((left, "prefix"), (right, "postfix"))
    ]
    return f"<mrow>{marks[0]}{inner}{marks[1]}</mrow>"
