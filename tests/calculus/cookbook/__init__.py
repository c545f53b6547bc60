"""A table of functions of matrices, each also written by hand in NumPy, with the gradient a person writes.

The order is that of K. B. Petersen and M. S. Pedersen, The Matrix Cookbook (2012), and an id starts with the number of
the equation where there is one.
"""

from tests.calculus.cookbook import determinants, entrywise, forms, softmax, statistics, structure, traces

TABLE = [
    case for part in (determinants, forms, traces, structure, entrywise, softmax, statistics) for case in part.TABLE
]
