"""Theorems are made by the rules, and by nothing else; and once made they stay as they are."""

import copy
import pickle

import pytest

from derivations.language.propositions import All, AtMost, Equal, Proposition
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.theorem import Conclusion, ProofError, Theorem, rule
from tests.proof.terms import ONE, ZERO, A, B, equation

FALSE = AtMost(ONE, ZERO)


class Forged:
    """Looks like a theorem to anyone who does not ask what it is."""

    statement, hypotheses, lemmas, premises = All((FALSE, FALSE)), (), frozenset(), ()


def test_the_constructor_wants_a_key():
    for key in (None, object(), "key"):
        with pytest.raises(ProofError, match="made by the rules"):
            Theorem(key, (), FALSE, "normal_form", (), {}, "because", frozenset())


def test_there_is_no_other_kind_of_theorem():
    with pytest.raises(ProofError, match="one kind"):
        type("Mine", (Theorem,), {})


def test_a_rule_cannot_be_added_from_outside():
    with pytest.raises(ProofError, match="rules are those of"):
        rule(lambda: Conclusion((), FALSE, "I say so"))


@pytest.mark.parametrize("name", Theorem.__slots__)
def test_no_part_of_a_theorem_can_be_set_or_deleted(name):
    theorem = equation(A, A)
    with pytest.raises(ProofError, match="cannot be changed"):
        setattr(theorem, name, FALSE)
    with pytest.raises(ProofError, match="cannot be changed"):
        delattr(theorem, name)


def test_nor_what_its_parts_hold():
    parts = [Equal(A, A)]
    theorem = rules.normal_form(All(parts))
    parts[0] = FALSE
    assert theorem.statement == All((Equal(A, A),))
    with pytest.raises(TypeError):
        theorem.statement.parts[0] = FALSE
    with pytest.raises(AttributeError):
        theorem.statement.parts = (FALSE,)
    with pytest.raises(TypeError):
        theorem.arguments["statement"] = FALSE
    with pytest.raises(TypeError):
        LEMMAS["mine"] = LEMMAS["von-neumann-trace"]


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_nor_copied_into_something_else(duplicate):
    with pytest.raises((ProofError, TypeError, pickle.PicklingError, AttributeError)):
        duplicate(equation(A, A))


TAKES_A_THEOREM = {
    "part": lambda t: rules.part(t, 0),
    "substitution": lambda t: rules.substitution(t, {}),
    "restatement": lambda t: rules.restatement(t, FALSE),
    "discharge": lambda t: rules.discharge(rules.assumption(FALSE), t),
    "conjunction": lambda t: rules.conjunction([t]),
    "combination": lambda t: rules.combination(FALSE, [t]),
    "existence": lambda t: rules.existence(t, "schur-horn", {}),
    "same_function": lambda t: rules.same_function(t, ONE, ONE),
    "sum_over": lambda t: rules.sum_over(t, ONE, ONE),
    "semidefinite": lambda t: rules.semidefinite(t, A),
    "attainment": lambda t: rules.attainment(t, t, A, B),
    "lower_bound": rules.lower_bound,
    "least_value": rules.least_value,
    "value_at_minimum": rules.value_at_minimum,
    "pointwise": lambda t: rules.pointwise(t, ONE, ONE),
    "everywhere": lambda t: rules.everywhere(t, FALSE, ONE, ONE),
    "rescaling": lambda t: rules.rescaling(t, ONE),
    "revaluation": lambda t: rules.revaluation(t, t),
}


@pytest.mark.parametrize("name", TAKES_A_THEOREM)
def test_premises_must_be_theorems(name):
    with pytest.raises(ProofError, match="must be"):
        TAKES_A_THEOREM[name](Forged())


def test_a_theorem_is_made_of_propositions():
    with pytest.raises(ProofError, match="propositions"):
        rules.assumption("0 = 1")
    with pytest.raises(TypeError, match="must be a SymPy expression"):
        Equal("0", ONE)
    with pytest.raises(TypeError, match="kinds of propositions"):
        type("Mine", (Proposition,), {"equational": True})


def test_steps_come_premises_first_and_once():
    first, second = equation(A, A), equation(B, B)
    both = rules.conjunction([first, second, first])
    assert both.steps() == [first, second, both]
    assert both.premises == (first, second, first)
    assert both.lemmas == frozenset()
