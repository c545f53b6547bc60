"""Printed text that knows how it may be put into other text."""

from __future__ import annotations

ADD, MUL, POW, ATOM = range(4)


class Piece(str):
    """Printed text that knows how tightly it holds together, and whether it reaches as far right as it can."""

    level = ATOM
    big = False

    def __new__(cls, text, level=ATOM, big=False):
        piece = super().__new__(cls, text)
        piece.level, piece.big = level, big
        return piece


class NoNames:
    """Nothing is called anything."""

    def lookup(self, expr):
        return None

    def within(self, total):
        return [], total
