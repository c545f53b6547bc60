"""Signs and realness: said only where they are so, and never of what could be otherwise."""

import pytest
from sympy import (
    Abs,
    DiagMatrix,
    DiagonalOf,
    Function,
    HadamardPower,
    HadamardProduct,
    I,
    Identity,
    Inverse,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
    oo,
    sqrt,
)
from sympy.core.function import Lambda

from derivations.language.atoms import Centring, Eigenvalues, Leading, Named, SpectralTrace, SquaredNorm
from derivations.language.propositions import AtMost, Eigenpairs, EntrywiseNonnegative, Positive, PositiveSemidefinite
from derivations.proof.sign import (
    has_positive_entries,
    is_nonnegative,
    is_real,
    is_real_matrix,
    is_semidefinite,
    is_size,
)
from tests.proof.terms import A, B, K, M, N, Z, a, at_k, b, each, j, k, p, s, v, w, x

z = Symbol("z")
every = (k, 0, N - 1)
gram = MatMul(Transpose(Z), Z)
phi = Function("phi")
entries = [EntrywiseNonnegative(v)]

NONNEGATIVE = [
    (SquaredNorm(A), ()),
    (p * SquaredNorm(A) + s, ()),
    (a**2 + b**4, ()),
    ((a - b) ** 2 * SquaredNorm(A), ()),
    ((Trace(A) - a) ** 2, ()),
    (Max(0, a) * Max(a, 1), ()),
    (Max(0, a) ** Rational(1, 3), ()),
    (Trace(gram), ()),
    (Trace(MatMul(Transpose(Z), Centring(N), Z)), ()),
    (at_k(Eigenvalues(gram, K)), ()),
    (Sum(at_k(v) ** 2, every), ()),
    (Sum(k, every), ()),
    (a - b, [AtMost(b, a)]),
    (p * (a - b), [AtMost(b, a)]),
    (at_k(v) * s, entries),
    (Sum(at_k(v), every), entries),
    (Trace(MatMul(Transpose(Z), B, Z)), [PositiveSemidefinite(B)]),
    (B[k, k], [PositiveSemidefinite(B)]),
    (1 - KroneckerDelta(j, k), ()),
    (at_k(v), [PositiveSemidefinite(B), Eigenpairs(B, Identity(N), Z, v, N)]),
    (at_k(v), [Eigenpairs(gram, Centring(N), Z, v, N - 1)]),
    (at_k(DiagonalOf(B)), [PositiveSemidefinite(B)]),
    (SquaredNorm(each(sqrt(x), DiagonalOf(gram))), ()),
    (SquaredNorm(each(sqrt(x), v)), entries),
]

UNKNOWN = [
    (a, ()),
    (a * b, ()),
    (a**3, ()),
    (z**2, ()),
    (sqrt(a) ** 4 + (1 + sqrt(a)) ** 2, ()),
    (log(a) ** 2, ()),
    (phi(a) ** 2, ()),
    (p - s, ()),
    (Trace(A), ()),
    (Trace(A * B), ()),
    (Trace(MatMul(Transpose(Z), B, Z)), ()),
    (Trace(MatMul(Transpose(Z), B, A)), [PositiveSemidefinite(B)]),
    (a * Trace(gram), ()),
    (Trace(MatAdd(gram, MatMul(-1, Transpose(A), A))), ()),
    (SquaredNorm(MatMul(z, A)), ()),
    (SquaredNorm(each(sqrt(x), v)), ()),
    (SquaredNorm(MatrixSymbol("E", N - M, K)), ()),
    (Sum(1, (k, 0, N - M)), ()),
    (Sum(1, (k, 1, N)), ()),
    (Sum(k - 1, every), ()),
    (at_k(v), ()),
    (at_k(v), [EntrywiseNonnegative(w)]),
    (at_k(Eigenvalues(A, N)), ()),
    (Min(0, a), ()),
    (a - b, [AtMost(a, b)]),
    (b - a - 1, [AtMost(a, b)]),
    (SpectralTrace(Lambda(x, x**2), gram), ()),
    (at_k(v), [PositiveSemidefinite(B), Eigenpairs(A, B, Z, v, N)]),
    (at_k(DiagonalOf(A)), [PositiveSemidefinite(B)]),
    (at_k(w), [PositiveSemidefinite(B), Eigenpairs(B, Identity(N), Z, v, N)]),
    (at_k(v), [PositiveSemidefinite(B), Eigenpairs(MatMul(-1, B), Identity(N), Z, v, N)]),
]


@pytest.mark.parametrize(("expr", "hypotheses"), NONNEGATIVE, ids=str)
def test_what_is_known_to_be_nonnegative(expr, hypotheses):
    assert is_nonnegative(expr, hypotheses)


@pytest.mark.parametrize(("expr", "hypotheses"), UNKNOWN, ids=str)
def test_what_is_not(expr, hypotheses):
    assert not is_nonnegative(expr, hypotheses)


def test_semidefinite_matrices():
    for matrix in (gram, Centring(N), gram + Centring(N), MatMul(p, gram), Named("C", gram), MatMul(A, Transpose(A))):
        assert is_semidefinite(matrix)
    for matrix in (A, MatMul(a, gram), MatMul(-1, gram), MatMul(A, B), MatMul(A, B, A), MatMul(I, A, I, Transpose(A))):
        assert not is_semidefinite(matrix)
    assert is_semidefinite(MatMul(A, B, Transpose(A)), [PositiveSemidefinite(B)])
    assert not is_semidefinite(MatMul(A, B, Transpose(A)), [PositiveSemidefinite(A)])


REAL = [
    a,
    p - 7,
    N / K,
    sqrt(p),
    log(p),
    exp(a),
    Trace(A),
    at_k(v) * a,
    Sum(at_k(v), every),
    log(1 + SquaredNorm(A)),
    Max(0, a),
]
NOT_REAL = [
    I,
    z,
    sqrt(a),
    log(a),
    1 / a,
    1 / (N - 1),
    phi(a),
    Trace(MatMul(z, A)),
    sqrt(Trace(A)),
    at_k(each(log(x), v)),
    Abs(log(Abs(a))),
    Max(1, sqrt(a)),
    Piecewise((1, a > 0)),
    Sum(p, (k, 0, oo)),
    Sum(p, (k, 0, N - M)),
]


def test_real_scalars():
    assert [e for e in REAL if not is_real(e)] == []
    assert [e for e in NOT_REAL if is_real(e)] == []


def test_real_matrices():
    real = [
        A,
        a * A,
        each(x**2, v),
        each(sqrt(Max(0, x)), v),
        HadamardPower(A, 2),
        DiagMatrix(v),
        Leading(N, N),
        Centring(N),
    ]
    other = [
        I * A,
        z * A,
        each(sqrt(x), v),
        each(1 / x, v),
        HadamardPower(A, -1),
        HadamardPower(A, Rational(1, 2)),
        Inverse(A),
    ]
    other += [HadamardProduct(A, z * A), Named("X", I * A), MatMul(1 / a, A), DiagMatrix(each(log(x), v))]
    assert [m for m in real if not is_real_matrix(m)] == []
    assert [m for m in other if is_real_matrix(m)] == []
    assert is_real_matrix(each(sqrt(x), v), entries)
    assert not is_real_matrix(each(sqrt(x), w), entries)
    assert not is_real_matrix(each(1 / x, v), entries)


def test_positive_entries():
    for vector in (each(1 + x**2, v), each(1 / Max(1, x), v), each(exp(x), A)):
        assert has_positive_entries(vector)
    assert has_positive_entries(each(1 / x, v), [Positive(v)])
    assert has_positive_entries(v, [Positive(v)])
    for vector in (v, each(x, v), each(x**2, v), each(Max(0, x), v), each(1 / x**2, v), each(exp(z * x), v)):
        assert not has_positive_entries(vector, entries)


def test_sizes():
    assert all(map(is_size, (N, N - 1, Min(K, N - 1), 0 * N, K * N)))
    assert not any(map(is_size, (N - 2, N - M, a, N / 2, p)))


def test_identity_matrices_are_counted():
    assert is_nonnegative(SquaredNorm(Identity(N)))
    assert not is_nonnegative(SquaredNorm(Identity(N - M)))
    assert not is_nonnegative(Trace(MatMul(OneMatrix(N, N - M), OneMatrix(N - M, N))))
