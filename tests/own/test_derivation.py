"""What `derive` makes of a loss: results, what is told in a terminal and in a notebook, and the sentences of refusals."""

import pytest
from sympy import DiagonalOf, I, Identity, MatAdd, MatMul, Matrix, MatrixSymbol, Max, Sum, Symbol, Trace, sqrt, symbols

import derivations
from derivations import Loss, derive
from derivations.language.atoms import SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.errors import NotSpectral, UnsupportedExpression
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import Orthonormal, Positive, Symmetric
from derivations.own.derivation import Derivation
from derivations.own.told import TERMINAL, refused
from derivations.proof.store import document_of
from derivations.proof.verify import verify
from tests.own import losses
from tests.own.losses import G, H, K, L, N, Z, alpha, each, gamma, i, k, loss, symmetric, x

whitening = derive(losses.whitening)


def said(stated):
    """Why there is no gradient, and no closed form."""
    found = derive(stated)
    return [refused(e, TERMINAL) if isinstance(e, Exception) else None for e in (found.gradient, found.optimum)]


def test_a_loss_is_derived_from_python():
    assert isinstance(whitening, derivations.Derivation)
    assert isinstance(whitening, Derivation)
    assert [r.id for r in whitening.results] == ["whitening-gradient", "whitening-invariances", "whitening-optimum"]


@pytest.mark.parametrize("result", whitening.results, ids=lambda r: r.id)
def test_its_results_are_stored_and_verified_as_any_other(result):
    report = verify(result.id, document_of(result), 2)
    assert report.status == "proved"
    assert report.instances >= 2


def test_the_gradient_is_told_in_short():
    C = next(iter(losses.whitening.value.atoms(type(losses.C))))
    short = MatAdd(MatMul(alpha, H, Z, C - Identity(K)), MatMul(gamma, L, Z))
    assert derivations.equal(whitening.stationary, short)
    text = str(whitening)
    assert "grad    grad f(Z) = (4/N) (alpha H Z (C - I) + gamma L Z)" in text
    assert "It is stationary exactly where alpha H Z (C - I) + gamma L Z = 0." in text


def test_it_is_told_in_a_terminal():
    text = str(whitening)
    assert text.startswith("whitening: The loss whitening\n\nwhitening-gradient: The gradient in Z.\n")
    assert "then    f(Z Q) = f(Z)" in text
    assert "s_k = (1 - gamma lambda_k/alpha)_+" in text
    assert "Z* = sqrt(N) P diag(s_k^(1/2)) R'" in text
    told = (
        "The loss changes where Z is multiplied by a positive number, Z to t Z: from 0.5625 to 0 for K = 1,"
        "\n  N = 2, alpha = 1, gamma = 1, t = 2, G = (0 0; 0 0) and Z = (1; 0), and for no smaller integers."
    )
    assert told in text
    assert max(map(len, text.splitlines())) <= 100


def test_it_is_rendered_in_a_notebook():
    source = whitening._repr_markdown_()
    assert source.count("$$") % 2 == 0
    assert source.replace("$$", "").count("$") % 2 == 0
    assert r"\nabla f(Z) = \frac{4}{N} (\alpha H Z (C - I) + \gamma L Z)" in source
    assert r"f(Z Q) = f(Z)" in source
    assert r"Z^{*} = \sqrt{N} P \operatorname{diag}(s_{k}^{1/2}) R^{\top}" in source
    assert r"$G = \left(\begin{smallmatrix} 0 & 0 \\ 0 & 0 \end{smallmatrix}\right)$" in source
    for macro in (r"\begin{theorem}", r"\begin{enumerate}", r"\lemmaref", r"\betweenfactors", r"\[", r"\cite"):
        assert macro not in source


def test_both_tell_the_rank():
    assert "The rank of the optimum is how many k have 1 - gamma lambda_k/alpha > 0." in str(whitening)
    told = r"The rank of the optimum is how many $k$ have $1 - \frac{\gamma \lambda_{k}}{\alpha}$ > 0."
    assert told in whitening._repr_markdown_()
    top = loss("top", SquaredNorm(Z.T * Z - 2 * Identity(K)) - Trace(Z.T * G * Z), symmetric)
    assert "s_k = (2 + g_k/2)_+" in str(derive(top))
    assert "The rank of the optimum is how many k have 2 + g_k/2 > 0." in str(derive(top))


def test_what_is_no_loss_is_refused():
    with pytest.raises(TypeError, match=r"a Loss is needed, found tr|a Loss is needed, found Trace"):
        derive(Trace(G))


# refusals, a sentence each


def test_where_a_loss_is_smooth_is_a_hypothesis_of_its_gradient():
    (theorem, *_) = derive(losses.cosine).gradient.theorems
    assert [type(h) for h in theorem.hypotheses] == [Symmetric, Positive]
    (theorem, *_) = derive(losses.hinge).gradient.theorems
    assert [h.text(TERMINAL.expression) for h in theorem.hypotheses] == ["|1 1' - Z| > 0 entrywise"]


@pytest.mark.parametrize(
    ("stated", "gradient", "optimum"),
    [
        (losses.exponential, None, "tr(1 1' exp(Z)) is a function of single entries of Z, which a rotation mixes"),
        (
            losses.kinked,
            "the gradient cannot treat (|Z|^2 - 1)_+: it is not known to be smooth",
            "the loss is no polynomial",
        ),
        (losses.weighted, None, "gamma |Diag(C - I)|^2 is changed by rotations Z -> Z Q: it sees single columns"),
        (
            losses.ordered,
            "the matrix form cannot treat k: no function of a single entry",
            "the loss is no polynomial in Z",
        ),
        (losses.corner, None, "the loss is no polynomial in Z and functions of its spectrum"),
        (losses.cosine, None, "(|z_k|)_k is no part of a function of a covariance that is read"),
        (
            loss("unbounded", Trace(Z.T * G * Z) - alpha * SquaredNorm(Z.T * Z), symmetric),
            None,
            "the loss may fall without bound: along Z = x v r', for an eigenvector v of the eigenvalue a and r'r = 1, it is"
            " s (a - alpha s) at s = x^2, up to a constant",
        ),
        (
            loss("quadratic", SquaredNorm(Z)),
            None,
            "the loss is quadratic in Z: its least value is at Z = 0, or there is none",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_is_not_derived_is_said_in_a_sentence(stated, gradient, optimum):
    found = said(stated)
    assert found[0] == gradient
    assert found[1].startswith(optimum)
    assert "Symbol(" not in str(derive(stated))
    assert all(isinstance(e, (NotSpectral, UnsupportedExpression)) for e in (derive(stated).optimum,))


def test_two_formulas_that_are_not_proved_equal_are_said_to_be():
    stated = Loss("two", "Two formulas", Z, SquaredNorm(Z), matrix_form=2 * SquaredNorm(Z))
    reason, _ = said(stated)
    assert reason == "it is not proved that the value of the loss is its matrix form; one of them is enough"


def test_a_decimal_number_is_the_fraction_that_it_is_written_as():
    stated = loss("decimal", 0.1 * SquaredNorm(Z) + 1e-6 * Trace(Z.T * G * Z))
    assert stated.value == SquaredNorm(Z) / 10 + Trace(Z.T * G * Z) / 10**6
    assert verify("decimal", document_of(derive(stated).gradient), 1).passed


def test_functions_of_sums_over_indices_are_functions_of_matrices():
    quotient = loss("quotient", (Z.T * G * Z)[0, 0] / (Z.T * Z)[0, 0])
    assert said(quotient)[0] is None
    hinge = loss("hinge", Sum(Max(0, 1 - Sum(Z[i, k] ** 2, (i, 0, N - 1))), (k, 0, K - 1)))
    assert not hinge.value.has(Sum)
    assert {r.id: verify(r.id, document_of(r), 1).passed for r in derive(hinge).results} == {
        "hinge-gradient": True,
        "hinge-invariances": True,
    }
    polynomial = Sum(Z[i, k] ** 2, (i, 0, N - 1), (k, 0, K - 1))
    assert loss("polynomial", polynomial).value == polynomial


def test_numbers_in_matrices_and_in_dimensions():
    Y = MatrixSymbol("Z", 2, 2)
    stated = Loss("numbers", "", Y, Trace(Y.T * Matrix([[0, 1], [1, 0]]) * Y) + SquaredNorm(Y.T * Y))
    assert all(verify(r.id, document_of(r), 1).passed for r in derive(stated).results)
    assert "min over Z in R^(2 x 2) of f(Z) = 3/2" in str(
        derive(Loss("b", "", Y, SquaredNorm(Y.T * Y - Identity(2)) + SquaredNorm(Y)))
    )


def test_where_a_function_of_entries_is_smooth_can_be_stored():
    root = each(Max(0, 1 - sqrt(alpha + x)), DiagonalOf(Z.T * Z))
    stated = derive(loss("root", root))
    assert not isinstance(stated.gradient, Exception)
    assert all(verify(r.id, document_of(r), 1).passed for r in stated.results)


def test_what_all_terms_have_in_common_is_taken_out_of_inverses_too():
    stated = derive(loss("inverse", 2 * Trace(Z.T * G * Z) - LogDet(Identity(K) + Z.T * Z), symmetric))
    assert "It is stationary exactly where 2 G Z - Z (I + Z' Z)^(-1) = 0." in str(stated).replace(
        "Z' Z + I", "I + Z' Z"
    )


def test_what_is_not_written_is_not_defined():
    text = str(derive(loss("rows", each(sqrt(1 + x**2), RowNorms(MatMul(H, Z))))))
    for image in ("Z Q", "Z + 1 c'", "S Z"):
        assert f"f({image}) = f(Z)" in text
        assert f"H {image}" not in text
        assert f"H ({image})" not in text


def test_scalars_stand_in_front_of_traces_once():
    text = str(derive(loss("minus", SquaredNorm(G - Z * Z.T) - LogDet(Identity(K) + alpha * Z.T * Z), symmetric)))
    assert "(-" not in text.partition("minus-optimum")[2].replace("(-log", "").replace("(-1)", "")


def test_ids_are_in_kebab_case():
    stated = Loss("invariances_of_Mine", "", Z, losses.whitening.value, facts=losses.whitening.facts)
    what = ("gradient", "invariances", "optimum")
    assert [r.id for r in derive(stated).results] == [f"invariances-of-mine-{w}" for w in what]


y = Symbol("alpha", real=True)
A = MatrixSymbol("alpha", N, N)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"unknown": alpha}, TypeError, "bad: the unknown must be a MatrixSymbol, found alpha (Symbol)"),
        ({"unknown": Z.T}, TypeError, "bad: the unknown must be a MatrixSymbol, found Z.T (Transpose)"),
        ({"value": Z.T * Z}, TypeError, "bad: the value must be a number, and Z.T*Z is a matrix of K x K"),
        ({"value": 3}, TypeError, "bad: the value must be a SymPy expression, found 3 (int)"),
        ({"value": Trace(G)}, ValueError, "bad: the value Trace(G) does not depend on the unknown Z"),
        ({"value": Trace(Z * G)}, ValueError, "bad: the dimensions K and N do not fit together in Z*G"),
        ({"value": Trace(Z * Z)}, ValueError, "bad: the dimensions N and K do not fit together in Trace(Z**2)"),
        (
            {"value": alpha * SquaredNorm(Z) + y},
            ValueError,
            "bad: two symbols are called alpha: a number (positive=True) and a number (real=True)",
        ),
        (
            {"value": alpha * Trace(Z.T * A * Z)},
            ValueError,
            "bad: two symbols are called alpha: a number (positive=True) and a matrix of N x N",
        ),
        (
            {"value": Symbol("c") * SquaredNorm(Z)},
            ValueError,
            "bad: the number c must be declared: Symbol('c', positive=True), or real=True",
        ),
        (
            {"unknown": MatrixSymbol("W", *symbols("D K")), "value": SquaredNorm(MatrixSymbol("W", *symbols("D K")))},
            ValueError,
            "bad: the dimension D must be declared: Symbol('D', integer=True, positive=True)",
        ),
        (
            {"facts": (Orthonormal(Z),)},
            ValueError,
            "bad: the unknown Z is any matrix, so that Z.T*Z = I cannot be declared; write the loss of a matrix that has the"
            " property, such as UnitRows(Z)",
        ),
        (
            {"facts": Symmetric(G)},
            TypeError,
            "bad: facts must be a tuple, such as (a,) or (a, b); found Symmetric(matrix=G)",
        ),
        ({"cites": "me"}, TypeError, "bad: cites must be a tuple, such as (a,) or (a, b); found 'me'"),
        (
            {"value": I * SquaredNorm(Z)},
            ValueError,
            "bad: the value I*SquaredNorm(Z) has the number I, which is not real",
        ),
        (
            {"value": Symbol("I", positive=True) * SquaredNorm(Z)},
            ValueError,
            "bad: a number (positive=True) is called I, as the identity is; it needs another name",
        ),
        (
            {"value": Trace(Z.T * H * MatrixSymbol("H", N, N) * Z)},
            ValueError,
            "bad: a matrix of N x N is called H, as an abbreviation in the value is; it needs another name",
        ),
        (
            {"value": Sum(Z[i, k] ** 2, (i, 1, N), (k, 1, K))},
            ValueError,
            "bad: i runs up to N in Z[i, k], and the last one is N - 1: entries are counted from 0",
        ),
        ({"facts": (G,)}, TypeError, "bad: facts are propositions such as Symmetric(G), found G (MatrixSymbol)"),
        (
            {"hyper": [alpha]},
            TypeError,
            "bad: hyper must say of each hyper-parameter, a Symbol, what it means; found [alpha]",
        ),
        ({"name": 3}, TypeError, "the name of a loss must be a text, found 3"),
    ],
)
def test_what_a_loss_is_not_is_said_in_a_sentence(arguments, error, sentence):
    with pytest.raises(error) as refusal:
        Loss(**({"name": "bad", "title": "Bad", "unknown": Z, "value": SquaredNorm(Z)} | arguments))
    assert str(refusal.value) == sentence


def test_what_says_where_a_loss_is_smooth_may_be_declared():
    norms = UnitRows(Z).norms
    assert Loss("fine", "Fine", Z, Trace(G * UnitRows(Z) * Z.T), facts=(Positive(norms),)).facts == (Positive(norms),)
    assert x not in losses.hinge.value.free_symbols
