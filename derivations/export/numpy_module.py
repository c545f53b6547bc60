"""The NumPy module of a loss, written from its theorems: loss, gradient, and the closed forms over Z and W."""

from __future__ import annotations

import re

from sympy import Integer, MatMul, Symbol, Trace, Transpose
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.numpy_cases import cases
from derivations.export.numpy_eigenpairs import route
from derivations.export.numpy_filter import FilterCode
from derivations.export.numpy_layout import added, paragraph, words
from derivations.export.numpy_matrix import MatrixCode
from derivations.export.numpy_scalar import ScalarCode
from derivations.export.text import show
from derivations.language.atoms import Abbreviation, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import Gradient

HOMES = {
    "numeric.levels": ["decreasing_fixed_point"],
    "numeric.moments": ["pencil_of_moments"],
    "numeric.optimum": ["Optimum"],
    "numeric.relation_spectrum": ["squared_norm", "top_eigenpairs", "top_generalised_eigenpairs"],
    "numeric.spectral_optimum": ["positive_part", "spectral_factor"],
    "numeric.spectrum": ["bottom_eigenpairs", "bottom_generalised_eigenpairs", "laplacian_product"],
    "numeric.validation": ["inputs", "nonnegative", "positive", "relation", "representation", "symmetric"],
}
"""What the code may call, and where it is imported from."""


def numpy_module(implementation):
    """The source of the module of a loss."""
    return Writer(implementation).source()


class Writer:
    """Puts one module together; what every loss shares is imported from numeric, what is written here are formulas."""

    def __init__(self, implementation):
        self.given = implementation
        self.loss = implementation.loss
        self.hyper = sorted(self.loss.hyper, key=str)
        self.passed = ", ".join(map(str, self.hyper))
        self.checked = f"    {self.passed} = _parameters({self.passed})\n" if self.hyper else ""
        self.representation = cases(implementation.representation)
        self.weights = cases(implementation.weights)
        if [c.filter for c in self.representation] != [c.filter for c in self.weights]:
            raise UnsupportedExpression(self.loss.value, "the NumPy code", "the filters over Z and over W differ")
        self.route = route(self.loss, self.representation[0].pencil)
        self.filter = FilterCode(self.loss, self.hyper, self.representation)

    # the pieces

    def source(self):
        statements = self._intermediates()
        pieces = [self._public_functions(), self._optimum_over_z(), self._optimum_over_w()]
        pieces += [self._parameters()] if self.hyper else []
        body = "\n\n\n".join([*pieces, statements, self.filter.source()])
        return f"{self._header(body)}\n\n{body}\n"

    def _header(self, body):
        title = f"{self.loss.title} ({', '.join(self.given.gradient.cites)})."
        definitions = sorted(self.loss.matrix_form.atoms(Abbreviation), key=lambda a: a.name)
        where = ", ".join(f"{a.name} = {show(a.definition)}" for a in definitions)
        where = f"{paragraph(f'with {where}.')}\n\n" if where else ""
        hypotheses = "; ".join([h.text(show) for h in self.loss.facts] + [f"{h} {_range(h)[0]}" for h in self.hyper])
        return (
            f'"""{title}\n\n{paragraph(f"loss(Z) = {show(self.loss.matrix_form)}", 4)}\n\n'
            f"{where}{paragraph(f'Hypotheses: {hypotheses}.')}\n\n"
            "Written by the derivations; not to be edited. Every function takes G dense or sparse, and raises ValueError or\n"
            'TypeError naming the argument where a hypothesis does not hold.\n"""\n\n'
            "import numpy as np\n\n"
            f"{_imports(body)}\n\n"
            f"eigenpairs = {self.route.eigenpairs}\n"
            '"""What the optimum is built on: `eigenpairs(G, n_pairs)`, best direction first."""\n'
        )

    def _public_functions(self):
        arguments = "".join(f"        {h}: {self.loss.hyper[h]}, {_range(h)[0]}.\n" for h in self.hyper)
        gradient = self._gradient_statement()
        signature, hyper = self._signature("Z, G"), self._passed()
        return f'''def loss({signature}):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        G: (N, N) {self.route.relation}.
{arguments}    """
{self.checked}    return _loss(*_intermediates(Z, G){hyper})


def gradient({signature}):
    """The gradient of the loss, shape (N, K) (`{self.given.gradient.id}`; arguments as for `loss`).

{paragraph(show(gradient.value), 4)}
    """
{self.checked}    return _gradient(*_intermediates(Z, G){hyper})


def loss_and_gradient({signature}):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
{self.checked}    shared = _intermediates(Z, G)
    return _loss(*shared{hyper}), _gradient(*shared{hyper})'''

    def _optimum_over_z(self):
        pencil = self.representation[0].pencil
        centred = "" if self.route.error else ", centred"
        validated = "" if self.route.checked else f"    G = {self.route.check}(G)\n"
        vectors = "eigenvectors" if self._unit() else "basis"
        basis = f"    basis = {self._unit()}  # (N, q)\n" if self._unit() else ""
        return f'''def optimal_representation({self._signature("G, n_components", self.route.error)}):
    """A global minimum over all (N, K) representations (`{self.given.representation.id}`).

{self._formula(self.representation)}

    Args:
        G: (N, N) {self.route.relation}.
        n_components: K >= 1; may exceed {show(pencil.rank)}.
{self._as_for_loss(self.route.error)}
    Returns:
        Optimum with `representation` (N, K){centred}.
    """
{self.checked}{validated}    eigenvalues, {vectors} = {self.route.over_z}  # (q,), (N, q)
{self._filtered()}
{basis}{self._result("representation")}'''

    def _optimum_over_w(self):
        *before, last = self.route.over_w
        statements = "".join(f"    {line}\n" for line in before)
        error = "as for `optimal_representation`" if self.route.error else ""
        moments = self._moments() if self.route.error else ""
        return f'''def optimal_weights({self._signature("X, G, n_components", self.route.error)}):
    """A global minimum over all linear networks Z = X W (`{self.given.weights.id}`).

{self._formula(self.weights)}

    Args:
        X: (N, D) inputs, of any rank{moments}.
        G: (N, N) {self.route.relation}.
        n_components: K >= 1; may exceed the rank of X.
{self._as_for_loss(error)}
    Returns:
        Optimum with `weights` (D, K).
    """
{self.checked}    G = {self.route.check}(G)
    X = inputs(X, G.shape[0])
{statements}    eigenvalues, basis = {last}  # (q,), (D, q)
{self._filtered()}
{self._result("weights")}'''

    def _filtered(self):
        return f"    s, minimum = _filter({', '.join(['eigenvalues', *self.filter.arguments])})"

    def _result(self, unknown):
        levelled = self._levelled()
        levelled = f", equal_diagonal={levelled}" if levelled else ""
        return f"""    return Optimum(
        {unknown}=spectral_factor(basis, s, n_components=n_components{levelled}),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )"""

    def _parameters(self):
        checked = ", ".join(f'{_range(h)[1]}("{h}", {h})' for h in self.hyper)
        return f"def _parameters({self.passed}):\n    return {checked}"

    def _intermediates(self):
        relations = {s: str(s) for s in self.loss.matrix_form.free_symbols if str(s) == "G"}
        matrices = MatrixCode(
            {h: str(h) for h in self.hyper} | {self.loss.unknown.rows: "n"},
            {self.loss.unknown: "Z"},
            self.given.names,
            self.loss.facts,
            relations,
        )
        loss = sorted(matrices.scalar(self.loss.matrix_form), key=lambda piece: piece.startswith("-"))
        slope = matrices.matrix(self._gradient_statement().value).code
        lines = "\n".join(f"    {code}  # {comment}" for code, comment in matrices.lines)
        used = words(" ".join(loss)) | words(slope)
        shared = ", ".join(v for v in ["Z", "G", *matrices.variables] if v in used)
        arguments = shared + self._passed()
        power = f", power={degree(self.loss.matrix_form, self.loss.unknown)}" if self.route.bounded else ""
        n_here = "    n = len(Z)\n" if "n" in words(lines) else ""

        def n_of(code):
            return f"    n = len({matrices.variables[0]})\n" if "n" in words(code) else ""

        return f"""def _intermediates(Z, G):
    G = {self.route.check}(G)
    Z = representation(Z, G.shape[0]{power})
{n_here}{lines}
    return {shared}


def _loss({arguments}):
{n_of(" ".join(loss))}    return float({added(loss, 4)})


def _gradient({arguments}):
{n_of(slope)}    return {slope}"""

    # words

    def _signature(self, arguments, error=""):
        keywords = [f"{h}=1.0" for h in self.hyper] + ["error=0.0"] * bool(error)
        return ", ".join([arguments, *(["*", *keywords] if keywords else [])])

    def _passed(self):
        return f", {self.passed}" if self.hyper else ""

    def _as_for_loss(self, error):
        hyper = f"        {self.passed}: as for `loss`.\n" if self.hyper else ""
        return hyper + (f"        error: {error}.\n" if error else "")

    def _moments(self):
        """What the names in the pencil over W stand for."""
        pencil = self.weights[0].pencil
        named = sorted(pencil.metric.atoms(Abbreviation) | pencil.matrix.atoms(Abbreviation), key=lambda a: a.name)
        return "; " + ", ".join(f"{a.name} = {show(a.definition)}" for a in named)

    def _gradient_statement(self):
        for theorem in self.given.gradient.theorems:
            parts = getattr(theorem.statement, "parts", (theorem.statement,))
            for p in parts:
                if isinstance(p, Gradient) and p.function == self.loss.matrix_form:
                    return p
        raise UnsupportedExpression(self.loss.matrix_form, "the NumPy code", "its gradient is not among the theorems")

    def _levelled(self):
        """When R must make the diagonal constant; empty if it never must."""
        if not any(c.equal_diagonal for c in self.representation):
            return ""
        (condition,) = [c.condition for c in self.representation if not c.equal_diagonal]
        return f"{condition.lhs} > {condition.rhs}"

    def _unit(self):
        """The basis from the eigenvectors; empty if they are one."""
        unit = self.representation[0].unit
        code = ScalarCode({self.loss.unknown.rows: "len(eigenvectors)"})(unit)
        return f"{code} * eigenvectors" if unit != Integer(1) else ""

    def _formula(self, found):
        pencil, unknown = found[0].pencil, found[0].unknown
        unit = "" if found[0].unit == 1 else f"{show(found[0].unit)} "
        lines = [
            paragraph(f"{unknown}* = {unit}{show(pencil.vectors)} diag(s)^(1/2) R', where {pencil.text(show)}, and", 4),
            "",
        ]
        for case in found:
            entry = MatrixElement(case.eigenvalues, Symbol("k", integer=True, nonnegative=True), 0)
            s_k = show(case.filter.subs(case.eigenvalue, entry))
            condition = f"{case.condition.text(show)}:  " if case.condition else ""
            lines.append(paragraph(f"{condition}s_k = {s_k},", 8))
            rotation = "R the first q columns of I"
            if case.level:
                m = case.level.level
                rotation = f"{m} = (1/{show(case.level.count)}) sum_k s_k, and R such that every C_kk = {m}"
            lines.append(paragraph(rotation, 8 + 16 * bool(condition)))
        return "\n".join(lines)


def degree(expr, symbol):
    """The degree of a polynomial of matrices in one of them."""
    if expr == symbol:
        return 1
    if isinstance(expr, SquaredNorm):
        return 2 * degree(expr.args[0], symbol)
    inner = [degree(a, symbol) for a in expr.args]
    if expr.is_Mul or isinstance(expr, (MatMul, Trace, Transpose)):
        return sum(inner)
    return max(inner, default=0)


def _range(symbol):
    """What a hyper-parameter must be: in words, and the name of the check."""
    return ("> 0", "positive") if symbol.is_positive else (">= 0", "nonnegative")


def _imports(body):
    """The import statements for the functions that a body calls."""
    lines = []
    for home, names in HOMES.items():
        used = [name for name in names if re.search(rf"(?<!\w){name}\(", body)]
        lines += [f"from {home} import {', '.join(used)}"] if used else []
    return "\n".join(lines)
