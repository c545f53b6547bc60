"""What is said when an expression cannot be treated, or a question cannot be decided."""


class UnsupportedExpression(Exception):
    """A node that one part of the toolkit has no rule for: names the node and the reason."""

    def __init__(self, node, part, reason):
        self.node = node
        super().__init__(f"{part} cannot treat `{node}` ({type(node).__name__}): {reason}")


class Undecided(Exception):
    """Neither proved nor refuted: the normal forms differ, and no instance tells the two sides apart."""


class NoInstance(Exception):
    """The hypotheses cannot be met with the dimensions and values drawn so far."""


class BadRequest(Exception):
    """What the user asked for cannot be done as asked; says what was found and what is possible."""
