"""The normal form that decides equality.

An expression that is polynomial in the entries of its matrices is a sum of networks; with like networks joined and the
declared facts used as rewriting rules from left to right, that sum is its normal form. Without facts, two expressions
are equal for all dimensions exactly if their normal forms are. With facts, equal normal forms prove equality, and
unequal ones prove nothing: `equal` then looks for an instance that tells the two sides apart, and raises `Undecided`
if it finds none.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, lru_cache

from sympy import (
    BlockMatrix,
    DiagMatrix,
    Dummy,
    HadamardProduct,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    Mul,
    OneMatrix,
    S,
    Symbol,
    Transpose,
    exp,
    expand,
    postorder_traversal,
)
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation, LogSumExp
from derivations.language.entries import composed, entry_networks, expands
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.laws import atoms_with_laws, laws
from derivations.language.network import Term, spelling
from derivations.language.norms import Absolute, Norms
from derivations.language.parse import Parser
from derivations.language.partition import taken_apart
from derivations.language.propositions import (
    Candidates,
    Invertible,
    Orthonormal,
    Permutation,
    Positive,
    PositiveDefinite,
    Signs,
    Symmetric,
)
from derivations.language.rewrite import LARGEST, STEPS, Rule, apply, divided, merge_entries, solved
from derivations.language.shapes import misfit
from derivations.language.substitute import node_count, not_real
from derivations.language.sums import NormalForm, product, relabelled, spelled


class Normaliser:
    """Normal forms under a set of facts (propositions taken as hypotheses).

    Abbreviations are looked through, except those that a rewriting rule speaks of; with `folded=True` all of them are
    kept, which is faster and proves less.
    """

    parser_class = Parser

    def __init__(self, facts=(), folded=False):
        self.facts = tuple(facts)
        self.folded = folded
        self.names = {}
        self.symmetric_names = {}
        self.known = {}
        # an abbreviation that a rule speaks of stays folded, so that the rule can be seen to apply
        self.opaque = frozenset(
            a for f in self.facts if not isinstance(f, Symmetric) for lhs, _ in f.equations() for a in _outermost(lhs)
        )
        self.forms, self.totals, self.values = {}, {}, {}
        self.laws_of = {}
        self.atoms = frozenset().union(*(atoms_with_laws(e) for f in self.facts for e in f.expressions()))

    @cached_property
    def parser(self):
        return self.parser_class(self)

    def is_opaque(self, node):
        """Whether an abbreviation is not looked through."""
        return self.folded or node in self.opaque

    @cached_property
    def declared_symmetric(self):
        return frozenset(f.matrix for f in self.facts if isinstance(f, Symmetric))

    @cached_property
    def positive(self):
        """The functions of entries that are declared positive, each with the dimensions that its indices run over; a number
        has none.
        """
        found = self.__dict__["positive"] = set()  # a fact is read by those before it
        for vector in (f.vector for f in self.facts if isinstance(f, Positive)):
            if not isinstance(vector, MatrixExpr):
                found.add((expand(vector), ()))
                continue
            indices = [Dummy(integer=True) for d in vector.shape if d != 1]
            at = iter(indices)
            whole = composed(MatrixElement(vector, *(next(at) if d != 1 else S.Zero for d in vector.shape)))
            elements = sorted(whole.atoms(MatrixElement), key=str)
            found.add((self.parser.entry(whole, elements, indices), tuple(d for d in vector.shape if d != 1)))
        return found

    @cached_property
    def orthogonal(self):
        """The square matrices that are declared to be orthogonal."""
        found = [f.matrix for f in self.facts if isinstance(f, Permutation)]
        found += [DiagMatrix(f.vector) for f in self.facts if isinstance(f, Signs)]
        found += [f.matrix for f in self.facts if isinstance(f, Orthonormal) and f.metric == Identity(f.matrix.cols)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def invertible(self):
        """The shapes and normal forms of the matrices that are declared to have an inverse."""
        found = self.__dict__[
            "invertible"
        ] = []  # a matrix is read by what is known of smaller ones, which may be in it
        declared = [f.matrix for f in self.facts if isinstance(f, (Invertible, PositiveDefinite))]
        for matrix in sorted(declared, key=node_count):
            with suppress(UnsupportedExpression):
                found.append((matrix.shape, self.by_facts(matrix)))
        return found

    def turned(self, matrix):
        """M, and Q M Q' and Q'M Q for every Q of its order that is declared to be orthogonal: they have the same eigenvalues."""
        yield matrix
        for q in (q for q in self.orthogonal if q.shape == matrix.shape):
            yield MatMul(q, matrix, q.T)
            yield MatMul(q.T, matrix, q)

    def is_symmetric(self, node):
        """Whether a matrix is symmetric: by declaration, or by what it is made of."""
        if node in self.declared_symmetric:
            return True
        if isinstance(node, (Absolute, MatPow)):
            return self.is_symmetric(node.args[0])
        if not isinstance(node, (Abbreviation, MatAdd, MatMul, HadamardProduct)) or not node.is_square:
            return False
        if node not in self.symmetric_names:
            self.symmetric_names[node] = False  # while it is being found out
            read = (Candidates, Invertible, Positive, PositiveDefinite, Symmetric)
            unfolded = normaliser(tuple(f for f in self.facts if isinstance(f, read)))
            self.symmetric_names[node] = unfolded(Transpose(node)) == unfolded(node)
        return self.symmetric_names[node]

    def name(self, node):
        """The key of an atom: its class, with its matrix arguments in normal form; of a compound, its normal form."""
        if node not in self.names and isinstance(node, (BlockMatrix, MatAdd, MatMul, HadamardProduct, Transpose)):
            self.names[node] = f"[{self.by_facts(node).key}]"
        elif node not in self.names and isinstance(node, Norms):  # of one length, whatever they are spelled from
            self.names[node] = f"{Norms.__name__}({self.by_facts(node.squares).key})"
        elif node not in self.names:
            parts = [self.by_facts(a).key if isinstance(a, MatrixExpr) else spelling(a) for a in node.args]
            self.names[node] = f"{type(node).__name__}({'; '.join(parts)})"
        return self.names[node]

    def multiple_of_identity(self, matrix):
        """c if the matrix has the normal form of c I, else None."""
        return self._multiple(self(matrix), matrix.rows)

    def _multiple(self, form, order):
        terms = list(form.terms.values())
        single = len(terms) == 1 and not terms[0][1].factors
        return terms[0][0] if single and form == self.by_facts(terms[0][0] * Identity(order)) else None

    def inverted(self, matrix):
        """(c, factors) of a matrix that is c times a product of matrices that are known to be invertible, and c is not 0; None
        where that is not known.
        """
        multiple = self._multiple(self.by_facts(matrix), matrix.rows)
        if multiple is not None and multiple.is_nonzero:
            return multiple, []
        if isinstance(matrix, MatMul):
            coefficient, factors = matrix.as_coeff_matrices()
            found = [self.inverted(f) if f.is_square else None for f in factors]
            if coefficient.is_nonzero and None not in found:
                return Mul(coefficient, *(c for c, _ in found)), [f for _, fs in found for f in fs]
        forms = [form for shape, form in self.invertible if shape == matrix.shape]
        known = any(self.by_facts(m) in forms for m in (matrix, Transpose(matrix))) if forms else False
        return (S.One, [matrix]) if known else None

    def is_invertible(self, matrix):
        return self.inverted(matrix) is not None

    def multiple_of_ones(self, vector):
        """c if the declared facts make the vector c 1, else None."""
        form, ones = map(self.by_facts, (vector, OneMatrix(*vector.shape)))
        ((c, _),) = form.terms.values() if len(form.terms) == 1 else ((None, None),)
        return c if c is not None and form == NormalForm([(c * a, t) for a, t in ones.terms.values()]) else None

    def sum_of_exponentials(self, node):
        """c if the declared facts make the row sums of A_ij exp(S_ij) all c, for candidates A, else None."""
        if node not in self.totals:
            self.totals[node] = None
            scores, candidates = node.args
            x = Symbol("x", real=True)
            weighted = HadamardProduct(candidates, ElementwiseApplyFunction(Lambda(x, exp(x)), scores))
            if self.are_candidates(candidates):
                with suppress(UnsupportedExpression):
                    self.totals[node] = self.multiple_of_ones(MatMul(weighted, OneMatrix(scores.cols, 1)))
        return self.totals[node]

    def levels(self, matrix):
        """(low, high, b) if the declared facts make a matrix low + (high - low) b, b a network of values 0 and 1.

        (low, None, None) for a constant, None otherwise.
        """
        if matrix not in self.values:
            self.values[matrix] = None  # while it is being found out
            with suppress(UnsupportedExpression):
                self.values[matrix] = self._levels(matrix)
        return self.values[matrix]

    def _levels(self, matrix):
        rest = dict(self.by_facts(matrix).terms)
        ((ones, _),) = self.by_facts(OneMatrix(*matrix.shape)).terms.items()
        low = rest.pop(ones, (S.Zero,))[0]
        if not rest:
            return low, None, None
        if len(rest) > 1:
            return None
        ((step, b),) = rest.values()
        squared = self._reduce(product([(S.One, b)], [(S.One, b)]), self.rules)
        return (low, low + step, b) if squared == NormalForm([(S.One, b)]) else None

    def log_sum_exp(self, scores, weights):
        """LogSumExp(S, A) for matrices S and A in networks: whether A is declared to hold candidates, a key, and terms.

        Over candidates, what is the same for all entries of a row comes out: LSE(S + c 1', A) = LSE(S, A) + c, with the
        key of LSE(S, A) and the terms of c. (A row without candidates has LSE = 0, whatever its scores.)
        """
        scores, weights = (self._reduce(list(terms), self.rules) for terms in (scores, weights))
        shapes = {tuple(t.dims.get(t.port(p), S.One) for p in ("row", "column")) for _, t in weights.terms.values()}
        declared = any(self.by_facts(c) == weights for shape in shapes for c in self.candidates(shape))
        shift = []
        if declared:
            parts = [(c, t, t.without_free_port("column")) for c, t in scores.terms.values()]
            shift = [(c, constant) for c, _, constant in parts if constant is not None]
            scores = NormalForm([(c, t) for c, t, constant in parts if constant is None])
        return declared, f"{LogSumExp.__name__}({scores.key}; {weights.key})", shift

    @cached_property
    def rules(self):
        rules = self.__dict__["rules"] = []  # a fact is read by those before it
        for fact in self.facts:
            if isinstance(fact, Symmetric):
                continue
            rules += [self._rule(lhs, rhs) for lhs, rhs in fact.equations() if not self._is_trivial(lhs, rhs)]
            rules += [Rule(lhs, tuple(rhs)) for lhs, rhs in fact.patterns(self.parser.matrix)]
        return rules

    def _is_trivial(self, lhs, rhs):
        """Whether two matrices are the same network for network: 1 1' o G = G says nothing."""
        matrices = isinstance(lhs, MatrixExpr) and isinstance(rhs, MatrixExpr)
        return matrices and self._reduce(self.parser.matrix(lhs), []) == self._reduce(self.parser.matrix(rhs), [])

    def _rule(self, lhs, rhs):
        read = self.parser.matrix if isinstance(lhs, MatrixExpr) else lambda e: self.parser.scalar(e, {})
        pattern, right = read(lhs), read(rhs)
        if len(pattern) != 1:  # what is left of it once both sides are subtracted
            pattern, right = list((NormalForm(pattern) - NormalForm(right)).terms.values()), []
        if len(pattern) > 1 and (rule := solved(self._reduce(pattern, []).terms.values())) is not None:
            return rule
        if len(pattern) != 1 or not pattern[0][1].factors:
            raise ValueError(f"the hypothesis {lhs} = {rhs} does not rewrite: its left side is not a single product")
        ((coefficient, network),) = pattern
        free, network = network.without_free_sums()
        coefficient = Mul(coefficient, *free)
        if coefficient.is_zero is not False:
            raise ValueError(f"the hypothesis {lhs} = {rhs} does not rewrite: {coefficient} may be zero")
        if network.has_free_ports():
            raise ValueError(f"the hypothesis {lhs} = {rhs} does not rewrite: its left side is constant along an index")
        return Rule(network, tuple((c / coefficient, t) for c, t in right))

    def are_candidates(self, matrix):
        """Whether a matrix is known to hold the candidates of a softmax: 0 and 1, with a 1 in every row."""
        form = self.by_facts(matrix)
        return any(c == matrix or self.by_facts(c) == form for c in self.candidates(matrix.shape))

    def candidates(self, shape):
        """Everyone, everyone else where there is more than one sample, and those that are declared."""
        n, m = shape
        if expand(m).is_positive:
            yield OneMatrix(n, m)
        if n == m and expand(n - 1).is_positive:
            yield MatAdd(OneMatrix(n, n), MatMul(-1, Identity(n)))
        yield from (f.matrix for f in self.facts if isinstance(f, Candidates) and f.matrix.shape == shape)

    def _laws(self, expr):
        """The rules of the atoms in the facts and in an expression."""
        atoms = self.atoms | atoms_with_laws(expr)
        for atom in sorted(atoms, key=str):
            if atom not in self.laws_of:
                self.laws_of[atom] = tuple(laws(atom, self))
            yield from self.laws_of[atom]

    def __call__(self, expr):
        expr = _sympify(expr)
        if expr not in self.known:
            _check(expr)
            self.known[expr] = self._normal_form(expr)
        return self.known[expr]

    def _normal_form(self, expr):
        terms = self.parser.matrix(expr) if isinstance(expr, MatrixExpr) else self.parser.scalar(expr, {})
        return self._reduce(terms, [*self.rules, *self._laws(expr)])

    def for_every(self, expr):
        """The normal form of a scalar for every value of the indices that are free in it."""
        _check(expr)
        return self._reduce(self.parser.every(expr), [*self.rules, *self._laws(expr)])

    def entrywise(self, entry, indices, shape):
        """The normal form of the matrix whose entry at the indices (i, j) is a scalar expression in them."""
        _check(entry)
        env = dict(zip(indices, shape, strict=True))
        terms = relabelled(self.parser.scalar(entry, env), dict(zip(indices, ("row", "column"), strict=True)))
        return self._reduce(product(self.parser.matrix(OneMatrix(*shape)), terms), [*self.rules, *self._laws(entry)])

    def by_facts(self, matrix):
        """The normal form of a matrix by the declared facts alone: what names are made of, before laws are known."""
        if matrix not in self.forms:
            _check(matrix)
            self.forms[matrix] = self._reduce(self.parser.matrix(matrix), self.rules)
        return self.forms[matrix]

    def _reduce(self, terms, rules):
        """Networks rewritten until no rule applies, and joined."""
        done, begun = [], list(terms)
        for _ in range(STEPS):
            if not terms:
                return NormalForm(done)
            coefficient, term = terms.pop()
            if len(term.factors) > LARGEST:
                break
            free, term = merge_entries(term).without_free_sums()
            for d in free:
                coefficient *= d
            if coefficient == 0:
                continue
            replaced = taken_apart(term)
            if replaced is None:
                replaced = next((new for rule in rules if (new := apply(rule, term)) is not None), None)
            if replaced is None:
                replaced = self._expanded(term) or divided(term)
            if replaced is None:
                done.append((coefficient, term))
            else:
                terms += [(coefficient * c, t) for c, t in replaced]
        networks = " + ".join(f"({c})*{spelled(t)}" for c, t in begun)
        raise Undecided(f"the facts {self.facts} do not terminate as rewriting rules on {networks}")

    def _expanded(self, term):
        """Multiply out the first scalar function of entries that has become a polynomial, if there is one."""
        for n, f in enumerate(term.factors):
            if expands(f):
                rest = Term(
                    term.factors[:n] + term.factors[n + 1 :],
                    term.dims,
                    (*term.ports, *((("entry", m), i) for m, i in enumerate(f.slots))),
                )
                powers = product(*[entry_networks(f.entry, [term.dims[i] for i in f.slots])] * int(f.exponent))
                closed = {("entry", m): None for m in range(len(f.slots))}
                return [(c, rest.joined(t).relabelled(closed)) for c, t in powers]
        return None


@lru_cache(maxsize=4096)
def _check(expr):
    """Shapes must fit. Matrices are real: functions of their entries are taken to be real where they are defined."""
    if not_real(expr):
        raise UnsupportedExpression(expr, "the normal form", f"{min(map(str, not_real(expr)))} is not real")
    for node in postorder_traversal(expr):
        if (sides := misfit(node)) is not None:
            raise UnsupportedExpression(node, "the normal form", f"{sides[0]} and {sides[1]} do not fit together")


def _outermost(expr):
    """The abbreviations in an expression that are not inside another."""
    if isinstance(expr, Abbreviation):
        return {expr}
    return set().union(*(_outermost(a) for a in expr.args))


@lru_cache(maxsize=256)
def normaliser(facts=(), folded=False):
    """The Normaliser of a tuple of facts; kept, so that its rules and its known forms are computed once."""
    return Normaliser(facts, folded)


def normal_form(expr, facts=()):
    """The normal form of a scalar or matrix expression under `facts`, a sequence of propositions."""
    return normaliser(tuple(facts))(expr)
