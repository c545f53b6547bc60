"""Which stretches of plain text are formulas, and how LaTeX writes them."""

import pytest

from derivations.catalogue import results
from derivations.export.prose import formulas


def marked(text):
    return "".join(f"${part}$" if formula else part for formula, part in formulas(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("where gamma lambda_k >= alpha, all", r"where $\gamma \lambda_{k} \ge \alpha$, all"),
        ("for U'AU and Z* Z*'", r"for $U^{\top}AU$ and $Z^{*} Z^{*\top}$"),
        ("V diag(sigma)^-1 Q solves", r"$V \operatorname{diag}(\sigma)^{-1} Q$ solves"),
        ("e^(-t a), that", r"$e^{-t a}$, that"),
        ("an integral of -2 gamma a(s), a(s) the inverse", r"an integral of $-2 \gamma a(s)$, $a(s)$ the inverse"),
        ("of off_diagonal |W - W'|^2, for", r"of $\operatorname{off\_diagonal} |W - W^{\top}|^{2}$, for"),
        ("max(0, 1 - sqrt(C_kk)) is", r"$\max (0, 1 - \sqrt{C_{kk}})$ is"),
        ("at N (1 - N/K).", "at $N (1 - N/K)$."),
        ("N log m a row", r"$N \log m$ a row"),
        ("the K-th of C = I", "the $K$-th of $C = I$"),
        ("at least -(N - 1)/2: what", "at least $-(N - 1)/2$: what"),
    ],
)
def test_formulas_are_found_and_written(text, wanted):
    assert marked(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "A matrix, and a vector: I am no matrix.",
        "SimCLR's loss and the samples' mean (i) and (v) to (x)",
        "equation 2 of 3, log-sum-exp",
        "an x-ray of VICReg-exp",
        "rank one",
        "",
        "^ ) ( / - + | '",
    ],
)
def test_words_stay_words(text):
    assert marked(text) == text


def test_nothing_of_a_title_is_lost():
    for r in results().values():
        plain = "".join(part for formula, part in formulas(r.title) if not formula)
        assert "$" not in r.title
        for formula, part in formulas(r.title):
            assert part
            assert not formula or part.count("{") == part.count("}")
        assert all(word in r.title for word in plain.split())
        assert not any(sign in plain for sign in ("^", "<=", ">="))
