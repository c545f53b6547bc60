"""Gradients within the symmetric matrices and along the orthonormal ones, and products with the Hessian."""

import random

import numpy as np
import pytest
from sympy import Determinant, HadamardProduct, MatMul, MatrixSymbol, Rational, Trace, ZeroMatrix, exp, log, sqrt, tanh

from derivations import evaluate, gradient, hessian_product, symmetric_gradient, tangent_gradient
from derivations.language.arithmetic import CONTEXT, MULTI_PRECISION
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import Orthonormal, Symmetric
from tests.calculus.cookbook.arrays import eye, inv
from tests.calculus.cookbook.case import draw
from tests.calculus.cookbook.notation import I_K, A, B, D, I, K, N, S, W, X, Z, a, each, gram, squared_norm, total, x, y
from tests.calculus.taylor import order_along

Q, U, V = (MatrixSymbol(name, N, K) for name in "QUV")
SHAPES = [(1, 1), (3, 1), (3, 3), (4, 2)]
CLOSE = CONTEXT.mpf(10) ** -35
HALF = Rational(1, 2)


def value(expr, values):
    found = evaluate(expr, values, MULTI_PRECISION)
    return found if np.shape(found) != (1, 1) or expr.is_Matrix else found.item()


def drawn(rng, shape, *expressions):
    """Values of all symbols of the expressions, for (N, K) = shape."""
    sizes = dict(zip((N, K), shape, strict=True))
    symbols = sorted({m for e in expressions for m in e.atoms(MatrixSymbol)}, key=str)
    return {m.name: draw(rng, m, sizes) for m in symbols} | {d.name: size for d, size in sizes.items()}


def assert_close(found, expected):
    assert np.shape(found) == np.shape(expected)
    assert np.all(abs(found - expected) <= CLOSE * (1 + np.max(abs(expected), initial=0)))


# within the symmetric matrices

OF_SYMMETRIC = [
    Trace(A * S),
    Determinant(S),
    log(Determinant(S)),
    Trace(S * A * S * B),
    Trace(A * S.I),
    (a.T * S * x)[0, 0] ** 2,
    squared_norm(each(tanh(y), S) - A),
    exp(-Trace(S)) * Trace(S**3),
    S[0, 0] * Trace(A * S),
    Trace(A * B),
]


@pytest.mark.parametrize("function", OF_SYMMETRIC, ids=str)
@pytest.mark.parametrize("n", [1, 2, 4])
def test_within_symmetric_matrices(function, n):
    rng = random.Random()
    values, found = drawn(rng, (n, 1), function, S), symmetric_gradient(function, S)
    direction = draw(rng, A, {N: n})
    direction = direction + direction.T
    array = value(found, values)
    assert found.shape == S.shape
    assert_close(array, array.T)

    def along(h):
        return value(function, values | {"S": values["S"] + h * direction})

    assert order_along(along, (array * direction).sum()) > 1.9


@pytest.mark.parametrize("function", OF_SYMMETRIC, ids=str)
@pytest.mark.parametrize("n", [1, 3])
def test_in_independent_entries(function, n):
    """Entry (i, j) is the derivative in the one number that stands at (i, j) and at (j, i)."""
    values = drawn(random.Random(), (n, 1), function, S)
    array = value(symmetric_gradient(function, S, independent_entries=True), values)
    for i, j in np.ndindex(n, n):
        together = np.zeros((n, n), dtype=int)
        together[i, j] = together[j, i] = 1

        def along(h, together=together):
            return value(function, values | {"S": values["S"] + h * together})

        assert order_along(along, array[i, j]) > 1.9


INDEPENDENT = [  # the Matrix Cookbook, equations 139 to 141
    (Trace(A * S), A + A.T - HadamardProduct(A, I)),
    (Determinant(S), Determinant(S) * (2 * S.I - HadamardProduct(S.I, I))),
    (log(Determinant(S)), 2 * S.I - HadamardProduct(S.I, I)),
]


@pytest.mark.parametrize(("function", "expected"), INDEPENDENT, ids=str)
def test_in_independent_entries_as_the_cookbook_has_it(function, expected):
    values = drawn(random.Random(), (3, 1), function, S)
    found = symmetric_gradient(function, S, independent_entries=True)
    assert_close(value(found, values), value(expected, values))


SYMMETRIC_FORMS = [
    (Trace(A * S), HALF * (A + A.T)),
    (log(Determinant(S)), S.I),
    (Trace(S**2), 2 * S),
    (Trace(A * B), ZeroMatrix(N, N)),
]


@pytest.mark.parametrize(("function", "expected"), SYMMETRIC_FORMS, ids=str)
def test_within_symmetric_matrices_as_a_person_writes_it(function, expected):
    values, found = drawn(random.Random(), (3, 1), function, S), symmetric_gradient(function, S)
    assert_close(value(found, values), value(expected, values))
    assert len(str(found)) <= 1.2 * len(str(expected)), found


# on Q'Q = I

OF_ORTHONORMAL = [
    Trace(Q.T * A * Q),
    Trace(Q.T * A * Q * D),
    Trace(W.T * Q),
    squared_norm(A - Q * Q.T),
    log(Determinant(I_K + Q.T * S * Q)),
    total(each(y**4, Q)),
    squared_norm(Q.T * Q - I_K),
    Trace(A * B),
]


def on_manifold(rng, shape, *expressions):
    """(values, a curve of orthonormal columns through Q, its velocity M Q at h = 0, with M skew)."""
    values = drawn(rng, shape, *expressions, Q)
    rows, columns = shape
    general, other = (draw(rng, A, {N: rows}) for _ in range(2))
    skew, start = general - general.T, other - other.T

    def cayley(matrix):
        return inv(2 * eye(rows) - matrix) @ (2 * eye(rows) + matrix)

    values["Q"] = cayley(start)[:, :columns]
    return values, lambda h: cayley(h * skew) @ values["Q"], skew @ values["Q"]


@pytest.mark.parametrize("facts", [(), (Orthonormal(Q),)], ids=["no facts", "orthonormal"])
@pytest.mark.parametrize("function", OF_ORTHONORMAL, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_along_orthonormal_columns(function, shape, facts):
    values, curve, velocity = on_manifold(random.Random(), shape, function)
    q = values["Q"]
    metrics = {"euclidean": eye(shape[0]), "canonical": eye(shape[0]) - q @ q.T / 2}

    def along(h):
        return value(function, values | {"Q": curve(h)})

    for metric, weight in metrics.items():
        found = tangent_gradient(function, Q, facts, metric=metric)
        array = value(found, values)
        assert found.shape == Q.shape
        assert_close(q.T @ array + array.T @ q, 0 * (q.T @ q))
        assert order_along(along, (weight @ array * velocity).sum()) > 1.9


def test_the_euclidean_metric_is_the_default():
    function = Trace(Q.T * A * Q * D)
    assert tangent_gradient(function, Q) == tangent_gradient(function, Q, metric="euclidean")
    assert tangent_gradient(function, Q) != tangent_gradient(function, Q, metric="canonical")


def test_a_metric_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="riemannian"):
        tangent_gradient(Trace(Q.T * A * Q), Q, metric="riemannian")


def test_the_gradient_of_a_rayleigh_quotient_is_the_residual_of_the_eigenvectors():
    function, facts = Trace(Q.T * S * Q), (Symmetric(S), Orthonormal(Q))
    values, _, _ = on_manifold(random.Random(), (4, 2), function)
    residual = 2 * S * Q - 2 * Q * Q.T * S * Q
    for metric in ("euclidean", "canonical"):
        found = tangent_gradient(function, Q, facts, metric=metric)
        assert_close(value(found, values), value(residual, values))
        assert len(str(found)) <= 1.3 * len(str(residual)), found


# the Hessian

OF_MATRICES = [
    (squared_norm(gram - I_K), Z, ()),
    (Trace(Z.T * S * Z * D), Z, (Symmetric(S),)),
    (log(Determinant(I_K + gram)), Z, ()),
    (sqrt(1 + squared_norm(Z - W)), Z, ()),
    (Trace(W.T * each(tanh(y), Z * D)), Z, ()),
    (Trace(Z.T * A * Z) / (1 + Trace(gram)), Z, ()),
    (Trace(A * X.I), X, ()),
    (Trace(X) ** 2 / Determinant(X), X, ()),
    (Trace(X**4), X, ()),
    (Trace(W.T * Z), Z, ()),
    (Trace(A * B), Z, ()),
    # facts about the unknown hold at the point, not along every direction
    (Trace(A * S**3), S, (Symmetric(S),)),
    (Trace(S.T * A * S * S), S, (Symmetric(S),)),
    (squared_norm(Q.T * Q), Q, (Orthonormal(Q),)),
]


@pytest.mark.parametrize(("function", "unknown", "facts"), OF_MATRICES, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_product_with_the_hessian(function, unknown, facts, shape):
    rng = random.Random()
    v, u = (MatrixSymbol(name, *unknown.shape) for name in "VU")
    values, found = drawn(rng, shape, function, unknown, u, v), hessian_product(function, unknown, v, facts)
    assert found.shape == unknown.shape
    array, other = value(found, values), value(hessian_product(function, unknown, u, facts), values)
    first = gradient(function, unknown)

    def along(h):
        moved = values[unknown.name] + h * values["V"]
        return (value(first, values | {unknown.name: moved}) * values["U"]).sum()

    assert order_along(along, (array * values["U"]).sum()) > 1.9
    assert_close((array * values["U"]).sum(), (other * values["V"]).sum())


def test_the_product_with_the_point_itself():
    """Of a form of degree d, the Hessian times the point is d - 1 times the gradient (Euler)."""
    function = squared_norm(gram)
    values = drawn(random.Random(), (4, 2), function)
    found = value(hessian_product(function, Z, V), values | {"V": values["Z"]})
    assert_close(found, 3 * value(gradient(function, Z), values))


@pytest.mark.parametrize("direction", [A, Z, A * Z], ids=str)
def test_a_direction_that_is_not_a_constant_of_the_shape_is_refused(direction):
    with pytest.raises(UnsupportedExpression, match="direction of shape"):
        hessian_product(squared_norm(Z), Z, direction)


def test_the_direction_may_be_an_expression():
    function = squared_norm(gram - I_K)
    values = drawn(random.Random(), (4, 2), function, A, W, V)
    direction = value(A * W, values)
    named = value(hessian_product(function, Z, V), values | {"V": direction})
    assert_close(value(hessian_product(function, Z, A * W), values), named)


def test_facts_shorten_the_product():
    function = Trace(Z.T * S * Z)
    assert hessian_product(function, Z, V, (Symmetric(S),)) == 2 * S * V


@pytest.mark.parametrize("call", [symmetric_gradient, tangent_gradient])
def test_what_is_no_scalar_or_no_symbol_is_refused(call):
    with pytest.raises(UnsupportedExpression, match="matrix"):
        call(MatMul(A, B), A)
    with pytest.raises(UnsupportedExpression, match="matrix symbol"):
        call(Trace(A * B), A * B)


def test_symmetric_matrices_are_square():
    with pytest.raises((ValueError, UnsupportedExpression), match="square"):
        symmetric_gradient(squared_norm(Z), Z)
