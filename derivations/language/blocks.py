"""Matrices that pick out parts of others: columns of the identity, and what the adjoint of a Kronecker product is made of.

A (pm x qn) matrix S is taken as m x n blocks of the size p x q. The Kronecker product A (x) B has the blocks a_ij B, so

    <S, A (x) B> = <BlockInner(S, B), A> = <BlockSum(S, A), B>.
"""

from __future__ import annotations

from sympy import KroneckerDelta, KroneckerProduct, Sum, Symbol
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr


class IdentityColumns(MatrixExpr):
    """Columns start, start + step, ... (before stop) of the identity of some order: `M * IdentityColumns(n, 2, 5)` are
    columns 2, 3 and 4 of M, and `IdentityColumns(n, i)` is the unit vector e_i.
    """

    def __new__(cls, order, start, stop=None, step=1):
        start = _sympify(start)
        return super().__new__(cls, *map(_sympify, (order, start, start + 1 if stop is None else stop, step)))

    order, start, stop, step = (property(lambda self, n=n: self.args[n]) for n in range(4))

    @property
    def shape(self):
        order, start, stop, step = self.args
        return (order, stop - start if step == 1 else (stop - start + step - 1) // step)

    def _entry(self, i, j, **kwargs):
        return KroneckerDelta(i, self.start + j * self.step)

    def _sympystr(self, printer):
        order, *cut = self.args
        cut = cut[:1] if self.shape[1] == 1 else cut[:2] if self.step == 1 else cut
        return f"IdentityColumns({', '.join(map(printer._print, (order, *cut)))})"

    def value(self, arithmetic, order, start, stop, step):
        picked = arithmetic.eye(int(order))
        return picked[:, slice(int(start), int(stop), int(step))]

    def text(self, show):
        if self.stop - self.start == 1:
            return f"e_{show(self.start + 1)}"
        return f"I[:, {show(self.start)}:{show(self.stop)}{'' if self.step == 1 else f':{show(self.step)}'}]"

    def latex(self, show):
        if self.stop - self.start == 1:
            return rf"e_{{{show(self.start + 1)}}}"
        step = "" if self.step == 1 else rf" {{:}} {show(self.step)}"
        return rf"I_{{\cdot,\,{show(self.start)} {{:}} {show(self.stop)}{step}}}"


class BlockInner(MatrixExpr):
    """The inner products <S_ij, B> = sum_kl (S_ij)_kl B_kl of a matrix B with the blocks S_ij of its size of a matrix S."""

    def __new__(cls, whole, part):
        return super().__new__(cls, whole, part)

    @property
    def shape(self):
        return tuple(d / p for d, p in zip(self.args[0].shape, self.args[1].shape, strict=True))

    def _entry(self, i, j, **kwargs):
        whole, part = self.args
        k, l = Symbol("k", integer=True, nonnegative=True), Symbol("l", integer=True, nonnegative=True)
        (p, q), element = part.shape, MatrixElement(whole, i * part.rows + k, j * part.cols + l)
        return Sum(element * part[k, l], (k, 0, p - 1), (l, 0, q - 1))

    def adjoint_of(self, seed):
        """<F, BlockInner(S, B)> = <F (x) B, S> = <BlockSum(S, F), B>."""
        whole, part = self.args
        yield whole, KroneckerProduct(seed, part)
        yield part, BlockSum(whole, seed)

    def value(self, arithmetic, whole, part):
        rows, columns = whole.shape[0] // part.shape[0], whole.shape[1] // part.shape[1]
        blocks = whole.reshape(rows, part.shape[0], columns, part.shape[1])
        return (blocks * part[None, :, None, :]).sum(axis=(1, 3))

    def text(self, show):
        return f"<{show(self.args[0])}, {show(self.args[1])}>_blocks"

    def latex(self, show):
        return rf"\langle {show(self.args[0])}, {show(self.args[1])} \rangle_{{\square}}"


class BlockSum(MatrixExpr):
    """The sum sum_ij A_ij S_ij of the blocks S_ij of a matrix S, as many as A has entries, weighted by these."""

    def __new__(cls, whole, weights):
        return super().__new__(cls, whole, weights)

    @property
    def shape(self):
        return tuple(d / w for d, w in zip(self.args[0].shape, self.args[1].shape, strict=True))

    def _entry(self, i, j, **kwargs):
        whole, weights = self.args
        k, l = Symbol("k", integer=True, nonnegative=True), Symbol("l", integer=True, nonnegative=True)
        (m, n), (p, q) = weights.shape, self.shape
        return Sum(weights[k, l] * MatrixElement(whole, k * p + i, l * q + j), (k, 0, m - 1), (l, 0, n - 1))

    def adjoint_of(self, seed):
        """<F, BlockSum(S, A)> = <A (x) F, S> = <BlockInner(S, F), A>."""
        whole, weights = self.args
        yield whole, KroneckerProduct(weights, seed)
        yield weights, BlockInner(whole, seed)

    def value(self, arithmetic, whole, weights):
        rows, columns = whole.shape[0] // weights.shape[0], whole.shape[1] // weights.shape[1]
        blocks = whole.reshape(weights.shape[0], rows, weights.shape[1], columns)
        return (blocks * weights[:, None, :, None]).sum(axis=(0, 2))

    def text(self, show):
        return f"sum_blocks({show(self.args[1])}, {show(self.args[0])})"

    def latex(self, show):
        return rf"\textstyle\sum_{{\square}} {show(self.args[1])}_{{\square}} {show(self.args[0])}_{{\square}}"
