"""A reading of a loss, posed as a problem of the spectral filter theorem: metric and penalty taken apart, eigenpairs named.

The metric is X'PX for a projector P (the identity and X = I in the plainest case), so that F = P X has M = F'F. The
penalty X'QX is that of the operator PQP; where Q is not PQP, the rest must be semidefinite: it is a remainder that
vanishes on the range of P.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Add,
    Basic,
    Expr,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Min,
    S,
    Symbol,
    Trace,
    Transpose,
    expand,
    sqrt,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Centring, Named, SpectralTrace
from derivations.language.contraction import transposed
from derivations.language.errors import NotSpectral, UnsupportedExpression
from derivations.language.products import product
from derivations.language.propositions import Eigenpairs, Symmetric
from derivations.language.readback import network_scalar, total
from derivations.language.substitute import UNDEFINED
from derivations.proof.sign import is_nonnegative, is_semidefinite
from derivations.spectral.form import s
from derivations.spectral.problem import Problem
from derivations.spectral.recognise import Reader, Reading
from derivations.spectral.words import times


@dataclass(frozen=True)
class Recognised:
    """loss = the objective of the problem + remainder, which is nonnegative and vanishes on the range of F."""

    reading: Reading
    problem: Problem
    remainder: Expr


def recognised(loss):
    """The spectral problem of a Loss; raises NotSpectral, which names the first step that fails."""
    try:
        return posed(Reader(loss).reading())
    except UnsupportedExpression as error:
        if isinstance(error.node, Basic):
            reason = "{} is no part of a function of a covariance that is read"
            part = error.node.args[0] if isinstance(error.node, MatrixElement) else error.node
            raise NotSpectral("matrices", reason, part) from error
        raise NotSpectral("matrices", f"the loss is not made of products of matrices: {error.reason}") from error


def posed(reading):
    reader = reading.reader
    outer, metric, penalty, order = _peeled(reading)
    inputs = [outer] if outer is not None else []
    projector = _projector(reader, metric, order)
    inside = reader.normalise(product(projector, reader.matrix(penalty, order), projector))
    remainder = _remainder(reader, penalty - inside, inputs, order)
    cost, operator = _operator(reader, times(inside, 1 / reading.scale), order)
    factor = product(projector, *inputs)
    moments, energies = (_moments(reader, m, inputs) for m in (projector, operator))
    rank = _rank(reader, projector, inputs)
    unit = sqrt(1 / reading.scale)
    covariance, energy = (product(reading.scale, reader.gram(m)) for m in (moments, energies))
    covariance, energy = reading.name or Named(reader.fresh("C"), covariance), Trace(energy)
    rest = cost * energy + reading.offset
    _check(reading, covariance, rest + remainder)
    objective = SpectralTrace(reading.phi, covariance) + rest
    defined = not reading.phi.expr.subs(reading.phi.variables[0], 0).has(*UNDEFINED)
    problem = Problem(
        objective,
        reader.unknown,
        covariance,
        penalty=energy,
        factor=factor,
        operator=operator,
        pencil=_pencil(reader, energies, moments, rank, defined),
        unit=unit,
        turn=reader.fresh("R", "Q", "U"),
        facts=reader.facts,
    )
    return Recognised(reading, problem, remainder)


def _peeled(reading):
    """(X, M, Q, order) with metric X'MX and penalty X'QX, normal forms; X is None where there is nothing to take off."""
    reader, order, outer = reading.reader, reading.reader.rows, None
    own = [_spelled(m) for m in reader.terms(reading.metric, order)]
    theirs = [_spelled(m) for m in reader.terms(reading.penalty, order)]
    while (last := next((f[-1] for _, f in own if f), None)) and all(_is_between(f, last) for _, f in own):
        if not all(_is_between(f, last) for _, f in theirs):
            seen, turned = reader.matrix(reading.penalty), Transpose(last)
            raise NotSpectral(
                "penalty", "the penalty {} is not B between {} and {}, as the covariance is", seen, turned, last
            )
        outer = product(last, *([] if outer is None else [outer]))
        order = last.rows
        own, theirs = ([(c, factors[1:-1]) for c, factors in each] for each in (own, theirs))
    forms = (
        reader.normalise(total([product(c, Identity(order), *f) for c, f in each], (order, order)))
        for each in (own, theirs)
    )
    return outer, *forms, order


def _spelled(matrix):
    coefficient, factors = matrix.as_coeff_matrices() if isinstance(matrix, MatMul) else (S.One, [matrix])
    return coefficient, [f for f in factors if not isinstance(f, Identity)]


def _is_between(factors, last):
    return len(factors) > 1 and factors[-1] == last and Transpose(last).doit(deep=False) == factors[0]


def _projector(reader, metric, order):
    identity = Identity(order)
    if metric == reader.normalise(identity):
        return identity
    matrix = reader.matrix(metric, order)
    if reader.normalise(product(matrix, matrix)) != metric:
        raise NotSpectral("covariance", "the metric {} is not known to be a projector P, nor X'PX with one", matrix)
    return matrix


def _remainder(reader, rest, inputs, order):
    """tr(Z'X'RXZ) for what the projector does not see of the penalty; must be semidefinite."""
    if rest.is_zero:
        return S.Zero
    point = product(*inputs, reader.unknown)
    terms = [(c, product(transposed(point), *f, point)) for c, f in map(_spelled, reader.terms(rest, order))]
    if inputs or not all(is_nonnegative(c, reader.facts) and is_semidefinite(m, reader.facts) for c, m in terms):
        reason = "the penalty sees directions that the covariance does not, by {}"
        reason += (
            ": linear maps cannot leave them out" if inputs else ", which is not known to be positive semidefinite"
        )
        given = (s for s in reader.expr.atoms(MatrixSymbol) if s.rows == s.cols and Symmetric(s) not in reader.facts)
        undeclared = [] if inputs else sorted(given, key=str)
        reason += "; {} is not declared to be symmetric" * len(undeclared)
        raise NotSpectral("penalty", reason, reader.matrix(rest, order), *undeclared)
    return sum((c * Trace(m) for c, m in terms), S.Zero)


def _operator(reader, form, order):
    """(cost, S) with cost S the matrix of a normal form, cost >= 0."""
    matrix = reader.matrix(form, order)
    if isinstance(matrix, MatAdd):
        return S.One, Named(reader.fresh("A", "B", "S"), matrix)
    coefficient, factors = _spelled(matrix)
    bare = product(Identity(order), *factors)
    if is_nonnegative(coefficient, reader.facts):
        return coefficient, bare
    if is_nonnegative(expand(-coefficient), reader.facts):
        return expand(-coefficient), product(-1, bare)
    raise NotSpectral(
        "penalty", "whether {}, the weight of {}, is positive or negative is not known", coefficient, bare
    )


def _check(reading, covariance, rest):
    """Refuse a polynomial part that is not made of powers of the covariance."""
    functions = sum((a.coefficient * a.function for a in reading.atoms), S.Zero)
    powers = Lambda(s, expand(reading.phi(s) - functions))
    left = reading.reader.normalise(reading.polynomial - SpectralTrace(powers, covariance) - rest)
    if not left.is_zero:
        reason = "besides powers of the covariance {} there are other terms of degree more than 2 in {}: {}"
        seen = Add(*(c * network_scalar(term, reading.reader.factors) for c, term in left.terms.values()))
        raise NotSpectral("covariance", reason, covariance, reading.reader.unknown, seen)


def _moments(reader, matrix, inputs):
    if not inputs:
        return matrix
    (x,) = inputs
    whole = product(transposed(x), matrix, x)
    found = reader.matrix(reader.normalise(whole))
    return found if isinstance(found, Named) else whole


def _rank(reader, projector, inputs):
    if not inputs and isinstance(projector, Identity):
        return projector.rows
    if not inputs and isinstance(projector, Centring):
        return projector.rows - 1
    return Symbol(reader.fresh("r", "rank"), integer=True, nonnegative=True)


def _pencil(reader, matrix, metric, rank, defined):
    """The bottom eigenpairs, or the top ones of B where the matrix is -B; K of them where every direction is needed."""
    columns = reader.columns
    coefficient = matrix.as_coeff_mmul()[0] if isinstance(matrix, MatMul) else S.One
    if not defined:
        kept, rank = columns, columns + Symbol(reader.fresh("m", "n"), integer=True, nonnegative=True)
    else:
        kept = Min(columns, rank)
    plain = metric.rows == reader.rows
    vectors = MatrixSymbol(reader.fresh("P", "V", "U") if plain else reader.fresh("V", "P"), reader.rows, kept)
    if coefficient == -1:
        values = MatMul(-1, MatrixSymbol(reader.fresh("g", "mu"), kept, 1))
    else:
        values = MatrixSymbol(reader.fresh("lambda", "mu"), kept, 1)
    return Eigenpairs(matrix, metric, vectors, values, rank)
