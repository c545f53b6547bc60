"""Functions of the covariance that are designed for a filter: what comes out, and that it has the filter."""

import pytest
from sympy import Dummy, Symbol, diff, exp, log, simplify

from derivations.bridges.filters.design import cost, gamma, heat, regularised, t
from derivations.language.atoms import entr
from derivations.language.errors import Undecided
from derivations.losses.vicreg import squared as vicreg
from derivations.proof.scalar import nonnegative_minimum
from derivations.spectral.design import designed
from derivations.spectral.filter import eigenvalue as a
from derivations.spectral.form import s

ramp = 1 - gamma * a / vicreg.alpha
DESIGNED = {
    "heat": (heat, 2 * gamma / t * (-entr(s) - s)),
    "regularised": (regularised, 2 * gamma / t * (s - log(s))),
    "ramp": (ramp, vicreg.alpha * (s**2 - 2 * s)),
}


@pytest.mark.parametrize("name", DESIGNED)
def test_what_is_designed(name):
    wanted, expected = DESIGNED[name]
    assert (designed(wanted, cost)(s) - expected).expand() == 0


@pytest.mark.parametrize("name", DESIGNED)
def test_the_slope_is_that_of_the_inverse_filter(name):
    wanted, _ = DESIGNED[name]
    x = Dummy(positive=True)
    slope = diff(designed(wanted, cost)(x), x).subs(x, wanted.subs(a, Symbol("b", positive=True)))
    assert simplify(slope + cost * Symbol("b", positive=True)) == 0


def test_the_ramp_is_that_of_vicreg():
    assert (designed(ramp, cost)(s) - vicreg.problem.form.phi(s)).expand() == -vicreg.alpha


def test_the_filter_is_the_wanted_one():
    b = Symbol("b", nonnegative=True)
    for wanted in (heat, regularised):
        found = nonnegative_minimum(designed(wanted, cost)(s) + cost * b * s, s)
        assert found.at == wanted.subs(a, b)


@pytest.mark.parametrize("wanted", [exp(-t * a**2), 1 / (1 + t * a) ** 2])
def test_a_filter_without_a_single_inverse_is_refused(wanted):
    with pytest.raises(Undecided):
        designed(wanted, cost)


def test_what_rises_is_designed_for_and_not_certified():
    """phi is only a proposal: that of a filter that grows with a is concave, and has no certified minimum."""
    with pytest.raises(Undecided):
        nonnegative_minimum(designed(t * a, cost)(s) + cost * a * s, s)
