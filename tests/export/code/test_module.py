"""The writer of NumPy code: expressions come out as code of the same value, or raise naming the node."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sympy import (
    DiagonalMatrix,
    Function,
    HadamardProduct,
    Identity,
    Integral,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    Symbol,
    Trace,
    Transpose,
    cos,
    exp,
    log,
    sqrt,
    symbols,
)

from derivations.export.code.accumulated import accumulated
from derivations.export.code.cases import cases
from derivations.export.code.eigenpairs import route
from derivations.export.code.imports import imports_of
from derivations.export.code.loss import degree
from derivations.export.code.matrix import MatrixCode
from derivations.export.code.module import numpy_module
from derivations.export.code.scalar import ScalarCode
from derivations.language.atoms import Centring, Laplacian, Named, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.propositions import EntrywiseNonnegative, Symmetric
from derivations.losses.contrastive import infonce, squared_similarity
from derivations.losses.vicreg.squared import implementation
from derivations.proof import rules
from derivations.proof.result import Implementation
from numeric.generated import squared_similarity as committed

N, K = symbols("N K", integer=True, positive=True)
x, y = symbols("x y", positive=True)
Z, G = MatrixSymbol("Z", N, K), MatrixSymbol("G", N, N)
H, L = Centring(N), Laplacian(G)
C = Named("C", MatMul(1 / N, Transpose(Z), H, Z))
gram, agreement = MatMul(Transpose(Z), Z), Trace(MatMul(Transpose(Z), G, Z))
similarity = Implementation(
    squared_similarity.squared_similarity,
    squared_similarity.gradient,
    squared_similarity.optimum,
    squared_similarity.linear_optimum,
)


@pytest.mark.parametrize(
    "expr",
    [
        x - y,
        -x - y,
        x - (y - x * (y + 1)),
        (x + y) * (x - 2 * y) / (3 * x * y),
        x / (y / (x + y)),
        -x * y / 7,
        2 ** (x - y),
        (x - y) ** 3,
        sqrt(x + y) / x,
        1 / sqrt(x),
        Max(0, x - y) * 3 - Max(0, y - x) ** 2,
        exp(-x) * log(1 + y),
        x**-2,
        cos(x) - Min(x, y) + Max(x, y, 1),
    ],
    ids=str,
)
def test_scalar_code_has_the_value_of_the_expression(expr):
    code = ScalarCode({x: "x", y: "y"})(expr)
    for a, b in ((0.3, 1.7), (2.0, 0.25)):
        value = eval(code, {"np": np, "x": a, "y": b})  # noqa: S307
        assert value == pytest.approx(float(expr.subs({x: a, y: b})), rel=1e-14)


@pytest.mark.parametrize("expr", [Function("h")(x), Integral(x, (x, 0, y)), Symbol("unknown")], ids=str)
def test_scalar_code_raises_naming_what_it_cannot_write(expr):
    with pytest.raises(UnsupportedExpression, match=type(expr).__name__):
        ScalarCode({x: "x", y: "y"})(expr)


@pytest.mark.parametrize(
    "expr",
    [
        SquaredNorm(C),
        x * SquaredNorm(DiagonalMatrix(C - 2 * Identity(K))) + y * SquaredNorm(C - DiagonalMatrix(C)),
        2 * y * Trace(MatMul(1 / N, Transpose(Z), L, Z)),
        Trace(MatMul(Transpose(Z), H, Z)) / 3,
        SquaredNorm(MatMul(H, Z, C)),
        x * SquaredNorm(G) - 2 * y * agreement - SquaredNorm(gram) / x,
        SquaredNorm(MatMul(-4, Z, gram) - x * MatMul(G, Z)),
        -x * SquaredNorm(MatMul(G, Z) - 2 * Z),
    ],
    ids=str,
)
def test_matrix_code_has_the_value_of_the_expression(expr):
    rng = np.random.default_rng(0)
    arrays = {"Z": rng.normal(size=(5, 3)), "G": rng.random((5, 5))}
    arrays["G"] = arrays["G"] + arrays["G"].T
    writer = MatrixCode({x: "x", y: "y", N: "n"}, {Z: "Z"}, {C: "covariance"}, [Symmetric(G)], {G: "G"})
    total = " + ".join(writer.scalar(expr))
    scope = run([line for line, _ in writer.lines], total, n=5, x=0.7, y=1.3, **arrays)
    expected = evaluate(expr, {**arrays, "x": 0.7, "y": 1.3})
    assert eval(total, scope) == pytest.approx(expected, rel=1e-12)  # noqa: S307


def run(statements, value, **scope):
    """The names that some statements, and an expression after them, speak of and define."""
    exec(imports_of("\n".join([*statements, value])), scope)  # noqa: S102
    for line in statements:
        exec(line, scope)  # noqa: S102
    return scope


@pytest.mark.parametrize(
    ("expr", "statements", "value"),
    [
        (-4 * MatMul(G, Z) + 4 * MatMul(Z, gram), ["image *= -4"], "plus_product(image, Z, 4 * gram)"),
        (
            x * (MatMul(L, Z) + MatMul(H, Z, C)) / 2,
            ["energy *= x / 2"],
            "centred.times(x / 2 * covariance, plus=energy)",
        ),
        (MatMul(G - x * Z * Z.T, Z), [], "plus_product(image, Z, -x * gram)"),
        (
            MatMul(L, Z) + MatMul(H, Z, C + y * Identity(K)),
            [],
            "centred.times(plus_diagonal(1 * covariance, y), plus=energy)",
        ),
        (MatMul(L, Z) - MatMul(H, Z, DiagonalMatrix(C)), ["energy -= centred.formed * diagonal"], "energy"),
        (MatMul(G, Z) - x * Z, ["image -= x * Z"], "image"),
        (MatMul(G, Z) + MatMul(L, Z) / x, ["image += energy / x"], "image"),
        (Z - x * MatMul(Z, gram), [], "Z - x * (Z @ gram)"),
        (x * MatMul(G, Z) + MatMul(Z, Transpose(Z), G, Z), [], "Z @ (Z.T @ image) + x * image"),
    ],
    ids=str,
)
def test_a_sum_takes_the_place_of_an_array_of_its_own(expr, statements, value):
    rng = np.random.default_rng(0)
    arrays = {"Z": rng.normal(size=(5, 3)), "G": rng.random((5, 5))}
    arrays["G"] = arrays["G"] + arrays["G"].T
    kept = {name: array.copy() for name, array in arrays.items()}
    scalars = {N: "n", K: "Z.shape[1]", x: "x", y: "y"}
    writer = MatrixCode(scalars, {Z: "Z"}, {C: "covariance"}, [Symmetric(G)], {G: "G"})
    found, source = accumulated(writer, expr)
    assert (found, source) == (statements, value)
    scope = run([*(line for line, _ in writer.lines), *found], source, n=5, x=0.7, y=1.3, **arrays)
    expected = evaluate(expr, {**arrays, "x": 0.7, "y": 1.3})
    np.testing.assert_allclose(eval(source, scope), expected, rtol=1e-12, atol=1e-12)  # noqa: S307
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, kept[name])


def test_matrix_code_shares_intermediates_and_forms_no_sample_by_sample_matrix():
    source = numpy_module(implementation)
    assert source.count("centred_representation(Z, G.shape[0])") == 1
    assert source.count("laplacian_product(G, centred)") == 1
    assert "Z @ Z.T" not in source
    assert "np.eye" not in source


def test_the_module_of_a_relation_of_any_sign_is_the_committed_one():
    source = numpy_module(similarity)
    assert source == Path(committed.__file__).read_text(encoding="utf-8")
    assert source.count("relation_product(G, Z)") == source.count("Z.T @ Z") == 1
    assert "Z @ Z.T" not in source
    assert "_parameters" not in source
    assert "bottom" not in source


def test_products_are_named_as_the_implementation_says():
    named = replace(similarity, names={MatMul(G, Z): "related", gram: "moments"})
    source = numpy_module(named)
    assert "related = relation_product(G, Z)  # (N, K), G Z" in source
    assert "moments = Z.T @ Z  # (K, K), Z' Z" in source
    assert "plus_product(related, Z, 4 * moments)" in source


def test_eigenpairs_that_nothing_computes_are_refused():
    """The top of a relation that must be nonnegative, and the bottom of one of any sign: no function validates for it."""
    pencil = cases(similarity.representation)[0].pencil
    signed = similarity.loss
    nonnegative = replace(signed, facts=(*signed.facts, EntrywiseNonnegative(squared_similarity.G)))
    with pytest.raises(UnsupportedExpression, match="no function computes these eigenpairs"):
        route(nonnegative, pencil)
    with pytest.raises(UnsupportedExpression, match="no function computes these eigenpairs"):
        route(signed, replace(pencil, matrix=squared_similarity.G, values=pencil.spectrum[1]))
    with pytest.raises(UnsupportedExpression, match="no function computes these eigenpairs"):
        route(signed, replace(pencil, metric=Centring(squared_similarity.N)))


@pytest.mark.parametrize(
    ("expr", "in_z", "in_g"),
    [
        (SquaredNorm(gram), 4, 0),
        (agreement, 2, 1),
        (SquaredNorm(G) - 2 * agreement + SquaredNorm(gram), 4, 2),
        (x * SquaredNorm(Z - MatMul(G, Z)), 2, 2),
    ],
    ids=str,
)
def test_degree(expr, in_z, in_g):
    assert (degree(expr, Z), degree(expr, G)) == (in_z, in_g)


def test_matrix_code_raises_naming_what_it_cannot_write():
    writer = MatrixCode({}, {Z: "Z"}, {}, [])
    with pytest.raises(UnsupportedExpression, match="HadamardProduct"):
        writer.scalar(SquaredNorm(HadamardProduct(Z, Z)))


def test_a_loss_whose_gradient_is_not_proved_is_refused():
    other = replace(implementation, loss=replace(implementation.loss, matrix_form=SquaredNorm(Z)))
    with pytest.raises(UnsupportedExpression, match="not among the theorems"):
        numpy_module(other)


def test_scores_that_the_loss_sees_the_level_of_are_refused():
    """The code shifts the scores of a row, which no theorem allows for this loss."""
    form = infonce.of_scores.matrix_form - Trace(MatMul(Transpose(infonce.labels), infonce.logits))
    slope = rules.adjoint(form, infonce.logits, infonce.of_scores.facts)
    given = Implementation(replace(infonce.of_scores, matrix_form=form), replace(infonce.gradient, prove=lambda: slope))
    with pytest.raises(UnsupportedExpression, match="a number that is added to all scores"):
        numpy_module(given)


@pytest.mark.parametrize("given", [implementation, similarity], ids=lambda i: i.loss.name)
def test_the_source_does_not_depend_on_the_run(given):
    assert numpy_module(given) == numpy_module(given)
