"""The changes of the unknown that a loss may not see."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, count

from sympy import DiagMatrix, Identity, MatAdd, MatMul, MatrixSymbol, OneMatrix, Symbol, Trace, Transpose

from derivations.language.propositions import Orthonormal, Permutation, Positive, Proposition, Signs
from derivations.language.substitute import symbols_of
from derivations.proof.order import relisted


@dataclass(frozen=True)
class Transformation:
    """The symbols of `mapping` are replaced by their images, for every value of the parameters that meets the `facts`.

    `words` say what is changed. `special` gives values of the parameters that reach an instance of small integers, with
    the facts on what these are made of; a transformation that is `within` one that the loss does not see is not seen.
    """

    name: str
    words: str
    mapping: dict
    facts: tuple[Proposition, ...] = ()
    special: dict = field(default_factory=dict)
    special_facts: tuple[Proposition, ...] = ()
    within: frozenset[str] = frozenset()


OF_SEVERAL = {"rotation", "order of columns", "scale of columns"}  # one column has its sign and its scale alone


def transformations(loss):
    """What is asked of every loss; symbols are called by names that the loss does not use.

    An orthogonal matrix is a product of reflections I - 2 v v'/|v|^2, which are rational at integer v: a loss that sees
    some orthogonal matrix sees one of them.
    """
    z = loss.unknown
    n, k = z.shape
    fresh = _fresh(loss)
    turn, column, rows, columns = fresh("Q", k, k), fresh("c", k, 1), fresh("d", n, 1), fresh("b", k, 1)
    signs, order, samples, normal = fresh("e", k, 1), fresh("P", k, k), fresh("S", n, n), fresh("v", k, 1)
    scale = Symbol(fresh("t", 1, 1).name, positive=True)
    length = Trace(MatMul(Transpose(normal), normal))
    reflection = MatAdd(Identity(k), MatMul(-2 / length, normal, Transpose(normal)))
    listed = {m: relisted(m, samples) for m in (z, *_given(loss)) if n in m.shape}
    every = (
        Transformation(
            "rotation",
            f"the rows of {z} are rotated",
            {z: MatMul(z, turn)},
            (Orthonormal(turn), Orthonormal(Transpose(turn))),
            {turn: reflection},
            (Positive(length),),
        ),
        Transformation(
            "signs",
            f"the signs of columns of {z} are changed",
            {z: MatMul(z, DiagMatrix(signs))},
            (Signs(signs),),
            within=frozenset({"rotation"}),
        ),
        Transformation(
            "order of columns",
            f"the columns of {z} are listed in another order",
            {z: MatMul(z, Transpose(order))},
            (Permutation(order),),
            within=frozenset({"rotation"}),
        ),
        Transformation(
            "translation",
            f"one vector is added to all rows of {z}",
            {z: MatAdd(z, MatMul(OneMatrix(n, 1), Transpose(column)))},
        ),
        Transformation(
            "scale of rows",
            f"the rows of {z} are multiplied by positive numbers",
            {z: MatMul(DiagMatrix(rows), z)},
            (Positive(rows),),
        ),
        Transformation(
            "scale of columns",
            f"the columns of {z} are multiplied by positive numbers",
            {z: MatMul(z, DiagMatrix(columns))},
            (Positive(columns),),
        ),
        Transformation(
            "scale",
            f"{z} is multiplied by a positive number",
            {z: MatMul(scale, z)},
            within=frozenset({"scale of rows", "scale of columns"}),
        ),
        Transformation(
            "order of rows",
            f"the rows of {z} are listed in another order, and so is what is given of them",
            listed,
            (Permutation(samples),),
        ),
    )
    return tuple(t for t in every if k != 1 or t.name not in OF_SEVERAL)


def _given(loss):
    """The given matrices in the order of their names."""
    symbols = loss.value.free_symbols | loss.matrix_form.free_symbols
    return sorted((s for s in symbols if isinstance(s, MatrixSymbol) and s != loss.unknown), key=str)


def _fresh(loss):
    """A function that makes matrix symbols whose names nothing in the loss has, nor one made before."""
    spoken = [loss.unknown, loss.value, loss.matrix_form, *(e for f in loss.facts for e in f.expressions())]
    taken = {s.name for e in spoken for s in symbols_of(e)}

    def fresh(letter, rows, columns):
        name = next(x for x in chain([letter], (f"{letter}_{m}" for m in count(2))) if x not in taken)
        taken.add(name)
        return MatrixSymbol(name, rows, columns)

    return fresh
