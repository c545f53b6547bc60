"""The NumPy functions of closed forms over Z and over W, from the theorems that they are minima."""

from __future__ import annotations

from textwrap import indent

from sympy import Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.code.cases import cases
from derivations.export.code.eigenpairs import route
from derivations.export.code.filter import FilterCode
from derivations.export.code.layout import paragraph
from derivations.export.text import show
from derivations.language.atoms import Abbreviation, Centring
from derivations.language.errors import UnsupportedExpression


class OptimumCode:
    """Writes `optimal_representation` and `optimal_weights`, and the filter that they share."""

    def __init__(self, implementation):
        self.given = implementation
        self.loss = implementation.loss
        self.representation = cases(implementation.representation)
        self.weights = cases(implementation.weights)
        if [c.filter for c in self.representation] != [c.filter for c in self.weights]:
            raise UnsupportedExpression(self.loss.value, "the NumPy code", "the filters over Z and over W differ")
        given = implementation.representation.theorems[0].hypotheses
        self.route = route(self.loss, self.representation[0].pencil, given)
        self.filter = FilterCode(self.loss, sorted(self.loss.hyper, key=str), self.representation)

    def over_z(self, loss_code):
        pencil = self.representation[0].pencil
        centred = ", centred" if pencil.metric == Centring(pencil.metric.rows) else ""
        validated = "" if self.route.checked else f"    {self.route.validation()}\n"
        name = self.route.name
        unit = self.representation[0].unit
        return f'''def optimal_representation({loss_code.signature(f"{name}, n_components", *self._keywords())}):
    """A global minimum over all (N, K) representations (`{self.given.representation.id}`).

{self._formula(self.representation)}

    Args:
        {name}: (N, N) {self.route.minimised or self.route.relation}.
        n_components: K >= 1; may exceed {show(pencil.rank)}.
{self._as_for_loss(loss_code, self.route.error)}
    Returns:
        Optimum with `representation` (N, K){centred}.
    """
{loss_code.checked}{validated}    eigenvalues, basis = {self.route.over_z(unit, pencil.metric.rows)}  # (q,), (N, q)
{self._filtered()}
{self._result("representation")}'''

    def over_w(self, loss_code):
        *before, last = self.route.over_w
        statements = "".join(f"    {line}\n" for line in before)
        error = "as for `optimal_representation`" if self.route.error else ""
        moments = "" if before else self._moments()
        name = self.route.name
        return f'''def optimal_weights({loss_code.signature(f"X, {name}, n_components", *self._keywords())}):
    """A global minimum over all linear networks Z = X W (`{self.given.weights.id}`).

{self._formula(self.weights)}

    Args:
        X: (N, D) inputs, of any rank{moments}.
        {name}: (N, N) {self.route.minimised or self.route.relation}.
        n_components: K >= 1; may exceed the rank of X.
{self._as_for_loss(loss_code, error)}
    Returns:
        Optimum with `weights` (D, K).
    """
{loss_code.checked}    {self.route.validation()}
    X = inputs(X, {name}.shape[0])
{statements}    eigenvalues, basis = {last}  # (q,), (D, q)
{self._filtered()}
{self._result("weights")}'''

    def _keywords(self):
        return ["error=0.0"] * bool(self.route.error)

    def _filtered(self):
        return f"    s, minimum = _filter({', '.join(['eigenvalues', *self.filter.arguments])})"

    def _result(self, unknown):
        levelled = self._levelled()
        levelled = f", equal_diagonal={levelled}" if levelled else ""
        point = f"spectral_factor(basis, s, n_components=n_components{levelled})"
        return indent(returned(unknown, point, "minimum"), " " * 4)

    # words

    @staticmethod
    def _as_for_loss(loss_code, error):
        hyper = f"        {loss_code.passed}: as for `loss`.\n" if loss_code.hyper else ""
        return hyper + (f"        error: {error}.\n" if error else "")

    def _moments(self):
        """What the names in the pencil over W stand for."""
        pencil = self.weights[0].pencil
        named = sorted(pencil.metric.atoms(Abbreviation) | pencil.matrix.atoms(Abbreviation), key=lambda a: a.name)
        return "; " + ", ".join(f"{a.name} = {show(a.definition)}" for a in named)

    def _levelled(self):
        """When R must make the diagonal constant; empty if it never must."""
        if not any(c.equal_diagonal for c in self.representation):
            return ""
        (condition,) = [c.condition for c in self.representation if not c.equal_diagonal]
        return f"{condition.lhs} > {condition.rhs}"

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
                rotation = (
                    f"{m} = (1/{show(case.level.total / case.level.level)}) sum_k s_k, and R such that every C_kk = {m}"
                )
            lines.append(paragraph(rotation, 8 + 16 * bool(condition)))
        return "\n".join(lines)


def returned(kind, point, minimum):
    """The statement that returns an Optimum: the source of its `representation` or `weights`, and of the minimum."""
    return f"""return Optimum(
    {kind}={point},
    loss={minimum},
    filter=s,
    eigenvalues=eigenvalues,
    rank=int(np.count_nonzero(s)),
)"""
