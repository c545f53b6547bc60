"""The spectral filter theorem where the minimum in one variable has no closed form: its filter is a hypothesis.

For a polynomial phi of positive leading coefficient, phi(s) + cost a s has a minimum over s >= 0 at every a, at 0 or at one
of the zeros of its slope; which one is told by comparing them. The theorem takes a minimiser t_k at every eigenvalue.
"""

from __future__ import annotations

from sympy import Lambda, MatMul, MatrixSymbol, Poly, Sum

from derivations.language.errors import NotSpectral
from derivations.language.propositions import Minimises, Minimum
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry, k, phi
from derivations.spectral.filter import (
    cost,
    eigenvalue,
    filter_values,
    representation,
    rotation,
    spectral_filter_theorem,
)
from derivations.spectral.form import s


def minimised(problem, name):
    """The hypothesis that the vector `name` has a minimiser for each eigenvalue.

    Raises NotSpectral where phi is no polynomial, or where the loss has no minimum.
    """
    function = problem.one_dimensional
    polynomial = Poly(function, s) if function.is_polynomial(s) else None
    if polynomial is None:
        raise NotSpectral("minimum in one variable", "{} is no polynomial, and no minimum of it is certified", function)
    leading = polynomial.LC()
    falls = (
        "along Z = x v r', for an eigenvector v of the eigenvalue a and r'r = 1, it is {} at s = x^2, up to a constant"
    )
    if polynomial.degree() < 2 or leading.is_nonpositive:
        reason = "the loss may fall without bound: " + falls
        raise NotSpectral("minimum in one variable", reason, function)
    if not leading.is_positive:
        reason = "whether {} has a minimum over s >= 0 is not known, for the sign of {} is not"
        raise NotSpectral("minimum in one variable", reason, function, leading)
    values = MatrixSymbol(name, problem.kept, 1)
    return Minimises(values, Lambda((s, eigenvalue), function), problem.pencil.values)


def implicit_minimum(problem, minimises):
    """The global minimum of a problem, with a filter that minimises in one variable."""
    form, values = problem.form, minimises.point
    named = problem.names() | {cost: form.cost, phi: form.phi, filter_values: values}
    named |= {rotation: problem.rotation} if problem.turn != rotation.name else {}
    theorem = problem.discharged(
        rules.substitution(spectral_filter_theorem(problem.unknown.name), named, problem.facts)
    )
    theorem = theorem if problem.unit == 1 else rules.rescaling(theorem, problem.unit)
    at = representation(problem.pencil.vectors, values, problem.rotation)
    at = at if problem.unit == 1 else MatMul(problem.unit, *at.args)
    a_k, t_k = problem.eigenvalue_at(k), entry(values, k)
    terms = Sum((form.phi(t_k) + form.cost * a_k * t_k), (k, 0, problem.kept - 1))
    claim = Minimum(problem.objective, problem.unknown, terms + problem.missing * form.phi(0), at)
    return rules.restatement(theorem, claim, (*problem.facts, minimises))
