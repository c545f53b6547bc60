"""Matrix expressions as NumPy statements: no N x N array, nothing computed twice.

A diagonal matrix is kept as the vector of its diagonal; a product with an abbreviation that has a cheaper form (H Z, L Z)
is written in that form and shared; a quadratic form in a projector is the Gram matrix of the projected columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import (
    Add,
    DiagMatrix,
    DiagonalMatrix,
    Identity,
    Integer,
    Inverse,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    S,
    Trace,
    Transpose,
)

from derivations.export.code.association import Association, Form, typical_sizes
from derivations.export.code.inverse import InverseCode
from derivations.export.code.scalar import ATOM, PRODUCT, SUM, ScalarCode
from derivations.export.text import show
from derivations.language.atoms import Abbreviation, Centring, LogSumExp, Softmax, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser


@dataclass(frozen=True)
class Value:
    """Source of a matrix: dense, or the vector of a diagonal; `level` as in ScalarCode.

    `centred` is the name of a `Centred` of which it is the matrix.
    """

    code: str
    level: int
    diagonal: bool = False
    centred: str = ""

    def bound(self, at_least):
        return self.code if self.level >= at_least else f"({self.code})"


class MatrixCode(InverseCode):
    """Writes expressions over one loss's symbols; what it shares becomes named intermediates, in order.

    `matrices` are thin ones, `relations` those of samples by samples, dense or sparse: a product of the two is shared.
    """

    def __init__(self, scalars, matrices, names, facts=(), relations=()):
        self.scalar_code = ScalarCode(scalars)
        self.relations = dict(relations)
        self.known = {symbol: Value(name, ATOM) for symbol, name in (*matrices.items(), *self.relations.items())}
        self.names = names
        self.size = typical_sizes([*matrices, *self.relations])
        self.normal = normaliser(tuple(facts))
        self.folded = normaliser(tuple(facts), folded=True)
        self.lines = []
        self.variables = []
        self.fresh = set()  # names of arrays that share memory with no other
        self.centred = {}  # of what the `Centred` matrices are, by name

    def assign(self, name, code, expr):
        """A statement `name = code` with the shape and the formula as its comment."""
        return self._named(name, code, f"({', '.join(map(show, expr.shape))}), {show(expr)}")

    def _computed(self, name, code, expr):
        """The same for what is a new array."""
        value = self.assign(name, code, expr)
        self.fresh.add(value.code)
        return value

    def _named(self, name, code, comment):
        taken = sum(v.rstrip("0123456789") == name for v in self.variables)
        name = f"{name}{taken + 1}" if taken else name
        self.lines.append((f"{name} = {code}", comment))
        self.variables.append(name)
        return Value(name, ATOM)

    def matrix(self, expr):
        """The Value of a matrix expression; intermediates that it needs are assigned on the way."""
        if expr not in self.known:
            value = self._matrix(expr)
            if value.level == ATOM and value.code in self.variables:
                self.known[expr] = value
            return value
        return self.known[expr]

    def _matrix(self, expr):
        if isinstance(expr, Abbreviation) and expr in self.names:
            return self.assign(self.names[expr], self._definition(expr.definition), expr)
        if isinstance(expr, Identity):
            return Value(f"np.eye({self.scalar_code(expr.rows)})", ATOM)
        if isinstance(expr, Transpose):
            inner = self.matrix(expr.args[0])
            return inner if inner.diagonal else Value(f"{inner.bound(ATOM)}.T", ATOM)
        if isinstance(expr, MatMul):
            return self._product(*expr.as_coeff_matrices())
        if isinstance(expr, MatAdd):
            return self._sum(expr)
        if isinstance(expr, DiagonalMatrix):
            return self._diagonal(expr.args[0])
        if isinstance(expr, DiagMatrix):
            return replace(self.matrix(expr.args[0]), diagonal=True)
        if isinstance(expr, (LogSumExp, Softmax)):
            self._softmax(*expr.args)
            return self.known[expr]
        raise UnsupportedExpression(expr, "the NumPy code", "no rule for it")

    def _softmax(self, scores, candidates):
        """The softmax of each row with its log-sum-exp, of scores less the largest of the row, which stand for them."""
        code = f"row_softmax({self.matrix(scores).code}, {self.matrix(candidates).code})"
        shape, rows = f"({', '.join(map(show, scores.shape))})", f"({show(scores.rows)},)"
        comment = f"{shape}, {rows}, {shape}: {show(scores)} but for a number in each row, its LSE, P"
        named = {
            scores: "shifted",
            LogSumExp(scores, candidates): "log_sum_exp",
            Softmax(scores, candidates): "softmax",
        }
        self.known |= self._several(named, code, comment)

    def _several(self, named, code, comment):
        """A statement that names several expressions at once; their Values."""
        self.lines.append((f"{', '.join(named.values())} = {code}", comment))
        self.variables += named.values()
        self.fresh |= {*named.values()}
        return {expr: Value(name, ATOM) for expr, name in named.items()}

    def _definition(self, expr):
        """X' M X / c with a projector M: the Gram matrix of M X."""
        if isinstance(expr, MatMul):
            coefficient, factors = expr.as_coeff_matrices()
            if len(factors) == 3 and factors[0] == Transpose(factors[2]):
                _, middle, last = factors
                if self.normal(MatMul(Transpose(middle), middle)) == self.normal(middle):
                    half = self.matrix(MatMul(middle, last))
                    code = f"{half.centred}.gram" if half.centred else f"{half.bound(ATOM)}.T @ {half.bound(ATOM)}"
                    return self.scaled(coefficient, Value(code, PRODUCT)).code
        return self.matrix(expr).code

    def scaled(self, coefficient, value):
        """The Value of a number times a matrix."""
        if coefficient == 1:
            return value
        if coefficient.could_extract_minus_sign():
            return Value(f"-{self.scaled(-coefficient, value).bound(PRODUCT)}", SUM, value.diagonal)
        above, below = coefficient.as_numer_denom()
        if above == 1:
            return Value(f"{value.bound(PRODUCT)} / {self.scalar_code(below, ATOM)}", PRODUCT, value.diagonal)
        return Value(f"{self.scalar_code(coefficient, PRODUCT)} * {value.bound(ATOM)}", PRODUCT, value.diagonal)

    def _product(self, coefficient, factors):
        if self.is_thinned(factors):
            return self._thinned(coefficient, factors)
        factors = self.paired(list(factors))
        if isinstance(factors[-1], MatAdd) and len(factors) > 1:
            return self._distributed(coefficient, factors)
        return self.scaled(coefficient, self._chain(factors))

    def _chain(self, factors):
        """The Value of a product, in the order that costs least."""
        values = [self.matrix(f) for f in factors]
        everywhere = frozenset("rc")
        forms = [
            Form(self.size(f.rows), self.size(f.cols), None if v.diagonal else everywhere, v.diagonal)
            for f, v in zip(factors, values, strict=True)
        ]
        order = Association(factors, forms, lambda keys: False, lambda keys: None)

        def run(i, j):
            if j == i + 1:
                return values[i]
            k = order.best(i, j)[2]
            return self._times(run(i, k), run(k, j))

        return run(0, len(factors))

    def weights(self, coefficient, expr):
        """The source of c M, a new array, for a square M that is not diagonal."""
        dense, diagonal = [], []
        for term in MatAdd.make_args(expr):
            number, core = _split(term)
            number *= coefficient
            if isinstance(core, Identity):
                diagonal.append(self.scalar_code(number, SUM))
            else:
                value = self.scaled(number, self.matrix(core))
                (diagonal if value.diagonal else dense).append(value.bound(SUM))
        code = added_up(dense)
        if not diagonal:
            return code
        return f"plus_diagonal({f'1 * {code}' if code.isidentifier() else code}, {added_up(diagonal)})"

    def is_thinned(self, factors):
        """Whether a product is of a sum with a relation in it and something on its right."""
        return (
            len(factors) > 1
            and isinstance(factors[0], MatAdd)
            and bool(self.relations.keys() & factors[0].free_symbols)
        )

    def _thinned(self, coefficient, factors):
        """(A + M) Z with a relation A: products with Z, for the sum is of samples by samples."""
        total, *right = factors
        terms = (a.as_coeff_matrices() if isinstance(a, MatMul) else (1, [a]) for a in total.args)
        parts = [self._product(c, [*matrices, *right]).bound(SUM) for c, matrices in terms]
        return self.scaled(coefficient, Value(added_up(parts), SUM))

    def _distributed(self, coefficient, factors):
        """A (D + M) with a diagonal D and a dense M: two products, for D only scales columns."""
        left, total = factors[:-1], factors[-1]
        terms = sorted(total.args, key=self.is_diagonal)
        parts = [self._product(*MatMul(*left, term).as_coeff_matrices()) for term in terms]
        code = " + ".join(p.bound(SUM) for p in parts)
        return self.scaled(coefficient, Value(code, SUM))

    def paired(self, factors):
        """Join factors whose product is cheap or used twice, as one shared intermediate: an abbreviation with a product of
        its own, or a relation, and the factor on its right; X' and X.
        """
        n = 0
        while n < len(factors) - 1:
            first, second = factors[n : n + 2]
            if isinstance(first, Abbreviation) and first.product_name:
                factors[n : n + 2] = [self._applied(first, second)]
            elif first in self.relations and second == OneMatrix(first.cols, 1):
                factors[n : n + 2] = [self._row_sums(first, second)]
            elif first in self.relations:
                factors[n : n + 2] = [self._joined(first, second, "image")]
            elif isinstance(second, Inverse):
                factors[n : n + 2] = [self._over(first, second)]
                continue
            elif first == Transpose(second) and second in self.known:
                factors[n : n + 2] = [self._joined(first, second, "gram")]
            n += 1
        return factors

    def _joined(self, first, second, name):
        pair = MatMul(first, second)
        if pair not in self.known:
            code = self._times(self.matrix(first), self.matrix(second)).code
            if first in self.relations:
                code = f"relation_product({self.relations[first]}, {self.matrix(second).code})"
            self.known[pair] = self._computed(self.names.get(pair, name), code, pair)
        return pair

    def _row_sums(self, relation, ones):
        pair = MatMul(relation, ones)
        if pair not in self.known:
            code = f"degrees({self.relations[relation]})"
            self.known[pair] = self._named("weights", code, f"({show(relation.rows)},), {show(pair)}")
        return pair

    def _applied(self, operator, operand):
        pair = MatMul(operator, operand)
        if pair not in self.known:
            around = self._centred(operator, operand)
            around = self.matrix(around)
            code = operator.numpy_product(around.centred or around.code)
            value = self._computed(operator.product_name, code, pair)
            if isinstance(operator, Centring):
                self.centred[value.code] = around.code
                value = Value(f"{value.code}.formed", ATOM, centred=value.code)
            self.known[pair] = value
        return pair

    def _centred(self, operator, operand):
        """M X computed from H X where M H = M and H X is known: the same, with less rounding."""
        for known in self.known:
            if isinstance(known, MatMul) and len(known.args) == 2 and known.args[1] == operand:
                projector = known.args[0]
                if projector.shape != operator.shape:
                    continue
                if projector != operator and self.normal(MatMul(operator, projector)) == self.normal(operator):
                    return known
        return operand

    def _times(self, a, b):
        if a.diagonal and b.diagonal:
            return Value(f"{a.bound(PRODUCT)} * {b.bound(ATOM)}", PRODUCT, True)
        if b.diagonal:
            return Value(f"{a.bound(PRODUCT)} * {b.bound(ATOM)}", PRODUCT)
        if a.diagonal:
            return Value(f"{a.bound(ATOM)}[:, None] * {b.bound(ATOM)}", PRODUCT)
        return Value(f"{a.bound(PRODUCT)} @ {b.bound(ATOM)}", PRODUCT)

    def _sum(self, expr):
        if expr.is_square and self.folded(DiagonalMatrix(expr)).is_zero:
            return self._off_diagonal(expr)
        if len(set(map(self.is_diagonal, expr.args))) > 1:
            return Value(self.weights(S.One, expr), ATOM)
        values = [self.matrix(a) for a in expr.args]
        codes = [v.bound(SUM) for v in values]
        return Value(added_up(codes), SUM, values[0].diagonal)

    def _off_diagonal(self, expr):
        """A sum with diagonal 0 is its dense part without the diagonal."""
        dense = [a for a in expr.args if not self.is_diagonal(a)]
        if len(dense) != 1 or expr in self.known:
            raise UnsupportedExpression(expr, "the NumPy code", "more than one dense matrix off the diagonal")
        whole = self.matrix(dense[0]).bound(ATOM)
        comment = f"({show(expr.rows)}, {show(expr.cols)}), {show(dense[0])} off its diagonal"
        self.known[expr] = self._named("off_diagonal", f"hollow({whole})", comment)
        return self.known[expr]

    @staticmethod
    def is_diagonal(expr):
        """Whether it is written as a multiple of a diagonal matrix."""
        return isinstance(_split(expr)[1], (Identity, DiagonalMatrix))

    def _diagonal(self, expr):
        """The diagonal of a sum of matrices, as a vector."""
        codes = []
        for term in expr.args if isinstance(expr, MatAdd) else (expr,):
            coefficient, core = _split(term)
            if isinstance(core, Identity):
                codes.append((coefficient, "1"))
            else:
                codes.append((coefficient, f"diagonal_of({self.matrix(core).code})"))
        codes.sort(key=lambda pair: pair[1] == "1")
        code = codes[0][1] if codes[0][0] == 1 else f"{self.scalar_code(codes[0][0], PRODUCT)} * {codes[0][1]}"
        for coefficient, piece in codes[1:]:
            sign, size = ("-", -coefficient) if coefficient.could_extract_minus_sign() else ("+", coefficient)
            amount = self.scalar_code(size, PRODUCT)
            code += f" {sign} {amount if piece == '1' else f'{amount} * {piece}'}"
        comment = f"({show(expr.rows)},), the diagonal of {show(expr)}"
        return replace(self._named("diagonal", code, comment), diagonal=True)

    def scalar(self, expr):
        """The terms of a scalar expression of matrices, as source to be added up."""
        terms = []
        for term in Add.make_args(expr):
            coefficient, rest = [], []
            for factor in Mul.make_args(term):
                (rest if isinstance(factor, (LogDet, SquaredNorm, Trace)) else coefficient).append(factor)
            pieces = list(map(self._scalar, rest))
            terms.append(self._weighted(Mul(*coefficient), pieces))
        return terms

    def _weighted(self, coefficient, pieces):
        extra = [c for c, _ in pieces]
        total = Mul(coefficient, *extra)
        code = " * ".join(piece for _, piece in pieces)
        return self.scaled(total, Value(code, ATOM if len(pieces) == 1 else PRODUCT)).code

    def _scalar(self, node):
        """(coefficient, source) of a scalar function of a matrix."""
        if isinstance(node, LogDet):
            return 1, self._log_det(node)
        return self._squared(node) if isinstance(node, SquaredNorm) else self._trace(node)

    def _squared(self, node):
        if node.args[0] in self.relations:
            return 1, f"squared_norm({self.relations[node.args[0]]})"
        value = self.matrix(node.args[0])
        return 1, f"inner({value.code}, {value.code})"

    def _trace(self, node):
        """tr(A' B) is the sum of the entrywise products; the product is split where both halves are thin."""
        inner = node.args[0]
        coefficient, factors = inner.as_coeff_matrices() if isinstance(inner, MatMul) else (1, [inner])
        if len(factors) < 2 or not isinstance(factors[0], Transpose):
            raise UnsupportedExpression(node, "the NumPy code", "only tr(A' B) is written")
        left, right = factors[0].args[0], MatMul(*factors[1:])
        if left in self.relations:
            return coefficient, f"{self.relations[left]}.multiply({self.matrix(right).code}).sum()"
        product = self.matrix(right)
        middle = right.args[0] if isinstance(right, MatMul) else None
        around = self._centred(middle, left) if middle is not None else left
        value = self.matrix(around)
        if value.centred and around != left:  # its columns sum to zero
            return coefficient, f"{value.centred}.inner({product.code})"
        return coefficient, f"inner({value.code}, {product.code})"


def added_up(codes):
    """The source of a sum, what is taken away last."""
    first, *rest = sorted(codes, key=lambda c: (c.startswith("-"), -c.count("@")))
    return first + "".join(f" - {c[1:]}" if c.startswith("-") else f" + {c}" for c in rest)


def _split(term):
    """(coefficient, the matrix that it multiplies) of a term of a sum."""
    if not isinstance(term, MatMul):
        return Integer(1), term
    coefficient, factors = term.as_coeff_matrices()
    return coefficient, factors[0] if len(factors) == 1 else MatMul(*factors)
