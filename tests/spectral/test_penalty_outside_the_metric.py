"""Why the pencil must vanish where the metric does: a penalty that only commutes with centring may have no minimum."""

from sympy import Identity, MatMul, MatrixSymbol, Trace, Transpose, symbols

from derivations.language.atoms import Centring, SquaredNorm
from derivations.language.evaluate import evaluate

N, K = symbols("N K", integer=True, positive=True)


def test_a_penalty_that_commutes_with_centring_and_is_negative_on_constants_is_unbounded():
    """A = -1 1' commutes with H, and on the complement of 1 its eigenvalues are 0; yet Z = c 1 sends the loss to -inf."""
    Z, A = MatrixSymbol("Z", N, K), MatrixSymbol("A", N, N)
    covariance = MatMul(1 / N, Transpose(Z), Centring(N), Z)
    loss = SquaredNorm(covariance - Identity(K)) + Trace(MatMul(1 / N, Transpose(Z), A, Z))
    penalty = [[-1, -1], [-1, -1]]
    centring = evaluate(Centring(N), {"N": 2})
    assert (centring @ penalty == penalty @ centring).all()
    values = [evaluate(loss, {"Z": [[c], [c]], "A": penalty}) for c in (0, 1, 10)]
    assert values == [1, -1, -199]
