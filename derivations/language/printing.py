"""How SymPy finds the brackets of a product of matrices, where it writes one as text.

Its own way compares the product with its negative, which evaluates all that is in it: a sum over indices is then looked for in
closed form, for minutes or for ever, by whoever prints a formula in a message. The sign is that of the first factor.
"""

from sympy.printing.precedence import PRECEDENCE, PRECEDENCE_FUNCTIONS


def _precedence(product):
    coefficient = product.args[0]
    negative = coefficient.is_Number and coefficient.is_extended_negative
    return PRECEDENCE["Add" if negative else "Mul"]


PRECEDENCE_FUNCTIONS["MatMul"] = _precedence
