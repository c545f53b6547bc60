"""Rules that compute: the normal form, gradients, Taylor polynomials, and equality in every entry."""

from __future__ import annotations

from sympy import Add, MatAdd, MatMul, MatrixExpr, MatrixSymbol, S, Sum, Symbol, factorial

from derivations.calculus.conditions import check_differentiable
from derivations.calculus.gradient import derivative, gradient, is_gradient_by_definition
from derivations.language.atoms import SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser
from derivations.language.parse_entries import is_index
from derivations.language.plain import scalar
from derivations.language.propositions import All, AtMost, Equal, EqualIff, Expansion, Gradient, Permutation
from derivations.language.substitute import is_any_real, substitute, symbols_of
from derivations.proof.checks import check_smooth
from derivations.proof.order import check_unordered, relisted
from derivations.proof.sign import is_nonnegative, is_real, is_real_matrix, is_size
from derivations.proof.theorem import Conclusion, ProofError, Theorem, rule


@rule
def normal_form(statement, hypotheses=()):
    """Both sides of every equation of `statement` have the same normal form under the hypotheses."""
    parts = statement.parts if isinstance(statement, All) else (statement,)
    if not all(p.equational for p in parts):
        raise ProofError(f"the normal form decides equations only, not {statement}")
    normalise = normaliser(tuple(hypotheses))
    for lhs, rhs in statement.equations():
        difference = normalise(lhs) - normalise(rhs)
        if not difference.is_zero:
            raise ProofError(f"{lhs} = {rhs} does not follow: the normal forms differ by {difference}")
    return Conclusion(hypotheses, statement, "normal form")


@rule
def adjoint(function, unknown, hypotheses=()):
    """The gradient by the adjoint rules; if the function is polynomial, also checked by its definition."""
    if isinstance(function, MatrixExpr):
        raise ProofError(f"{function} is a matrix: of a 1 x 1 matrix, the gradient of its trace is taken")
    in_matrices, everywhere = scalar(function), tuple(h for h in hypotheses if unknown not in h.free_symbols())
    if in_matrices != function and not normaliser(everywhere)(function - in_matrices).is_zero:
        raise ProofError(f"{function} is not known to be {in_matrices}")
    check_differentiable(in_matrices, unknown, hypotheses)
    value = gradient(in_matrices, unknown, hypotheses)
    reason = "adjoint rules"
    try:
        right = is_gradient_by_definition(function, unknown, value, hypotheses)
        reason = "adjoint rules; the t-coefficient of f(Z + t V) is tr(grad' V)"
    except UnsupportedExpression:
        right = True
    if not right:
        raise ProofError(f"{value} is not the gradient of {function} in {unknown}: tr(grad' V) is another coefficient")
    return Conclusion(hypotheses, Gradient(function, unknown, value), reason)


@rule
def relisting(expr, dimension, permutation):
    """A number keeps its value where all matrices list the indices of a dimension in another order, of which it does not speak:
    X becomes P X, X P' or P X P', P a permutation matrix.
    """
    shape = (dimension, dimension)
    if not isinstance(dimension, Symbol) or not isinstance(permutation, MatrixSymbol) or permutation.shape != shape:
        raise ProofError(
            f"a dimension and a symbol of its permutations are needed, found {dimension} and {permutation}"
        )
    if isinstance(expr, MatrixExpr) or permutation in expr.free_symbols:
        raise ProofError(f"{expr} is no number that does not speak of {permutation}")
    check_unordered(expr, dimension)
    matrices = sorted((m for m in expr.free_symbols if isinstance(m, MatrixSymbol) and dimension in m.shape), key=str)
    listed = {m: relisted(m, permutation) for m in matrices}
    statement = Equal(substitute(expr, listed), expr)
    return Conclusion((Permutation(permutation),), statement, "it does not speak of their order")


@rule
def taylor(function, variable, approximation, order, hypotheses=()):
    """A smooth function of one variable is its Taylor polynomial at 0, up to a remainder of the next order."""
    order = S(order)
    if not is_size(order) or not order.is_Integer:
        raise ProofError(f"the order {order} of the remainder is none of 0, 1, 2, ...")
    if not is_any_real(variable) or any(variable in symbols_of(e) for h in hypotheses for e in h.expressions()):
        raise ProofError(f"{variable} must stand for any real number, and no hypothesis speak of it")
    check_smooth(function, variable, hypotheses)
    terms, slope = [], function
    for m in range(order):
        terms.append(substitute(slope, {variable: S.Zero}) * variable**m / factorial(m))
        slope = derivative(slope, variable, hypotheses)
    difference = normaliser(tuple(hypotheses))(approximation - Add(*terms))
    if not difference.is_zero:
        raise ProofError(f"{approximation} is not the Taylor polynomial of {function}: {difference} is left over")
    statement = Expansion(function, variable, approximation, order)
    return Conclusion(hypotheses, statement, "Taylor's theorem, the derivatives by the adjoint rules")


@rule
def equal_in_every_entry(statement, bound: Theorem, case: Theorem, indices, weight=S.One):
    """From v_ij <= f_ij, with equality exactly if a_ij = b_ij, for every (i, j): sum_ij w_ij f_ij = sum_ij w_ij v_ij
    exactly if w_ij a_ij = w_ij b_ij for every (i, j), for weights w_ij >= 0. `statement` spells both equations.
    """
    i, j = indices
    facts = (*bound.hypotheses, *case.hypotheses)
    single, inequality = case.statement, bound.statement
    if not isinstance(statement, EqualIff) or not isinstance(single, EqualIff) or not isinstance(inequality, AtMost):
        raise ProofError("an inequality, its case of equality, and what to conclude are needed")
    if (inequality.lhs, inequality.rhs) != (single.rhs, single.lhs):
        raise ProofError(f"{single} is not the case of equality of {inequality}")
    if (
        not is_index(i)
        or not is_index(j)
        or i == j
        or any(s in symbols_of(e) for h in facts for e in h.expressions() for s in (i, j))
    ):
        raise ProofError(f"{i} and {j} are no free indices")
    if not is_nonnegative(weight, facts) or not is_real(weight):
        raise ProofError(f"the weight {weight} is not known to be real and nonnegative")
    matrices = all(isinstance(m, MatrixExpr) for m in (statement.a, statement.b))
    shape = statement.a.shape if matrices else ()
    if (
        not matrices
        or statement.b.shape != shape
        or not all(is_size(d) for d in shape)
        or {i, j} & symbols_of(statement.a) | {i, j} & symbols_of(statement.b)
    ):
        raise ProofError(f"{statement.a} and {statement.b} are no two matrices of one shape")
    normalise = normaliser(facts)
    excess = Sum(weight * (single.lhs - single.rhs), (i, 0, shape[0] - 1), (j, 0, shape[1] - 1))
    if not (normalise(statement.lhs - statement.rhs) - normalise(excess)).is_zero:
        raise ProofError(f"{statement.lhs} - ({statement.rhs}) is not {excess}")
    for matrix, entry in ((statement.a, single.a), (statement.b, single.b)):
        if normalise(matrix) != normalise.entrywise(weight * entry, (i, j), shape):
            raise ProofError(f"the entries of {matrix} are not {weight * entry}")
    return Conclusion(facts, statement, "every term is nonnegative, and 0 in one case only")


@rule
def zero_distance(theorem: Theorem, statement, multiple):
    """From an equation that says f - g = c |A - B|^2 with c other than 0: f = g exactly if A = B.

    `statement` spells the two equations, and `multiple` is c.
    """
    equation, hypotheses = theorem.statement, theorem.hypotheses
    if not isinstance(equation, Equal) or not isinstance(statement, EqualIff) or isinstance(equation.lhs, MatrixExpr):
        raise ProofError(f"an equation of numbers and what to conclude are needed, found {equation} and {statement}")
    if not multiple.is_nonzero or multiple.has(Sum) or not is_real(multiple, hypotheses):
        raise ProofError(f"{multiple} is not known to be real and other than 0")
    a, b = statement.a, statement.b
    matrices = all(isinstance(m, MatrixExpr) and is_real_matrix(m, hypotheses) for m in (a, b))
    if not matrices or a.shape != b.shape or not all(is_size(d) for d in a.shape):
        raise ProofError(f"{a} and {b} are no two real matrices of one shape")
    distance = multiple * SquaredNorm(MatAdd(a, MatMul(-1, b)))
    normalise = normaliser(hypotheses)
    if normalise(statement.lhs - statement.rhs - distance) != normalise(equation.lhs - equation.rhs):
        raise ProofError(f"{equation} does not say that {statement.lhs} - ({statement.rhs}) is {distance}")
    return Conclusion(hypotheses, statement, "a squared norm is 0 in one case only")
