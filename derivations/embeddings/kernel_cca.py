"""Kernel CCA (Akaho 2001; Bach & Jordan 2002): the canonical correlations of functions of two kernels.

The functions are the combinations K_a W_a and K_b W_b of the columns of two kernel matrices, which stand in the place of the
inputs. In the spaces of features, K_a = Phi_a Phi_a', these are the linear maps Phi_a'W_a and Phi_b'W_b; no other maps are
more correlated. Nothing is regularised, and the kernels have any rank.
"""

from __future__ import annotations

from sympy import DiagMatrix, Identity, Lambda, MatAdd, MatMul, MatrixSymbol, Symbol, Trace, Transpose, symbols

from derivations.embeddings import cca
from derivations.embeddings.cca import D_a, D_b, H, K, N, Stacked, X_a, X_b, rho
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import AtMost, Orthonormal, Positive, SingularPairs
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.result import result

P_a, P_b = symbols("P_a P_b", integer=True, positive=True)  # dimensions of the spaces of features
Phi_a, Phi_b = MatrixSymbol("Phi_a", N, P_a), MatrixSymbol("Phi_b", N, P_b)


def kernels_of(first, second):
    """K_a and K_b of two sets of features."""
    return [Named(f"K_{n}", MatMul(phi, Transpose(phi))) for n, phi in (("a", first), ("b", second))]


def moments(first, second):
    """(S_ab, S_aa, S_bb) of two kernel matrices."""
    sides = {"ab": (first, second), "aa": (first, first), "bb": (second, second)}
    return [Named(f"S_{n}", MatMul(1 / N, x, H, y)) for n, (x, y) in sides.items()]


K_a, K_b = kernels_of(Phi_a, Phi_b)
in_place = {D_a: N, D_b: N, X_a: K_a, X_b: K_b}
S_ab, S_aa, S_bb = moments(K_a, K_b)
W_a, W_b, U, V = (substitute(m, in_place) for m in (cca.W_a, cca.W_b, cca.U, cca.V))  # coefficients
cross = MatMul(Transpose(W_a), S_ab, W_b)
pairs = SingularPairs(S_ab, S_aa, S_bb, U, V, rho)


def of_kernels(bound, objective):
    """A lower bound with the kernel matrices in place of the inputs, and the objective written for them."""
    bound = rules.substitution(bound, in_place)
    for fact in (pairs, Orthonormal(W_a, S_aa), Orthonormal(W_b, S_bb)):
        bound = rules.discharge(bound, rules.assumption(fact))
    return rules.restatement(bound, AtMost(bound.statement.lhs, objective))


def correlations():
    """-sum_k rho_k is at most the negative of the correlations, for all whitened coefficients."""
    return of_kernels(cca.least_trace(), -Trace(cross))


@result("kernel-cca", cites=("akaho2001", "bach2002"))
def kernel_cca():
    """Kernel CCA: over functions of two kernels that are whitened, the sum of the correlations of their columns is largest,
    and their cross-covariance nearest to the identity, at the canonical pairs of the kernel matrices.
    """
    kernels = Stacked(U, V, (pairs,))
    nearest = of_kernels(cca.least_distance(), SquaredNorm(MatAdd(cross, MatMul(-1, Identity(K)))))
    return kernels.minimum(correlations()), kernels.minimum(nearest), kernels.blocks_of_minimiser()


# Linear maps of the features: with singular vectors Phi = E diag(s) T', every Phi W is K (E diag(1/s) T'W)


class Features:
    """Features of one view by their singular value decomposition, and all maps W of them, P x K."""

    def __init__(self, view, phi, coefficients):
        order, x = Symbol(f"m_{view}", integer=True, positive=True), Symbol("x", positive=True)
        left, right = MatrixSymbol(f"E_{view}", N, order), MatrixSymbol(f"T_{view}", phi.cols, order)
        sizes = MatrixSymbol(f"s_{view}", order, 1)
        self.facts = (Orthonormal(left), Orthonormal(right), Positive(sizes))
        self.product = MatMul(left, DiagMatrix(sizes), Transpose(right))
        self.matrix = Named(phi.name, self.product)
        self.maps = MatrixSymbol(coefficients.name, phi.cols, K)
        shrink = DiagMatrix(sizes.applyfunc(Lambda(x, 1 / x)))
        self.coefficients = MatMul(left, shrink, Transpose(right), self.maps)

    def covariance(self, other):
        return MatMul(1 / N, Transpose(self.matrix), H, other.matrix)

    @property
    def whitened(self):
        return Orthonormal(self.maps, self.covariance(self))

    def without_coefficients(self, bound):
        """The bound without the hypothesis on the coefficients, which holds if the maps are whitened."""
        (needed,) = [h for h in bound.hypotheses if isinstance(h, Orthonormal) and h.matrix == self.coefficients]
        spelled = Orthonormal(self.maps, MatMul(1 / N, Transpose(self.product), H, self.product))
        bound = rules.discharge(bound, rules.normal_form(needed, [spelled, *self.facts]))
        return rules.discharge(bound, rules.assumption(self.whitened))


@result("kernel-cca-features", cites=("akaho2001", "bach2002"))
def in_features():
    """Over all linear maps of the features, of any number, the sum of the correlations is largest at combinations of the samples
    with the canonical pairs of the kernel matrices as coefficients: kernel CCA loses nothing.
    """
    a, b = Features("a", Phi_a, W_a), Features("b", Phi_b, W_b)
    facts = (*a.facts, a.whitened, *b.facts, b.whitened)
    kernels = kernels_of(a.matrix, b.matrix)
    named = SingularPairs(*moments(*kernels), U, V, rho)
    bound = rules.substitution(correlations(), {Phi_a: a.matrix, Phi_b: b.matrix})
    bound = rules.discharge(bound, rules.assumption(named))
    bound = rules.substitution(bound, {W_a: a.coefficients, W_b: b.coefficients}, facts)
    bound = b.without_coefficients(a.without_coefficients(bound))
    objective = -Trace(MatMul(Transpose(a.maps), a.covariance(b), b.maps))
    bound = rules.restatement(bound, AtMost(bound.statement.lhs, objective), (*a.facts, *b.facts))
    in_products = {kernel: kernel.definition for kernel in kernels}
    spelled = named.map(lambda e: e.definition.xreplace(in_products) if isinstance(e, Named) else e)
    left, right = MatMul(Transpose(a.matrix), U), MatMul(Transpose(b.matrix), V)
    return rules.discharge(Stacked(left, right, (spelled,)).minimum(bound), rules.assumption(named))
