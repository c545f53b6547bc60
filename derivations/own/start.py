"""The start of a loss of one's own: a Python file that derives as it stands."""

from __future__ import annotations

from pathlib import Path

from derivations.export.files import write
from derivations.language.errors import BadRequest
from derivations.own.source import check_name

START = '''"""A loss of my own: `spectral-ssl derive {name}.py` derives what follows from it."""

from sympy import Identity, MatrixSymbol, Trace, symbols

from derivations import Loss
from derivations.language.atoms import Centring, Laplacian, Named, SquaredNorm
from derivations.language.propositions import EntrywiseNonnegative, Symmetric

# Dimensions: samples and features. They stay symbols, so that what is derived holds for all of them.
N, K = symbols("N K", integer=True, positive=True)

# Hyper-parameters, with the signs that they have.
alpha, gamma = symbols("alpha gamma", positive=True)

# What is minimised over, a row a sample, and what is given.
Z = MatrixSymbol("Z", N, K)
G = MatrixSymbol("G", N, N)  # G[i, j] > 0 where the samples i and j are to be near each other

# H takes off the mean of every column, L = diag(G 1) - G is the Laplacian of the relation, C the covariance.
H, L = Centring(N), Laplacian(G)
C = Named("C", Z.T * H * Z / N)

{name} = Loss(
    "{name}",
    "A loss of my own",
    unknown=Z,
    value=alpha * SquaredNorm(C - Identity(K)) + 2 * gamma / N * Trace(Z.T * L * Z),
    facts=(Symmetric(G), EntrywiseNonnegative(G)),
    hyper={{alpha: "weight of the covariance", gamma: "weight of the relation"}},
)
'''


def start(name, directory):
    """Write NAME.py with a loss called NAME; returns its path. Raises BadRequest for a name that is none, and where there is
    such a file.
    """
    check_name(name)
    path = Path(directory) / f"{name}.py"
    if path.exists():
        raise BadRequest(f"{path} is there already, and is not overwritten")
    return write(path, START.format(name=name))
