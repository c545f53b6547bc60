"""What a long gradient is written in."""

from sympy import DiagMatrix, DiagonalOf, HadamardProduct, Identity, MatAdd, MatMul, MatrixSymbol, Symbol, Transpose

from derivations.export.pieces import pieces

n, k = (Symbol(name, integer=True, positive=True) for name in ("n", "k"))
Z, C, v = MatrixSymbol("Z", n, k), MatrixSymbol("C", k, k), MatrixSymbol("v", k, 1)
core = MatAdd(MatMul(Transpose(C), C), MatMul(C, C, C), Identity(k))
scale = HadamardProduct(DiagonalOf(MatMul(C, core)), v)


def long(*terms):
    return MatAdd(*terms, *(MatMul(m, *[Z, *[C] * m]) for m in range(2, 10)))


def test_a_short_gradient_is_left_alone():
    assert pieces(MatMul(Z, core), Z) == []


def test_a_sum_of_another_shape_has_a_name_and_what_scales_columns_too():
    found = pieces(long(MatMul(Z, core), MatMul(Z, DiagMatrix(scale))), Z)
    assert found == [("FEP", core), ("uv", scale)]


def test_a_sum_inside_a_product_has_a_name_last_and_the_whole_has_none():
    inner = long(MatMul(Z, C), Z)
    whole = MatMul(2, MatAdd(MatMul(inner, C), Z))
    assert pieces(whole, Z) == [("FEP", inner)]
    assert pieces(inner, Z) == []
