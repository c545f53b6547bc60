"""What SymPy gets wrong where a scalar function has matrices inside, set right for all that is written once this is imported.

Brackets: to find out whether a product needs some in text, SymPy compares it with its negative, which evaluates all that is
in it. A sum over indices is then looked for in closed form, for minutes or for ever, by whoever prints a formula in a message.
The sign is that of the first factor, which is what the comparison comes to.

Content: to compare scalars, as `Max` does, SymPy takes a common number out of all that is in them, and puts matrices
together again as scalars: Max(0, tr(2 A)) raises that 2 A is not a matrix. No number is taken out of a matrix.
"""

from sympy import Expr, MatAdd, MatMul
from sympy.printing.precedence import PRECEDENCE, PRECEDENCE_FUNCTIONS


def _precedence(product):
    coefficient = product.args[0]
    negative = coefficient.is_Number and coefficient.is_extended_negative
    return PRECEDENCE["Add" if negative else "Mul"]


PRECEDENCE_FUNCTIONS["MatMul"] = _precedence
MatAdd.as_content_primitive = MatMul.as_content_primitive = Expr.as_content_primitive
