"""Plain text of expressions."""

from __future__ import annotations

from sympy.printing.str import StrPrinter

from derivations.export.notation.piece import ADD, ATOM, MUL, NoNames, Piece
from derivations.export.notation.printer import Notation


class TextPrinter(Notation, StrPrinter):
    """SymPy expressions in plain text: Z' L Z, (x)_+, sum_k lambda_k.

    Raises UnsupportedExpression on an unknown node.
    """

    form, part = "text", "the text printer"
    space, ones, hadamard, kronecker = " ", "1", " o ", " (x) "
    fraction_in_front = False

    def __init__(self, names=None):
        super().__init__()
        self.names = names or NoNames()

    def symbol(self, name):
        return Piece(name.replace("^*", "*"))

    def function(self, name):
        return name

    def bracket(self, content):
        return f"({content})"

    def call(self, name, arguments):
        return Piece(f"{name}({', '.join(arguments)})")

    def fraction(self, numerator, denominator, in_front=False):
        written = f"{self.bracketed(numerator, MUL)}/{self.bracketed(denominator, ATOM)}"
        return Piece(f"({written})") if in_front else Piece(written, MUL)

    def root(self, radicand):
        return Piece(f"sqrt({radicand})")

    def power(self, base, exponent):
        return f"{base}^{self.bracketed(exponent, ATOM)}"

    def positive_part(self, content):
        return Piece(f"{content}_+")

    def transposed(self, matrix):
        return Piece(f"{self.bracketed(matrix, ATOM)}'")

    def inverse_transposed(self, matrix):
        return self.power(self.transposed(matrix), Piece("-1", ADD))

    def entry(self, base, index):
        plain = all(i.isalnum() and len(i) == 1 for i in index)
        return Piece(f"{base}_{''.join(index)}" if plain else f"{base}_({', '.join(index)})")

    def blocks(self, rows):
        return f"[{'; '.join(', '.join(row) for row in rows)}]"

    def summation(self, indices, low, high, implied):
        names = ",".join(indices)
        return f"sum_{names}" if implied else f"sum_({names}={low}..{high})"

    def summation_apart(self, indices):
        return f"sum_({' != '.join(indices)})"
