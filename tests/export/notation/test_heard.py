"""A printer that remembers what it printed: the same formulas as one that does not, wherever they stand."""

from itertools import permutations

import pytest
from sympy import Integer, MatrixSymbol, Sum, Symbol, Trace, exp, symbols

from derivations.export.latex.writer import HeardPrinter as HeardLatex
from derivations.export.notation.latex import LatexPrinter
from derivations.export.notation.text import TextPrinter
from derivations.export.text import HeardPrinter as HeardText

N, K = symbols("N K", integer=True, positive=True)
tau = Symbol("tau", positive=True)
Z = MatrixSymbol("Z", N, K)
i, k = symbols("i k", integer=True, nonnegative=True)
similarity = Sum(Z[i, k] ** 2, (k, 0, K - 1)) / tau
FORMULAS = (1 / tau, exp(1 / tau), exp(-1 / tau) + 1 / tau, similarity, exp(similarity), Trace(Z.T * Z) / tau)


@pytest.mark.parametrize(("heard", "plain"), [(HeardLatex, LatexPrinter), (HeardText, TextPrinter)])
def test_a_formula_does_not_depend_on_what_was_printed_before(heard, plain):
    alone = {formula: plain().show(formula) for formula in FORMULAS}
    for order in permutations(FORMULAS, 3):
        printer = heard()
        assert [printer.show(formula) for formula in order] == [alone[formula] for formula in order]


@pytest.mark.parametrize("heard", [HeardLatex, HeardText])
def test_what_is_printed_is_heard_the_first_time_and_again(heard):
    printer = heard()
    for _ in range(2):
        with printer.hearing() as found:
            printer.show(exp(1 / tau) + K)
        assert {tau, K} <= found
        assert N not in found
        assert Integer(2) not in found
