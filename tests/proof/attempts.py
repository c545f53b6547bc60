"""Attempts to derive a falsehood: every file collects its own by name, and each must be refused."""

import pytest

from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.proof.theorem import ProofError

REFUSALS = (ProofError, Undecided, UnsupportedExpression, ValueError)


class Attempts(dict):
    """A decorator of attempts, which are functions without arguments."""

    def __call__(self, derivation):
        self[derivation.__name__] = derivation
        return derivation


def all_refused(attempts):
    """The test that every attempt is refused."""

    @pytest.mark.parametrize("name", attempts)
    def test_it_is_refused(name):
        with pytest.raises(REFUSALS):
            attempts[name]()

    return test_it_is_refused
