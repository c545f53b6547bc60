"""Listing the indices of a dimension in another order: what does not speak of it keeps its value, the rest is refused."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from sympy import (
    DiagMatrix,
    HadamardProduct,
    Identity,
    KroneckerDelta,
    KroneckerProduct,
    Lambda,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    exp,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Eigenvalues, Leading, LogSumExp, Named, SpectralTrace, SquaredNorm
from derivations.language.blocks import IdentityColumns
from derivations.language.determinant import LogDet
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.normal_form import normaliser
from derivations.language.norms import UnitRows
from derivations.language.propositions import Equal, Orthonormal, Permutation, Signs
from derivations.proof import rules
from derivations.proof.store import replay, store
from derivations.proof.theorem import ProofError
from derivations.proof.trial import try_steps
from tests.language.strategies import A, B, K, N, Z, a, scalar_expressions, v

P, Q, S = MatrixSymbol("P", N, N), MatrixSymbol("Q", K, K), MatrixSymbol("S", K, K)
i, j, k, n = symbols("i j k n", integer=True, nonnegative=True)
x = Symbol("x", real=True)
U = UnitRows(Z)
every, some = (i, 0, N - 1), (i, 0, N - 2)
M = MatrixSymbol("M", N, N + 1)


def total(matrix):
    return Trace(MatMul(OneMatrix(matrix.cols, matrix.rows), matrix))


UNORDERED = {
    "functions of entries": total(Z.applyfunc(Lambda(x, Max(0, x) + exp(a * x)))),
    "cosines": Trace(A * U * U.T) + total(LogSumExp(MatMul(a, U, U.T), OneMatrix(N, N) - Identity(N))),
    "determinants": LogDet(Identity(N) + Z * Z.T) + SpectralTrace(Lambda(x, exp(x)), A + A.T),
    "sums": Sum(Z[i, k] * A[i, j] * KroneckerDelta(i, j), every, (j, 0, N - 1), (k, 0, K - 1)),
    "entries of another dimension": Sum(Z[i, 0] * v[i, 0], every),
    "a range of another dimension": Sum(M[i, 0], every) ** 2,
    "eigenvalues of what is summed over": MatrixElement(Eigenvalues(Z.T * Z, K), 0, 0),
    "the dimension as a number": N * SquaredNorm(Z) + Max(0, SquaredNorm(Z) - N),
}
ORDERED = {
    "one entry": Z[0, 0] ** 2,
    "a trace of what is one sample": Trace(A) * A[0, 1],
    "an index as a number": Sum(i * Z[i, k], every, (k, 0, K - 1)),
    "an index as a number in a function": total(Z.applyfunc(Lambda(x, exp(x)))) * Sum(exp(i), every),
    "an index as a number in a power": Sum(Z[i, 0] ** i, every),
    "a part of the range": Sum(Z[i, 0], some),
    "the next sample": Sum(A[i, i + 1], some),
    "an index of another dimension": Sum(M[i, i], every),
    "an index over the range of another": Sum(Z[k, 0] * Z[i, k], every, (k, 0, K - 1)),
    "a range that depends on an index": Sum(Z[i, 0] * Z[j, 0], (j, 0, i), every),
    "the first columns of an identity": Trace(MatMul(A, Leading(N, K), Z.T)),
    "a unit vector": total(MatMul(Z.T, IdentityColumns(N, 0))),
    "ordered eigenvalues": Trace(MatMul(Transpose(Eigenvalues(A + A.T, N)), v)),
    "a Kronecker product": total(KroneckerProduct(v, Z) * OneMatrix(K, 1)),
    "a product that does not fit": Trace(MatMul(Z, MatMul(A, Z).T)) + Trace(MatMul(Z, A, OneMatrix(N, N))),
    "a free index": Z[i, 0],
    "deltas of different ranges": Sum(KroneckerDelta(i, k) * Z[i, k], every, (k, 0, K - 1)),
    "a name of what has an order": Trace(MatMul(Named("C", MatMul(A, Leading(N, K))), Z.T)),
}


@pytest.mark.parametrize("name", UNORDERED)
def test_what_does_not_speak_of_the_order_is_proved_and_holds(name):
    theorem = rules.relisting(UNORDERED[name], N, P)
    assert theorem.hypotheses == (Permutation(P),)
    assert theorem.statement.rhs == UNORDERED[name]
    assert theorem.statement.lhs != theorem.statement.rhs
    assert try_steps([theorem], 6).passed
    ((again,)) = replay(store([theorem]))
    assert again.statement == theorem.statement


@pytest.mark.parametrize("name", ORDERED)
def test_what_may_speak_of_the_order_is_refused(name):
    with pytest.raises(ProofError):
        rules.relisting(ORDERED[name], N, P)


@pytest.mark.parametrize(
    ("expr", "dimension", "permutation"),
    [(Trace(A), N, Q), (Trace(A), N + 1, P), (Trace(A * P), N, P), (A, N, P), (Trace(A), N, P + P), (Trace(A), 2, P)],
)
def test_what_is_no_permutation_of_the_dimension_is_refused(expr, dimension, permutation):
    with pytest.raises(ProofError):
        rules.relisting(expr, dimension, permutation)


@given(expr=scalar_expressions(), dimension=st.sampled_from([(N, P), (K, Q)]))
def test_random_expressions_keep_their_values(expr, dimension):
    theorem = rules.relisting(expr, *dimension)
    event("moved" if theorem.statement.lhs != theorem.statement.rhs else "the same expression")
    assert try_steps([theorem], 2).passed


# what is declared: a permutation, signs, an orthogonal matrix


def proves(lhs, rhs, *facts):
    try:
        return bool(rules.normal_form(Equal(lhs, rhs), facts))
    except (ProofError, Undecided, UnsupportedExpression):
        return False


def cubes(matrix):
    return total(HadamardProduct(matrix, matrix, matrix))


permutation, orthogonal = Permutation(S), (Orthonormal(S), Orthonormal(S.T))
e = MatrixSymbol("e", K, 1)
expanded = Identity(K) + Z.T * Z


def turned(matrix, q):
    return MatMul(q.T, matrix, q)


@pytest.mark.parametrize(
    ("lhs", "rhs", "facts"),
    [
        (cubes(Z * S), cubes(Z), [permutation]),
        (cubes(S * Z.T), cubes(Z.T), [permutation]),
        (SquaredNorm(Z * DiagMatrix(e)), SquaredNorm(Z), [Signs(e)]),
        (LogDet(turned(expanded, S)), LogDet(expanded), orthogonal),
        (LogDet(turned(expanded, S)), LogDet(expanded), [permutation]),
        (LogDet(turned(expanded, DiagMatrix(e))), LogDet(expanded), [Signs(e)]),
        (LogDet(turned(expanded, S.T)), LogDet(expanded), orthogonal),
    ],
)
def test_what_is_declared_is_used(lhs, rhs, facts):
    assert proves(lhs, rhs, *facts)
    assert try_steps([rules.normal_form(Equal(lhs, rhs), facts)], 4).passed
    assert not proves(lhs, rhs)


tall = MatrixSymbol("T", N, K)


@pytest.mark.parametrize(
    ("lhs", "rhs", "facts"),
    [
        (cubes(Z * S), cubes(Z), orthogonal),  # an orthogonal matrix is no permutation
        (cubes(Z * DiagMatrix(e)), cubes(Z), [Signs(e)]),
        (Trace(S), K, [permutation]),
        (MatMul(S, S), S, [permutation]),
        (Trace(DiagMatrix(e)), K, [Signs(e)]),
        (
            LogDet(Identity(N) + tall * expanded * tall.T),
            LogDet(expanded),
            [Orthonormal(tall)],
        ),  # of more rows than columns
        (LogDet(MatMul(S, expanded)), LogDet(expanded), orthogonal),  # turned on one side alone
        (LogDet(turned(expanded, S)), LogDet(expanded), [Orthonormal(S, MatrixSymbol("W", K, K))]),  # in another metric
        (LogDet(turned(expanded, MatrixSymbol("R", K, K))), LogDet(expanded), orthogonal),
        (Trace(A * B), Trace(MatMul(P, A, P.T, B)), [Permutation(P)]),  # one of two matrices
    ],
)
def test_what_does_not_follow_is_not_proved(lhs, rhs, facts):
    assert not proves(lhs, rhs, *facts)


def test_orthogonal_matrices_are_square_and_of_the_metric_of_the_identity():
    W = MatrixSymbol("W", K, K)
    facts = (Orthonormal(tall), Orthonormal(Q, W), Orthonormal(S), Permutation(P), Signs(e))
    assert normaliser(facts).orthogonal == (P, DiagMatrix(e), S)
