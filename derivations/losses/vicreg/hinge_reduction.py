"""VICReg with any function of the variances, the hinge among them, reduced to the eigenvalues and the diagonal of C."""

from __future__ import annotations

from sympy import Lambda

from derivations.language.substitute import substitute
from derivations.losses.vicreg.hinge import hinge, shortfall
from derivations.losses.vicreg.squared import alpha, beta, gamma, linear_problem, problem, vicreg
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.majorised import Reduction, v, x

over_representations, over_maps = (Reduction(p, alpha, beta, 2 * gamma) for p in (problem, linear_problem))
INSTANCES = ((shortfall(x), hinge), ((x - 1) ** 2, vicreg))  # the losses that have a name, by their function v


@result("vicreg-hinge-reduction", cites=hinge.cites)
def reduction():
    """VICReg with any function v of the variances, whatever the weights: its infimum over Z is that over pairs of vectors,
    s >= 0 and d, of which d is majorised by s and zeros. For (i), (ii) the eigenvalues and the diagonal of C are such a pair,
    of no larger value than Z; and (iii) every pair has a Y of the same value, rebuilt from it by a rotation R, which there is
    by the Schur-Horn theorem. (iv) to (vii) What (i) and (iii) say of the hinge and of the squared variance.
    """
    bound, majorised = over_representations.bound()
    attained = over_representations.attained()
    named = [of_loss(t, function, loss) for function, loss in INSTANCES for t in (bound, attained)]
    return bound, majorised, attained, *named


@result("vicreg-hinge-linear-reduction", cites=hinge.cites)
def linear_reduction():
    """VICReg with any function v of the variances comes down to pairs of vectors over linear maps Z = X W as well, from two
    moments of X, whatever its rank: (i) to (iii) as over representations.
    """
    return *over_maps.bound(), over_maps.attained()


def of_loss(theorem, function, loss):
    """A theorem on every v, of the loss that has this one."""
    theorem = rules.substitution(theorem, {v: Lambda(x, function)})
    general = substitute(over_representations.objective, {v: Lambda(x, function)})
    spelled = theorem.statement.map(lambda e: loss.matrix_form if e == general else e)
    return rules.restatement(theorem, spelled, problem.facts)
