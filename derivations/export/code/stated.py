"""The NumPy function of the optimum of a loss as its reader states it: any symmetric penalty, any projector, any filter."""

from __future__ import annotations

from textwrap import dedent, indent

from sympy import Identity, MatrixExpr, MatrixSymbol, Poly, S, ZeroMatrix

from derivations.export.code.filter import rounded, uncut
from derivations.export.code.function import numpy_function
from derivations.export.code.layout import WIDTH, paragraph, remarked
from derivations.export.code.optimum import returned
from derivations.export.code.scalar import POWER, ScalarCode
from derivations.export.text import show
from derivations.language.atoms import Centring, Laplacian, Named
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import EntrywiseNonnegative, Minimum
from derivations.proof.lemmas.lemma import k
from derivations.spectral.filter import eigenvalue
from derivations.spectral.form import s

NAMES = {"basis", "eigenvalues", "minimum", "n_components", "powers", "s"}
"""What the function calls what it computes, which no hyper-parameter may be called."""


def stated_optimum(optimum, matrices, hyper, checks=()):
    """(name, source) of the function that computes the optimum of a StatedOptimum, and of the functions that it calls.

    Args:
        optimum: a StatedOptimum.
        matrices: the given matrices, in the order in which the function takes them; `n_components` follows.
        hyper: the hyper-parameters, keywords.
        checks: statements at the beginning, such as the validation of the arguments.

    The name is `optimal_representation` where the unknown has a row a sample, and `optimal_weights` where it is a linear map
    of inputs. Raises UnsupportedExpression, naming the node, for what NumPy has no function for.
    """
    return _OptimumCode(optimum, tuple(matrices), tuple(hyper), tuple(checks)).written()


class _OptimumCode:
    def __init__(self, optimum, matrices, hyper, checks):
        self.optimum, self.problem = optimum, optimum.problem
        self.matrices, self.hyper, self.checks = matrices, hyper, checks
        self.form = self.problem.form
        self.parts = []
        self.linear = not isinstance(self.problem.factor, (Identity, Centring, MatrixSymbol))
        sizes = [(m, axis) for m in matrices for axis in range(2)]
        self.names = {h: str(h) for h in hyper}
        self.names |= {m.shape[axis]: f"{m}.shape[{axis}]" for m, axis in reversed(sizes) if m.shape[axis].is_Symbol}
        self.names |= {self.problem.unknown.cols: "n_components"}

    def written(self):
        name, kind = ("optimal_weights", "weights") if self.linear else ("optimal_representation", "representation")
        keywords = ["*", *map(str, self.hyper)] if self.hyper else []
        signature = ", ".join([*map(str, self.matrices), "n_components", *keywords])
        body = [*self.checks, *self._eigenpairs(), *self._filter(), *self._least(kind)]
        text = f'"""{self._docstring(kind)}"""'
        source = f"def {name}({signature}):\n" + indent("\n".join([text, *body]), " " * 4) + "\n"
        return name, "\n\n".join([*self.parts, source])

    # eigenpairs

    def _eigenpairs(self):
        """The statements that compute the eigenvalues and the directions."""
        problem = self.problem
        relation, shapes = getattr(problem.operator, "args", (None,))[0], f"# (q,), ({problem.unknown.rows}, q)"
        plain = (
            isinstance(problem.operator, Laplacian)
            and isinstance(problem.factor, Centring)
            and relation in self.matrices
        )
        if plain and EntrywiseNonnegative(relation) in problem.facts:
            return [f"eigenvalues, basis = bottom_eigenpairs({relation}, n_components)  {shapes}"]
        given = [self._operator(), "n_components"]
        given += [] if isinstance(problem.factor, Identity) else [self._factor()]
        line = f"eigenvalues, basis = bottom_pairs({', '.join(given)})"
        if len(line) > WIDTH:
            return ["eigenvalues, basis = bottom_pairs(", *(f"    {argument}," for argument in given), f")  {shapes}"]
        return dedent(remarked(line, shapes.removeprefix("# "), 4)).split("\n")

    def _operator(self):
        operator = self.problem.operator
        if isinstance(operator, ZeroMatrix):
            return f"np.zeros(({self._size(operator.rows)}, {self._size(operator.rows)}))"
        definition = operator.definition if isinstance(operator, Named) else operator
        return self._matrix("_penalty", definition)

    def _factor(self):
        factor = self.problem.factor
        if isinstance(factor, Centring):
            return f"centring({self._size(factor.rows)})"
        return self._matrix("_factor", factor)

    def _matrix(self, name, expr):
        """The call of a function that is written for a matrix or a number, or the matrix itself."""
        if expr in self.matrices:
            return str(expr)
        own = [m for m in self.matrices if m in expr.free_symbols]
        hyper = [h for h in self.hyper if h in expr.free_symbols]
        shape = f", {' x '.join(map(show, expr.shape))}" if isinstance(expr, MatrixExpr) else ""
        docstring = f"{show(expr)}{shape}."
        self.parts.append(numpy_function(name, own, [expr], hyper=hyper, facts=self.problem.facts, docstring=docstring))
        return f"{name}({', '.join([*map(str, own), *(f'{h}={h}' for h in hyper)])})"

    def _size(self, dimension):
        if dimension not in self.names:
            raise UnsupportedExpression(dimension, "the NumPy code", "no given matrix has this number of rows")
        return self.names[dimension]

    # the filter, and the minimum

    def _filter(self):
        """The statements that compute s."""
        if self.optimum.implicit:
            rows = Poly(self.form.phi(s) + self.form.cost * eigenvalue * s, s).all_coeffs()
            code = self._scalar(eigenvalue)
            told = [code(c) if c.has(eigenvalue) else f"np.full_like(eigenvalues, {code(c)})" for c in rows]
            return [
                "powers = [  # of s, highest first",
                *(f"    {row}," for row in told),
                "]",
                "s = least_points(powers)",
            ]
        found = self.optimum.filter
        if not found.has(eigenvalue):
            source = f"np.full(len(eigenvalues), {self._scalar(eigenvalue)(found)}, dtype=np.float64)"
        else:
            names = self.names | {eigenvalue: "eigenvalues"}
            source = ScalarCode(names, (eigenvalue,), rounded(uncut(found), eigenvalue, names))(found)
        return [f"s = {source}", *self._definite()]

    def _definite(self):
        """A covariance without an inverse has no loss."""
        if self.problem.defined_at_zero:
            return []
        return [
            "if len(s) < n_components:",
            '    raise ValueError(f"n_components must be at most {len(s)}, the number of directions; found {n_components}")',
        ]

    def _scalar(self, *arrays):
        return ScalarCode(self.names | {eigenvalue: "eigenvalues", s: "s"}, arrays)

    def _least(self, kind):
        """The statements that compute the minimum and return the Optimum."""
        form, problem = self.form, self.problem
        terms = form.phi(s) + form.cost * eigenvalue * s
        code = self._scalar(s, eigenvalue)
        lines = [
            f"minimum = np.sum({code(terms)})" if terms.has(s, eigenvalue) else f"minimum = len(s) * ({code(terms)})"
        ]
        nothing = form.phi(0) if problem.defined_at_zero else S.Zero
        if nothing != 0:
            each = "{}" if nothing == 1 else f"{self._scalar()(nothing, POWER)} * ({{}})"
            lines.append(f"minimum += {each.format('n_components - len(s)')}  # directions that do not exist")
        if form.offset != 0:
            lines.append(f"minimum += {self._offset(form.offset)}")
        unit = "" if problem.unit == 1 else f"{self._scalar()(problem.unit)} * "
        if self.optimum.recognised.remainder != 0:
            lines.append(f"basis = {self._factor()} @ basis")
        point = f"{unit}spectral_factor(basis, s, n_components=n_components)"
        return [*lines, returned(kind, point, "float(minimum)")]

    def _offset(self, offset):
        return self._matrix("_offset", offset) if offset.has(MatrixSymbol) else self._scalar()(offset)

    # words

    def _docstring(self, kind):
        (minimum,) = [t.statement for t in self.optimum.result.theorems if isinstance(t.statement, Minimum)]
        problem = self.problem
        unknown, rows = problem.unknown, problem.unknown.rows
        told = f"A global minimum over all {rows} x {unknown.cols} matrices {unknown} (`{self.optimum.result.id}`)."
        if self.optimum.implicit:
            found = self.optimum.implicit.text(show)
        else:
            found = f"s_k = {show(self.optimum.filter.subs(eigenvalue, problem.eigenvalue_at(k)))}"
        lines = [
            told,
            "",
            paragraph(f"{unknown}* = {show(minimum.at)}, where {problem.pencil.text(show)}, and {found}."),
            "",
        ]
        lines.append(f"Returns an Optimum with `{kind}` ({rows}, {unknown.cols}); n_components is {unknown.cols}.")
        return "\n".join(lines) + "\n"
