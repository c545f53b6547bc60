"""Keys of normal forms are the same bytes whatever PYTHONHASHSEED."""

from tests.hash_seeds import printed

SCRIPT = """
from sympy import *
from derivations.language.atoms import *
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Symmetric
N, K = symbols("N K", integer=True, positive=True)
a, b, g = symbols("alpha beta gamma", positive=True)
s = Symbol("s", real=True)
Z, W, G = MatrixSymbol("Z", N, K), MatrixSymbol("W", N, K), MatrixSymbol("G", N, N)
C = Named("C", Transpose(Z) * Centring(N) * Z / N)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
for expr in (
    a * SquaredNorm(DiagonalMatrix(C - Identity(K))) + b * SquaredNorm(C - DiagonalMatrix(C)) + g * Trace(Z.T * Laplacian(G) * W),
    Sum(G[i, j] * G[j, k] * G[i, k], (i, 0, N - 1), (j, 0, N - 1), (k, 0, N - 1)),
    SpectralTrace(Lambda(s, log(1 + a * s + b)), C) + Trace((Z.T * Z) ** 4) * (a + b) / (a - b * g),
    HadamardProduct(G, G.T, W * Z.T, Z * W.T),
):
    for facts in ((), (Symmetric(G),)):
        print(normal_form(expr, facts).key, normal_form(expr, facts))
"""


def test_keys_do_not_depend_on_the_hash_seed():
    assert len(printed(SCRIPT, ("0", "1", "20240229"))) > 1000
