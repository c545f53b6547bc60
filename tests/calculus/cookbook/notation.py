"""The symbols and the short names that the table is written with."""

from sympy import Identity, Lambda, MatrixSymbol, OneMatrix, Symbol, Trace, symbols

N, K = symbols("N K", integer=True, positive=True)
A, B, C, S, X = (MatrixSymbol(name, N, N) for name in "ABCSX")
P, Q, V, W, Y, Z = (MatrixSymbol(name, N, K) for name in "PQVWYZ")
D, T = (MatrixSymbol(name, K, K) for name in "DT")
a, b, c, p, x = (MatrixSymbol(name, N, 1) for name in "abcpx")
u = MatrixSymbol("u", K, 1)
r = MatrixSymbol("r", 1, N)
t = MatrixSymbol("t", 1, 1)
i, j = symbols("i j", integer=True, nonnegative=True)
n = Symbol("n", integer=True, positive=True)
tau = Symbol("tau", positive=True)
alpha, y = symbols("alpha y", real=True)

I, I_K = Identity(N), Identity(K)
column, row, column_K = OneMatrix(N, 1), OneMatrix(1, N), OneMatrix(K, 1)
H = I - OneMatrix(N, N) / N
gram = Z.T * Z


def each(body, matrix):
    """An expression in y, at each entry of the matrix."""
    return matrix.applyfunc(Lambda(y, body))


def total(matrix):
    """The sum of the entries."""
    return Trace(OneMatrix(1, matrix.rows) * matrix * OneMatrix(matrix.cols, 1))


def squared_norm(matrix):
    return Trace(matrix.T * matrix)
