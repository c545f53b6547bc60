"""The trusted rules. Everything that is called a theorem was made by these, and by nothing else.

Each rule looks at what it is given and either returns a conclusion or raises ProofError with the reason. A hypothesis
speaks of fixed symbols; symbols that no hypothesis speaks of are universal. SymPy assumptions on scalar symbols
(positive, nonnegative, real, integer) are hypotheses too, and substitution checks them.
"""

from __future__ import annotations

from derivations.proof.rules.equations import (
    adjoint,
    equal_in_every_entry,
    normal_form,
    relisting,
    taylor,
    zero_distance,
)
from derivations.proof.rules.inequalities import (
    combination,
    larger,
    monotone,
    positive_constant,
    positive_definite,
    positive_function,
    positive_part,
    raised,
    same_function,
    semidefinite,
    sum_over,
)
from derivations.proof.rules.minima import (
    attainment,
    everywhere,
    feasible_minimum,
    least_value,
    lower_bound,
    minimiser,
    pointwise,
    rescaling,
    revaluation,
    scalar_minimum,
    strict_minimum,
    value_at_minimum,
)
from derivations.proof.rules.sequents import (
    assumption,
    conjunction,
    discharge,
    existence,
    lemma,
    part,
    restatement,
    substitution,
)
from derivations.proof.theorem import RULES

__all__ = [
    "RULES",
    "adjoint",
    "assumption",
    "attainment",
    "combination",
    "conjunction",
    "discharge",
    "equal_in_every_entry",
    "everywhere",
    "existence",
    "feasible_minimum",
    "larger",
    "least_value",
    "lemma",
    "lower_bound",
    "minimiser",
    "monotone",
    "normal_form",
    "part",
    "pointwise",
    "positive_constant",
    "positive_definite",
    "positive_function",
    "positive_part",
    "raised",
    "relisting",
    "rescaling",
    "restatement",
    "revaluation",
    "same_function",
    "scalar_minimum",
    "semidefinite",
    "strict_minimum",
    "substitution",
    "sum_over",
    "taylor",
    "value_at_minimum",
    "zero_distance",
]
