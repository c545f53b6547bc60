"""A case of the table of gradients: a function stated in symbols, the same by hand in NumPy, and how points are drawn.

What an array is like goes by the name of its symbol, so that every function of the table is defined and smooth there:
X (N x N) is invertible with a positive determinant, P and p are positive, S (N x N) and T (K x K) are symmetric and
positive definite, Q has orthonormal columns, Y has a 1 in each row; of all others, each entry is at least 0.2 away from 0;
none is close to a matrix of lower rank.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sympy import Basic, MatrixSymbol, Tuple

from tests.calculus.cookbook.arrays import array, eye, inv
from tests.calculus.cookbook.notation import K, N

NUMBERS = {"i": 0, "j": 1, "n": 3, "tau": array(0.75), "alpha": array(-1.25)}
SHAPES = {"square": (3, 3), "tall": (4, 2), "wide": (2, 3), "row": (1, 3), "column": (3, 1), "one": (1, 1)}


def tall(rows, columns):
    return columns <= rows


def wide(rows, columns):
    return rows <= columns


def several(rows, columns):
    return rows > 1 and columns > 1


@dataclass(frozen=True)
class Case:
    """One function and its gradient.

    `value` takes the arrays and numbers by the names of the symbols. `gradient` is how a person writes it, where that is
    known; what is derived may be `longer` times as long as a string. `where(N, K)` says in which shapes the function is
    defined, and `away(...)`, of the arguments of `value`, what must stay away from 0, where there are kinks.
    """

    id: str
    expr: Basic
    unknown: MatrixSymbol
    value: Callable
    gradient: Basic | None = None
    facts: tuple = ()
    where: Callable = lambda n, k: True
    away: Callable | None = None
    longer: float = 1.0

    def __str__(self):
        return self.id

    @property
    def shapes(self):
        """The names of the shapes that make a difference to this case."""
        both, found = Tuple(self.expr, self.unknown), {}
        for name, (rows, columns) in SHAPES.items():
            if self.where(rows, columns):
                found.setdefault((both.has(N) and rows, both.has(K) and columns), name)
        return list(found.values())

    def values(self, rng, shape):
        """Random values, by name, of all symbols of the case; sizes of `shape`, a name in SHAPES."""
        while True:
            sizes = dict(zip((N, K), SHAPES[shape], strict=True))
            values = {m.name: draw(rng, m, sizes) for m in self.expr.atoms(MatrixSymbol) | {self.unknown}}
            values |= {d.name: size for d, size in sizes.items()}
            values |= {s.name: NUMBERS[s.name] for s in self.expr.free_symbols if s.name in NUMBERS}
            if self.away is None or np.all(abs(self._apply(self.away, values)) > 0.05):
                return values

    def at(self, values):
        """The value of the function by hand."""
        return np.asarray(self._apply(self.value, values)).item()

    def _apply(self, function, values):
        return function(**{name: values[name] for name in inspect.signature(function).parameters})


def draw(rng, symbol, sizes):
    """An array for a symbol, of what its name stands for."""
    rows, columns = (int(d.xreplace(sizes)) for d in symbol.shape)
    signed = np.zeros((rows, columns))
    while np.linalg.svd(signed, compute_uv=False)[-1] < 0.05:
        entries = np.array([rng.uniform(0.2, 1.2) for _ in range(rows * columns)]).reshape(rows, columns)
        signed = entries * [[rng.choice((-1, 1)) for _ in range(columns)] for _ in range(rows)]
    match symbol.name:
        case "X":
            return array(signed / (2 * rows) + np.eye(rows))
        case "P" | "p":
            return array(entries)
        case "S" | "T":
            return array(signed) @ array(signed).T + array(np.eye(rows))
        case "Q":  # the first columns of (I - M)^-1 (I + M), with M skew
            half = array(signed @ np.eye(columns, rows))
            return (inv(eye(rows) - half + half.T) @ (eye(rows) + half - half.T))[:, :columns]
        case "Y":
            return array(np.eye(columns)[[rng.randrange(columns) for _ in range(rows)]])
    return array(signed)
