"""Parts of a seed, for the adjoints of matrices that are put together from others: simplified where the seed allows it."""

from __future__ import annotations

from itertools import accumulate, pairwise

from sympy import (
    BlockMatrix,
    Identity,
    Integer,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatrixSlice,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
)

from derivations.language.blocks import BlockInner, BlockSum, IdentityColumns


def sliced(matrix, rows, columns):
    """Rows and columns from a start to before a stop, of a product its first and last factor."""
    (start, stop), (left, right) = rows, columns
    if isinstance(matrix, MatAdd):
        return MatAdd(*(sliced(a, rows, columns) for a in matrix.args))
    if isinstance(matrix, (OneMatrix, ZeroMatrix)):
        return matrix.func(stop - start, right - left)
    if isinstance(matrix, Identity):
        return _of_identity(matrix.rows, rows, columns)
    if isinstance(matrix, Transpose):
        return transposed(sliced(matrix.args[0], columns, rows))
    if isinstance(matrix, MatMul):
        coefficient, (first, *rest) = matrix.as_coeff_matrices()
        if not rest:
            return MatMul(coefficient, sliced(first, rows, columns))
        *middle, last = rest
        kept_rows, kept_columns = sliced(first, rows, (0, first.cols)), sliced(last, (0, last.rows), columns)
        return MatMul(coefficient, kept_rows, *middle, kept_columns)
    if (start, left) == (0, 0) and (stop, right) == matrix.shape:
        return matrix
    if isinstance(matrix, BlockMatrix) and (block := _block(matrix, rows, columns)) is not None:
        return block
    return MatrixSlice(matrix, (start, stop, Integer(1)), (left, right, Integer(1)))


def _block(matrix, rows, columns):
    """The block that stands at these rows and columns, if one does."""
    places, blocks = [], matrix.blocks
    for wanted, sizes in ((rows, [b.rows for b in blocks[:, 0]]), (columns, [b.cols for b in blocks[0, :]])):
        ends = list(accumulate(sizes, initial=Integer(0)))
        places.append(next((n for n, ends_at in enumerate(pairwise(ends)) if ends_at == wanted), None))
    return None if None in places else blocks[tuple(places)]


def _of_identity(order, rows, columns):
    if rows == columns:
        return Identity(rows[1] - rows[0])
    if (rows[0] - columns[1]).is_nonnegative or (columns[0] - rows[1]).is_nonnegative:
        return ZeroMatrix(rows[1] - rows[0], columns[1] - columns[0])
    if rows == (0, order):
        return IdentityColumns(order, *columns)
    picked = Transpose(IdentityColumns(order, *rows))
    return picked if columns == (0, order) else MatMul(picked, IdentityColumns(order, *columns))


def block_inner(whole, part):
    """BlockInner(whole, part), simplified: of C (x) D it is <D, part> C."""
    return _blocks(whole, part, BlockInner, 0)


def block_sum(whole, weights):
    """BlockSum(whole, weights), simplified: of C (x) D it is <C, weights> D."""
    return _blocks(whole, weights, BlockSum, 1)


def _blocks(whole, part, atom, place):
    """Kronecker products taken apart: of C (x) D, what stands at `place` is kept, and `part` goes with the other."""
    if isinstance(whole, MatAdd):
        return MatAdd(*(_blocks(a, part, atom, place) for a in whole.args))
    if isinstance(whole, Identity) and part.rows == part.cols:
        return MatMul(Trace(part), Identity(whole.rows / part.rows))
    if isinstance(whole, MatMul):
        coefficient, factors = whole.as_coeff_matrices()
        return MatMul(coefficient, _of_product(_merged(factors), part, atom, place))
    if isinstance(whole, KroneckerProduct):
        pair = _pair(whole)
        if pair[1 - place].shape == part.shape:
            return MatMul(Trace(MatMul(transposed(pair[1 - place]), part)), pair[place])
    return atom(whole, part)


def _of_product(factors, part, atom, place):
    """A Kronecker product U (x) V at an end of a product goes, with U to what is kept and V to the part."""
    if len(factors) == 1:
        return _blocks(factors[0], part, atom, place)
    if isinstance(factors[0], KroneckerProduct):
        pair = _pair(factors[0])
        if pair[1 - place].rows == part.rows:
            rest = _of_product(factors[1:], MatMul(transposed(pair[1 - place]), part), atom, place)
            return MatMul(pair[place], rest)
    if isinstance(factors[-1], KroneckerProduct):
        pair = _pair(factors[-1])
        if pair[1 - place].cols == part.cols:
            rest = _of_product(factors[:-1], MatMul(part, transposed(pair[1 - place])), atom, place)
            return MatMul(rest, pair[place])
    return atom(MatMul(*factors), part)


def transposed(matrix):
    return matrix.args[0] if isinstance(matrix, Transpose) else Transpose(matrix)


def _pair(product):
    first, *rest = product.args
    return first, rest[0] if len(rest) == 1 else KroneckerProduct(*rest)


def _merged(factors):
    """Neighbouring Kronecker products as one: (A (x) B)(C (x) D) is AC (x) BD."""
    merged = []
    for f in factors:
        before = merged[-1] if merged else None
        both = all(isinstance(m, KroneckerProduct) for m in (before, f)) and len(before.args) == len(f.args)
        if both and all(a.cols == b.rows for a, b in zip(before.args, f.args, strict=True)):
            merged[-1] = KroneckerProduct(*map(MatMul, before.args, f.args))
        else:
            merged.append(f)
    return merged
