"""LaTeX: single formulas, the arrangement that must not change a value, whole results, and the files."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Function,
    HadamardProduct,
    Identity,
    Integer,
    Integral,
    Inverse,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    OneMatrix,
    Permanent,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    expand,
    log,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.catalogue import results
from derivations.export import files
from derivations.export.bibliography import work
from derivations.export.latex.article import fragment, write_latex
from derivations.export.latex.writer import LatexWriter, prose
from derivations.export.layout import filled, is_tall, latex_width, with_breaks
from derivations.export.names import Names
from derivations.export.notation.arrange import counted_from_one, factored, off_diagonal, signed_terms
from derivations.export.notation.latex import latex
from derivations.language.atoms import (
    Centring,
    Eigenvalues,
    Laplacian,
    Leading,
    LogSumExp,
    Named,
    SpectralTrace,
    SquaredNorm,
    entr,
)
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import ColumnNorms, RowNorms
from derivations.language.propositions import Minimum, Positive
from derivations.proof.result import Result
from tests.hash_seeds import printed

N, K, D = symbols("N K D", integer=True, positive=True)
alpha, beta = symbols("alpha beta", positive=True)
gamma = Symbol("gamma", nonnegative=True)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
m, a, s = symbols("m a s", real=True)
phi = Function("phi")
q = Min(K, N - 1)
Z, R = MatrixSymbol("Z", N, K), MatrixSymbol("R", K, q)
S = MatrixSymbol("S", N, N)
G, values = MatrixSymbol("G", N, N), MatrixSymbol("lambda", q, 1)
H, L = Centring(N), Laplacian(G)
C = Named("C", MatMul(1 / N, Transpose(Z), H, Z))
E = C - Identity(K)
filtered = ElementwiseApplyFunction(Lambda(a, sqrt(Max(0, 1 - gamma * a / alpha))), values)

FORMULAS = [
    (Trace(MatMul(Transpose(Z), L, Z)), r"\operatorname{tr}(Z^{\top} L Z)"),
    (2 * gamma * Trace(MatMul(1 / N, Transpose(Z), L, Z)), r"\frac{2 \gamma}{N} \operatorname{tr}(Z^{\top} L Z)"),
    (alpha * SquaredNorm(E), r"\alpha \left\lVert C - I \right\rVert_F^2"),
    (-Identity(K) + C, "C - I"),
    (SquaredNorm(DiagonalMatrix(E)), r"\left\lVert \operatorname{Diag}(C - I) \right\rVert_F^2"),
    (MatMul(4 * alpha / N, H, Z, E), r"\frac{4 \alpha}{N} H Z (C - I)"),
    (OneMatrix(N, 1), r"\mathbf{1}"),
    (OneMatrix(1, N), r"\mathbf{1}^{\top}"),
    (MatMul(1 / N, OneMatrix(N, N)), r"\frac{1}{N} \mathbf{1} \mathbf{1}^{\top}"),
    (ZeroMatrix(N, K), "0"),
    (Identity(1), "1"),
    (DiagMatrix(values), r"\operatorname{diag}(\lambda)"),
    (Min(K, N - 1), r"\min(K, N - 1)"),
    (Max(0, m), "m_{+}"),
    (Max(0, 1 - gamma * m / alpha) ** 2, r"\mathopen{}\left(1 - \frac{\gamma m}{\alpha}\right)_{+}^{2}"),
    (
        DiagMatrix(filtered),
        r"\operatorname{diag}\mathopen{}\left(\mathopen{}"
        r"\left(1 - \frac{\gamma \lambda_{k}}{\alpha}\right)_{+}^{1/2}\right)",
    ),
    (Sum(values[k, 0], (k, 0, q - 1)), r"\sum_{k = 1}^{\min(K, N - 1)} \lambda_{k}"),
    (
        Sum(G[i, j] * Sum((Z[i, k] - Z[j, k]) ** 2, (k, 0, K - 1)), (i, 0, N - 1), (j, 0, N - 1)),
        r"\sum_{i, j = 1}^{N} G_{ij} \sum_{k = 1}^{K} (Z_{ik} - Z_{jk})^{2}",
    ),
    (
        Sum((1 - KroneckerDelta(j, k)) * E[j, k] ** 2, (j, 0, K - 1), (k, 0, K - 1)),
        r"\sum_{j \ne k} C_{jk}^{2}",
    ),
    (Sum(k * values[k, 0], (k, 0, q - 1)), r"\sum_{k = 1}^{\min(K, N - 1)} (k - 1) \lambda_{k}"),
    (values[0, 0] + values[k + 1, 0], r"\lambda_{1} + \lambda_{k + 1}"),
    (MatrixElement(Eigenvalues(C, q), k, Integer(0)), r"\sigma_{k}(C)"),
    (SpectralTrace(Lambda(s, phi(s)), C), r"\sum_{x \in \sigma(C)} \varphi(x)"),
    (SpectralTrace(Lambda(s, alpha * s**2 - 2 * alpha * s + alpha), C), r"\sum_{x \in \sigma(C)} \alpha (x - 1)^{2}"),
    (Transpose(MatMul(Z, R)), r"(Z R)^{\top}"),
    (MatMul(HadamardProduct(R, R), values), r"(R \circ R) \lambda"),
    (Leading(K, q), r"I_{K \times \min(K, N - 1)}"),
    (alpha - (alpha - beta) * m, r"\alpha - m (\alpha - \beta)"),
    (MatrixSymbol("S_a", N, K).T, r"S_{a}^{\top}"),
    (MatrixSymbol("Z^*", N, K).T, r"Z^{*\top}"),
    (MatrixSymbol("Z_a^*", N, K).T, r"Z^{*\top}_{a}"),
    (-m, "-m"),
    (MatMul(Inverse(G), Z), "G^{-1} Z"),
    (m - (1 - m) * alpha, r"m - \alpha (1 - m)"),
    (LogSumExp(G, S), r"\operatorname{LSE}_{S}(G)"),
    (LogSumExp(G, OneMatrix(N, N)), r"\operatorname{LSE}(G)"),
    (MatrixElement(LogSumExp(G, S), i, Integer(0)), r"\operatorname{LSE}_{S}(G)_{i}"),
    (Trace(MatMul(OneMatrix(1, N), LogSumExp(G, S))), r"\mathbf{1}^{\top} \operatorname{LSE}_{S}(G)"),
    (entr(alpha), r"-\alpha \log(\alpha)"),
    (m - entr(alpha), r"m + \alpha \log(\alpha)"),
    (sqrt(alpha + beta), r"\sqrt{\alpha + \beta}"),
    (Trace(MatMul(Transpose(Identity(N)), G)), r"\operatorname{tr}(G)"),
    (DiagMatrix(RowNorms(Z)), r"\operatorname{diag}(\lVert z_{k} \rVert)"),
    (Sum((1 - KroneckerDelta(i, k)) * E[i, k] ** 2, (k, 0, K - 1)), r"\sum_{k \ne i} C_{ik}^{2}"),
    # brackets: around what is transposed, sized ones, none twice, none around a letter
    (Transpose(MatAdd(Z, -MatrixSymbol("Z^*", N, K))), r"(Z - Z^{*})^{\top}"),
    (Transpose(MatMul(S, MatrixSymbol("Z^*", N, K))), r"(S Z^{*})^{\top}"),
    (Leading(K + N, N), r"I_{(K + N) \times N}"),
    (LogSumExp(S / alpha, OneMatrix(N, N)), r"\operatorname{LSE}\mathopen{}\left(\frac{1}{\alpha} S\right)"),
    (LogDet(MatAdd(Identity(N), S / alpha)), r"\log\det\mathopen{}\left(I + \frac{1}{\alpha} S\right)"),
    (
        MatrixElement(Eigenvalues(S / alpha, q), k, Integer(0)),
        r"\sigma_{k}\mathopen{}\left(\frac{1}{\alpha} S\right)",
    ),
    (SpectralTrace(Lambda(s, phi(s)), S + S.T), r"\sum_{x \in \sigma(S + S^{\top})} \varphi(x)"),
    (SquaredNorm(MatAdd(-Identity(N), -S)), r"\left\lVert I + S \right\rVert_F^2"),
    (Trace(S) ** 2, r"(\operatorname{tr} S)^{2}"),
    # vectors and their entries
    (RowNorms(Z), r"(\lVert z_{k} \rVert)_{k}"),
    (Trace(MatMul(OneMatrix(1, N), RowNorms(Z))), r"\sum_{k = 1}^{N} \lVert z_{k} \rVert"),
    (MatMul(N, Identity(1)), "N"),
    (alpha * MatrixElement(ZeroMatrix(N, 1), i, 0) + phi(MatrixElement(ZeroMatrix(N, 1), i, 0)), r"\varphi(0)"),
    (-MatrixElement(MatMul(-1, values), k, 0), r"\lambda_{k}"),
    (MatrixElement(DiagonalOf(C), k, 0), "C_{kk}"),
    (MatrixElement(ColumnNorms(Z, S), k, 0) ** 2, r"(Z^{\top} S Z)_{kk}"),
    # numbers and signs in front, 1 before what is no letter
    (Mul(2 * gamma, alpha + beta, evaluate=False), r"2 \gamma (\alpha + \beta)"),
    (Sum(-2 * values[k, 0], (k, 0, q - 1)), r"-2 \sum_{k = 1}^{\min(K, N - 1)} \lambda_{k}"),
    (SpectralTrace(Lambda(s, -log(s) / 2), C), r"-\frac{1}{2} \sum_{x \in \sigma(C)} \log(x)"),
    (S[i, j] * entr(G[i, j]), r"-G_{ij} S_{ij} \log(G_{ij})"),
    (alpha * m + 1, r"1 + \alpha m"),
    (m + 1, "m + 1"),
    (Integer(1) / 2 - N / 2, r"\frac{1 - N}{2}"),
    (12 * alpha / (4 * N + 4 * m), r"\frac{3 \alpha}{N + m}"),
    (N * (alpha / N + beta / N), r"\alpha + \beta"),
    # roots and exponents
    (sqrt(N / K), r"\sqrt{\frac{N}{K}}"),
    (sqrt(N) * sqrt(m), r"\sqrt{N m}"),
    (sqrt(N / 2 - Integer(1) / 2), r"\sqrt{\frac{N - 1}{2}}"),
    (sqrt(2) / 2, r"\frac{1}{\sqrt{2}}"),
    (sqrt(1 / values[k, 0]), r"\lambda_{k}^{-1/2}"),
    (exp(m / alpha), r"e^{m/\alpha}"),
    (exp((m + a) / alpha), r"e^{(a + m)/\alpha}"),
    (
        exp(Sum(values[k, 0], (k, 0, q - 1)) / alpha),
        r"\exp\mathopen{}\left(\frac{1}{\alpha} \sum_{k = 1}^{\min(K, N - 1)} \lambda_{k}\right)",
    ),
    # names in code
    (Symbol("off_diagonal") * SquaredNorm(Z), r"\mathrm{off\_diagonal} \, \left\lVert Z \right\rVert_F^2"),
    (alpha * Symbol("variance") * Trace(S), r"\alpha \, \mathrm{variance} \operatorname{tr}(S)"),
    (
        Sum((1 - KroneckerDelta(j, k)) * E[j, k] * values[i, 0], (i, 0, q - 1), (j, 0, K - 1), (k, 0, K - 1)),
        r"\sum_{i = 1}^{\min(K, N - 1)} \sum_{j \ne k} \lambda_{i} C_{jk}",
    ),
]


@pytest.mark.parametrize(("expr", "wanted"), FORMULAS, ids=[w for _, w in FORMULAS])
def test_a_formula_is_written_as_by_hand(expr, wanted):
    assert latex(expr) == wanted


@pytest.mark.parametrize("expr", [Integral(m, m), alpha + Integral(m, m), Permanent(G)], ids=str)
def test_an_unknown_node_is_named(expr):
    with pytest.raises(UnsupportedExpression, match=r"Integral|Permanent"):
        latex(expr)


# the arrangement changes no value

x, y, t = symbols("x y t", real=True)
scalars = st.recursive(
    st.sampled_from([x, y, t, alpha, beta, Integer(1), Integer(2), Integer(-1), Integer(3), 1 / alpha, 1 / beta]),
    lambda inner: (
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]) | st.tuples(inner, inner).map(lambda p: p[0] * p[1])
    ),
    max_leaves=8,
)


@given(scalars)
def test_signed_terms_sum_to_the_expression(expr):
    assert expand(sum(-u if negative else u for negative, u in signed_terms(expr)) - expr) == 0


@given(scalars.filter(lambda e: e.is_Add))
def test_factors_multiply_to_the_expression(expr):
    factor, rest = factored(expr)
    assert expand(factor * rest - expr) == 0


def test_the_positive_term_is_first():
    assert [negative for negative, _ in signed_terms(-x + y)] == [False, True]


@given(st.integers(1, 4), st.integers(-3, 3))
def test_the_sum_off_the_diagonal_is_the_sum(n, offset):
    term = (1 - KroneckerDelta(j, k)) * (j + 2 * k + offset * KroneckerDelta(j, k))
    apart, total = off_diagonal(Sum(term, (j, 0, n - 1), (k, 0, n - 1)))
    body = total.function
    assert [set(p) for p in apart] == [{j, k}]
    spelled = sum(body.subs({j: b, k: c}) for b in range(n) for c in range(n) if b != c)
    assert spelled == Sum(term, (j, 0, n - 1), (k, 0, n - 1)).doit()


@given(st.integers(1, 5))
def test_counting_from_one_keeps_the_sum(n):
    body = k**2 - 3 * k
    shifted = counted_from_one(body, k)
    assert sum(shifted.subs(k, c) for c in range(1, n + 1)) == sum(body.subs(k, c) for c in range(n))


# whole results


def test_the_optimum_reads_as_it_should():
    text = fragment(results()["vicreg-optimum"])
    assert r"s_{k} = \mathopen{}\left(1 - \frac{\gamma \lambda_{k}}{\alpha}\right)_{+}" in text
    assert r"q = \min(K, N - 1)" in text
    assert (
        r"f(Z) = \alpha \left\lVert C - I \right\rVert_F^2 + \frac{2 \gamma}{N} \operatorname{tr}(Z^{\top} L Z)" in text
    )
    assert r"Z^{*} = \sqrt{N} P \operatorname{diag}(s_{k}^{1/2}) R^{\top}" in text
    assert r"\lemmaref{von-neumann-trace}" in text
    assert r"\cite{bardes2022,balestriero2022}" in text


def test_two_meanings_of_a_name_are_told_apart():
    assert "L_{1} = L_{2}" in fragment(results()["clique-spectrum"])


def test_a_log_sum_exp_is_defined_once_for_each_set_of_candidates():
    text = fragment(results()["infonce-gradient"])
    everyone, others = r"\operatorname{LSE}(X)_{k} =", r"\operatorname{LSE}_{\mathbf{1} \mathbf{1}^{\top} - I}(X)_{k} ="
    assert text.count(everyone) == text.count(others) == text.count(r"\operatorname{LSE}_{A}(X)_{k} =") == 1
    assert rf"{others} \log\mathopen{{}}\left(\sum_{{l \ne k}} e^{{X_{{kl}}}}\right)" in text


def test_the_cosine_gradient_shows_the_projection_on_the_tangent():
    assert r"(F_{1} - \operatorname{Diag}(F_{1} U^{\top}) U)" in fragment(results()["infonce-gradient"])


PROGRAM = """
from derivations.catalogue import results
from derivations.export.latex.article import fragment
for id in ("vicreg-gradient", "vicreg-optimum", "two-view-relation"):
    print(fragment(results()[id]))
"""


def test_the_bytes_do_not_depend_on_the_hash_seed():
    assert r"\label{thm:two-view-relation}" in printed(PROGRAM)


def test_a_value_that_is_a_number_keeps_its_name():
    """A minimum of 0 must not turn every 0 into f*."""
    claim = Minimum(SquaredNorm(Z - MatrixSymbol("B", N, K)), Z, Integer(0), MatrixSymbol("B", N, K))
    names = Names(claim)
    assert latex(Integer(0), names) == "0"
    assert latex(claim.objective, names) == "f(Z)"


# the files


def test_the_article_reads_every_fragment_and_has_what_they_cite(tmp_path):
    chosen = [results()[id] for id in ("vicreg-optimum", "dirichlet-energy")]
    written = write_latex(chosen, tmp_path / "new")
    assert {p.name for p in written} == {"article.tex", "vicreg-optimum.tex", "dirichlet-energy.tex"}
    text = (tmp_path / "new" / "article.tex").read_text()
    for r in chosen:
        assert rf"\input{{{r.id}}}" in text
        assert all(rf"\bibitem{{{key}}}" in text for key in r.cites)
        assert all(rf"\label{{lem:{name}}}" in text for name in r.lemmas)
    assert text.rstrip().endswith(r"\end{document}")


def test_a_proof_that_is_a_theorem_elsewhere_is_cited(tmp_path):
    """With other matrices in place of its own; a document without the theorem has a proposition instead."""
    write_latex([results()[id] for id in ("simclr-kernel-pca", "isomap")], tmp_path)
    text = (tmp_path / "isomap.tex").read_text()
    (key, other) = re.search(
        r"\\ifcsname r@thm:simclr-kernel-pca\\endcsname Theorem~\\ref{thm:simclr-kernel-pca} \(i\)"
        r"\\else Proposition~\\ref{prop:(general-\w+)}(.*?)\\fi{} \[\$B\$ for \$G\$; by \(1\)\]",
        text,
    ).groups()
    assert other == ""
    assert text.index(r"\ifcsname r@thm:simclr-kernel-pca\endcsname\else") < text.index(rf"\label{{prop:{key}}}")


def test_an_unknown_work_is_named_and_nothing_is_written(tmp_path):
    stray = Result("stray", "Stray.", results()["dirichlet-energy"].prove, ("nobody1900",))
    with pytest.raises(KeyError, match="nobody1900"):
        write_latex([stray], tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(KeyError, match="nobody1900"):
        work("nobody1900")


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = files.write(tmp_path / "deep" / "a.tex", "old\n")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write(path, "new\n")
    assert path.read_bytes() == b"old\n"
    assert list(path.parent.iterdir()) == [path]


# words and lines


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sizes m_c and gamma < alpha / lambda_K", r"sizes $m_{c}$ and $\gamma < \alpha / \lambda_{K}$"),
        ("von Neumann's inequality", "von Neumann's inequality"),
        ("linear maps Z = X W", "linear maps $Z = X W$"),
        ("R diag(d) R'", r"$R \operatorname{diag}(d) R^{\top}$"),
        ("50% & more", r"50\% \& more"),
    ],
)
def test_plain_text_becomes_latex(text, wanted):
    assert prose(text) == wanted


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"A^{\top} B", r"A^{\top} | B"),
        (r"A - B \circ C = D", r"A - B \circ C = D"),
        (r"\frac{1}{N K} W_{a b}^{\top} T", r"\frac{1}{N K} | W_{a b}^{\top} | T"),
        (
            r"\operatorname{diag}\mathopen{}\left(\frac{1}{s t}\right) R",
            r"\operatorname{diag}\mathopen{}\left(\frac{1}{s t}\right) | R",
        ),
        (r"\left\lVert A B \right\rVert_F^2 x", r"\left\lVert A B \right\rVert_F^2 | x"),
        (r"(A B)_{k k} \max(1, x)^2 \le y", r"(A | B)_{k k} | \max(1, x)^2 \le y"),
        (r"K \sum_{k = 1}^{K} x_{k} y_{k}", r"K | \sum_{k = 1}^{K} x_{k} | y_{k}"),
    ],
)
def test_a_line_of_a_sentence_may_end_between_factors(source, wanted):
    assert with_breaks(source, "|") == wanted


def test_lines_are_filled_up_to_the_limit():
    terms = [("", "aaaa"), ("+", "bbbb"), ("-", "cccc"), ("+", "dddd")]
    lines = filled(terms, 0, 2, 14, len)
    assert [[text for _, text in line] for line in lines] == [["aaaa", "bbbb"], ["cccc"], ["dddd"]]
    assert [term for line in lines for term in line] == terms


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"\frac{abcd}{x}", 4.5),
        ("ab", 2.1),
        ("a_{bb}^{c}", 2.5),
        ("{}", 0),
        (r"\substack{ab \\ \rule{0pt}{8pt} cde}", 3.15),
        (r"\min_{\substack{ab \\ cde}} x", 4.05),
        (r"\begin{bmatrix}a&b\\c&d\end{bmatrix}", 3.15),
        (r"\begin{smallmatrix} a \\ b \end{smallmatrix}", 0.735),
    ],
)
def test_widths_are_those_of_the_letters(source, wanted):
    assert latex_width(source) == pytest.approx(wanted, abs=0.3)


@pytest.mark.parametrize(
    ("source", "tall"),
    [
        (r"\frac{1}{N} Z^{\top} H Z", False),
        (r"\frac{1}{N} + \frac{2}{K}", False),
        (r"1 + \frac{\sqrt{\frac{1}{N}}}{2}", True),
        (r"\frac{1}{\sqrt{(\frac{1}{N} Z)_{kk}}}", True),
        (r"\frac{1}{N} \sum_{k} x_{k}", False),
        (r"\sum_{k} \frac{x_{k}}{N}", True),
    ],
)
def test_a_fraction_in_a_fraction_or_behind_a_sum_is_tall(source, tall):
    assert is_tall(source) == tall


@pytest.mark.parametrize("size", [1, 3, 8])
def test_the_values_of_a_counterexample_stay_in_their_line(size):
    said = LatexWriter(Names(Positive(alpha))).valued(S, np.eye(size, dtype=int))
    assert said.startswith("${S = ")
    assert r"\[" not in said
