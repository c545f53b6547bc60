"""What is said when an expression cannot be treated, or a question cannot be decided."""

from sympy import Basic


class UnsupportedExpression(Exception):
    """A node that one part of the toolkit has no rule for: names the node and the reason."""

    def __init__(self, node, part, reason):
        self.node, self.part, self.reason = node, part, reason
        super().__init__(node, part, reason)

    def __str__(self):
        return f"{self.part} cannot treat `{self.node}` ({type(self.node).__name__}): {self.reason}"

    def told(self, show):
        """The same as a sentence, without the full stop, with a printer of one's own."""
        return f"{self.part} cannot treat {show(self.node)}: {self.reason}"


class Undecided(Exception):
    """Neither proved nor refuted: the normal forms differ, and no instance tells the two sides apart."""


class NoInstance(Exception):
    """The hypotheses cannot be met with the dimensions and values drawn so far."""


class BadRequest(Exception):
    """What the user asked for cannot be done as asked; says what was found and what is possible."""


class NotSpectral(Exception):
    """A loss whose optimum the spectral filter theorem does not give: the first step that fails, and why, in a sentence.

    `expressions` are those that the sentence speaks of, in order; `told` writes it with a printer of one's own.
    """

    def __init__(self, step, reason, *expressions):
        self.step = step
        self.reason = reason
        self.expressions = expressions
        super().__init__(f"{self.told(str)} ({step})")

    def told(self, show):
        return self.reason.format(*map(show, self.expressions))


def not_spectral(step, lead, error, *expressions):
    """The NotSpectral whose reason is another error; the `lead` speaks of the expressions."""
    if isinstance(error, UnsupportedExpression) and isinstance(error.node, Basic):
        reason = f"{_escaped(error.part)} cannot treat {{}}: {_escaped(error.reason)}"
        return NotSpectral(step, lead + reason, *expressions, error.node)
    return NotSpectral(step, lead + _escaped(str(error)), *expressions)


def _escaped(text):
    return text.replace("{", "{{").replace("}", "}}")
