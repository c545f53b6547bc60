"""How far the correlations of standardised columns of two views stay below one, by an identity.

For columns b_a and b_b with mean square 1 - m_a and 1 - m_b, C_kk = b_a'b_b/N is 1 - (m_a + m_b)/2 less half their mean squared
distance. So an eps in the scales, or N - 1 in the place of N, keeps a loss that asks for C = I away from zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import DiagMatrix, DiagonalOf, Expr, Identity, MatAdd, MatMul, MatrixExpr, MatrixSymbol, Trace, Transpose

from derivations.implementations.shipped import K, N, views
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import AtMost, Equal, Positive, Proposition
from derivations.losses.barlow_twins import redundancy
from derivations.losses.contrastive.repulsion import off_diagonal
from derivations.proof import rules

any_columns = [MatrixSymbol(f"Y_{z.name[-1]}", N, K) for z in views]


def correlation(columns, divisor=N, name="C"):
    """The sums of products of the columns of two views, over a divisor."""
    first, second = columns
    return Named(name, MatMul(1 / divisor, Transpose(first), second))


@dataclass(frozen=True)
class Shortfall:
    """What the correlations C_kk of the columns of two views lack of one under the facts: what the scales of the columns leave
    out, which is `missing`, and half the mean squared distance of the two. `weight` is that of C_jk^2 in the loss.
    """

    columns: tuple[MatrixExpr, MatrixExpr]
    missing: MatrixExpr
    facts: tuple[Proposition, ...]
    weight: Expr

    @property
    def C(self):
        return correlation(self.columns)

    @property
    def lacking(self):
        return DiagonalOf(MatAdd(Identity(K), MatMul(-1, self.C)))

    @property
    def apart(self):
        first, second = self.columns
        return MatAdd(first, MatMul(-1, second))

    @property
    def distances(self):
        """Half the mean squared distances."""
        return DiagonalOf(MatMul(1 / (2 * N), Transpose(self.apart), self.apart))

    def statements(self):
        """What 1 - C_kk is; that it is positive; that the loss is at least the sum of the squares of what is missing."""
        return (
            Equal(self.lacking, MatAdd(self.missing, self.distances)),
            Positive(self.lacking),
            AtMost(SquaredNorm(self.missing), redundancy(self.C, self.weight)),
        )

    def theorems(self):
        """The statements, proved."""
        equation, positive, bound = self.statements()
        weighed = Trace(MatMul(1 / N, self.apart, DiagMatrix(self.missing), Transpose(self.apart)))
        nonnegative = [SquaredNorm(self.distances), weighed, self.weight * off_diagonal(self.C)]
        parts = rules.positive_function(equation.rhs, self.facts)
        return (
            rules.normal_form(equation, self.facts),
            rules.restatement(parts, positive, self.facts),
            rules.combination(bound, [], remainder=nonnegative, hypotheses=self.facts),
        )

    def by_variances(self, columns, variances):
        """The theorems, from those of any columns, Y_a and Y_b, in the place of `columns`, with symbols for their variances; a
        mapping says what these are in Y_a and Y_b.
        """
        symbols = {v: MatrixSymbol(f"v{v.arg.name[1:]}", K, 1) for v in variances}
        general = dict(zip(columns, any_columns, strict=True)) | symbols
        own = Shortfall(
            tuple(m.xreplace(general) for m in self.columns),
            self.missing.xreplace(general),
            (
                *(Equal(variances[v], symbol) for v, symbol in symbols.items()),
                *(h.map(lambda e: e.xreplace(general)) for h in self.facts),
            ),
            self.weight,
        )
        meanings = {symbol: meaning for meaning, symbol in general.items()}
        for theorem, statement in zip(own.theorems(), self.statements(), strict=True):
            yield shown(rules.restatement(rules.substitution(theorem, meanings), statement, self.facts))


def shown(theorem):
    """The theorem without the hypotheses that hold anyway: what variances are, and that they are positive with an eps."""
    for h in theorem.hypotheses:
        proof = rules.positive_function(h.vector) if isinstance(h, Positive) else rules.normal_form(h)
        theorem = rules.discharge(theorem, proof)
    return theorem
