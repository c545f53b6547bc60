"""ISOMAP (Tenenbaum, de Silva & Langford 2000): classical scaling of geodesic distances."""

from __future__ import annotations

from sympy import HadamardProduct, MatrixSymbol

from derivations.embeddings.classical_mds import N, scaling
from derivations.language.propositions import Symmetric
from derivations.proof.result import result

Delta = MatrixSymbol("Delta", N, N)  # geodesic distances: the lengths of shortest paths in a graph of neighbours


@result("isomap", cites=("tenenbaum2000", "balestriero2022"))
def isomap():
    """ISOMAP is classical scaling of geodesic distances: SimCLR with squared similarity to their doubly centred squares."""
    return scaling(HadamardProduct(Delta, Delta), [Symmetric(Delta)])
