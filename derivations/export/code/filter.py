"""The NumPy function of a filter: eigenvalues to the spectrum of an optimum, and to the minimum."""

from __future__ import annotations

from textwrap import indent

from sympy import Abs, Add, Integer, Max, Pow, Sum, Symbol, expand, fraction, together
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.code.layout import WIDTH, added, words
from derivations.export.code.scalar import ATOM, ScalarCode
from derivations.language.atoms import SquaredNorm


class FilterCode:
    """Writes `_filter` from the cases of an optimum; `arguments` are what it needs beside the eigenvalues."""

    def __init__(self, loss, hyper, cases):
        self.loss = loss
        self.hyper = hyper
        self.cases = cases
        self.branches = [self._branch(case) for case in cases]
        used = words(" ".join(self.branches))
        self.counts = bool({"missing", "n_components"} & used)
        self.arguments = ["n_components"] * self.counts + ["G"] * ("G" in used) + [str(h) for h in hyper]

    def source(self):
        passed = ", ".join(["eigenvalues", *self.arguments])
        sums = ", as a sum in which nothing cancels" if all(c.spelled for c in self.cases) else ""
        missing = "    missing = n_components - len(eigenvalues)  # directions that do not exist\n"
        return (
            f"def _filter({passed}):\n"
            f'    """The filter s, (q,), and the minimum{sums}."""\n'
            + missing * self.counts
            + self._branches()
            + "\n    return s, float(minimum)"
        )

    def _branches(self):
        if len(self.cases) == 1:
            return indent(self.branches[0], " " * 4)
        blocks = []
        for n, (case, branch) in enumerate(zip(self.cases, self.branches, strict=True)):
            last = n == len(self.cases) - 1
            test = "else:" if last else f"{'el' * (n > 0)}if {case.condition.text(str)}:"
            blocks.append(f"    {test}\n{indent(branch, ' ' * 8)}")
        return "\n".join(blocks)

    def _branch(self, case):
        names = {h: str(h) for h in self.hyper} | {case.eigenvalue: "eigenvalues"}
        arrays, lines = (case.eigenvalue,), []
        if case.level:
            names[case.level.level] = "m"
            spectrum = ScalarCode(names, arrays)(case.filter)
            at_zero = case.filter.subs({case.level.level: 0, case.eigenvalue: 0})
            upper = ScalarCode(names)(uncut(at_zero))
            lines += [
                "",
                "def spectrum(m):",
                f"    return {spectrum}",
                "",
                f"m = decreasing_fixed_point(lambda m: np.sum(spectrum(m)) / n_components, upper={upper})",
            ]
        cut = uncut(case.filter).subs({case.level.level: 0} if case.level else {})
        lines.append(f"s = {ScalarCode(names, arrays, rounded(cut, case.eigenvalue, names))(case.filter)}")
        lines.append(f"minimum = {self._minimum(case, names)}")
        return "\n".join(lines)

    def _minimum(self, case, names):
        """The value of the theorem: sums over k become np.sum, the entries of the filter s."""
        k = Symbol("k", integer=True, nonnegative=True)
        entry = MatrixElement(case.eigenvalues, k, 0)
        s_k = case.filter.subs(case.eigenvalue, entry)
        filtered, missing = Symbol("_s"), case.unknown.cols - case.pencil.vectors.cols
        names = names | {filtered: "s", entry: "eigenvalues", missing: "missing", case.unknown.cols: "n_components"}
        names |= {x: f"squared_norm({x.args[0]})" for x in case.value.atoms(SquaredNorm)}
        scalar = ScalarCode(names, (filtered, entry))
        pieces = []
        for term in case.value.as_ordered_terms():
            sign, size = term.as_coeff_Mul()
            if isinstance(size, Sum) and abs(sign) == 1:
                body = size.function.xreplace({s_k: filtered})
                pieces.append(f"{'-' * (sign == -1)}np.sum({scalar(body)})")
            else:
                pieces.append(scalar(term, ATOM - 2))
        pieces.sort(key=lambda piece: (piece.startswith("-"), not piece.startswith("np.sum")))
        if case.spelled or not _is_sum_of_squares(self.loss.value):
            return added(pieces, 8, parentheses=True)
        return f"max({added(pieces, 8)}, 0.0)  # a sum of squares, which rounding may make negative"


def uncut(expr):
    """The argument of max(0, x), where that is what an expression is."""
    if isinstance(expr, Max):
        (expr,) = [a for a in expr.args if a != 0]
    return expr


def rounded(cut, eigenvalue, names):
    """How ScalarCode writes max(0, x) in a filter where x is `cut`: what is rounding beside the terms of it, or of what is above
    its line, that do not depend on the eigenvalue counts as 0. None if there are no such terms: who computed the eigenvalues
    has dropped what is rounding.
    """
    above, below = fraction(together(cut))
    size = _independent(cut, eigenvalue) or _independent(above, eigenvalue) / Abs(below)
    scale = ScalarCode(names, (eigenvalue,))(size)
    return (lambda code, _: _positive_part(code, scale)) if size != 0 else None


def _positive_part(code, scale):
    line = f"positive_part({code}, scale={scale})"
    return line if len(line) < WIDTH else f"positive_part(\n    {code},\n    scale={scale},\n)"


def _independent(total, symbol):
    """The sum of the magnitudes of the terms without a symbol."""
    found, _ = expand(total).as_independent(symbol, as_Add=True)
    return Add(*(-t if t.could_extract_minus_sign() else t for t in Add.make_args(found)))


def _is_sum_of_squares(expr):
    return isinstance(expr, Sum) and isinstance(expr.function, Pow) and expr.function.exp == Integer(2)
