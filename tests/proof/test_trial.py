"""Trials: each step is tried, steps of the same hypotheses on the same instances, and what is known is not tried again."""

from derivations.catalogue import results
from derivations.language.propositions import Equal
from derivations.proof import rules
from derivations.proof.trial import _Pool, try_steps
from tests.proof.terms import A, B, Z


def test_steps_of_the_same_hypotheses_share_instances():
    given = (Equal(A, B),)
    pool = _Pool(5, "seed")
    first, again = (list(pool.instances(given, Equal(A, B))) for _ in range(2))
    assert len(first) == 5
    assert all(a is b for a, b in zip(first, again, strict=True))
    other = list(pool.instances(given, Equal(A, Z)))
    assert not {id(i) for i in first} & {id(i) for i in other}


def test_every_step_is_tried_as_often():
    theorems = results()["dirichlet-energy"].theorems
    steps = {id(s) for t in theorems for s in t.steps()}
    assert try_steps(theorems, 4).instances == 4 * len(steps)


def test_what_is_known_is_not_tried_again():
    theorems = results()["dirichlet-energy"].theorems
    new = rules.normal_form(Equal(A + B, B + A))
    known = [s for t in theorems for s in t.steps()]
    assert try_steps([*theorems, new], 3, known=known).instances == 3
