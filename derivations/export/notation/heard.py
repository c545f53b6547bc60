"""What a printer says: every expression that it prints is remembered, so that no more and no less is declared and defined."""

from __future__ import annotations

from contextlib import contextmanager


class Heard:
    """To be mixed into a printer of derivations.export.notation, before it in the order of resolution.

    `heard` are the expressions that were printed, with what they are called where they have a name. What was printed once is
    not printed again: names do not change once there is a printer for them.
    """

    def __init__(self, names=None):
        super().__init__(names)
        self.heard = set()
        self.printed = {}

    def _print(self, expr, **kwargs):
        key = (expr, self.scope, self.in_script, tuple(self.spelled.items()))
        if key not in self.printed:
            with self.hearing() as heard:
                self.printed[key] = (super()._print(expr, **kwargs), heard)
            heard.add(expr)
        piece, heard = self.printed[key]
        self.heard |= heard
        return piece

    @contextmanager
    def hearing(self):
        """The set of what is printed meanwhile."""
        outside, self.heard = self.heard, set()
        try:
            yield self.heard
        finally:
            self.heard = outside
