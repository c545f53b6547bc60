"""What the normal form knows of determinants: transposes, multiples of the identity, orthonormal changes of basis."""

import pytest
from sympy import Determinant, Identity, MatrixSymbol, Symbol, log, symbols

from derivations import equal
from derivations.language.determinant import LogDet
from derivations.language.propositions import Orthonormal

N, K = symbols("N K", integer=True, positive=True)
c = Symbol("c", positive=True)
A, B, Z, Q = (MatrixSymbol(name, *shape) for name, shape in zip("ABZQ", [(N, N), (N, N), (N, K), (K, K)], strict=True))
gram = Identity(K) + Z.T * Z
turned = Identity(K) + (Z * Q).T * Z * Q
orthogonal = (Orthonormal(Q), Orthonormal(Q.T))

EQUAL = [
    (Determinant(A.T), Determinant(A), ()),
    (Determinant(A * B), Determinant((A * B).T), ()),
    (Determinant(c * Identity(N)), c**N, ()),
    (log(Determinant(gram)), LogDet(gram), ()),
    (log(Determinant(turned)), log(Determinant(gram)), orthogonal),
    (Determinant(turned) ** 2, Determinant(gram) ** 2, orthogonal),
]
DIFFERENT = [
    (Determinant(2 * A), 2 * Determinant(A), ()),
    (Determinant(A), Determinant(-A), ()),
    (Determinant(A), Determinant(B), ()),
    (Determinant(turned), Determinant(gram), (Orthonormal(MatrixSymbol("P", K, K)),)),
    (log(Determinant(gram)), -LogDet(gram), ()),
]


@pytest.mark.parametrize(("a", "b", "facts"), EQUAL, ids=str)
def test_equal(a, b, facts):
    assert equal(a, b, facts)


@pytest.mark.parametrize(("a", "b", "facts"), DIFFERENT, ids=str)
def test_different(a, b, facts):
    assert not equal(a, b, facts)
