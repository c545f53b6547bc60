"""The normal form that decides equality.

An expression that is polynomial in the entries of its matrices is a sum of networks; with like networks joined and the
declared facts used as rewriting rules from left to right, that sum is its normal form. Without facts, two expressions
are equal for all dimensions exactly if their normal forms are. With facts, equal normal forms prove equality, and
unequal ones prove nothing: `equal` then looks for an instance that tells the two sides apart, and raises `Undecided`
if it finds none.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

from sympy import Add, Identity, Integer, MatrixExpr, Min, S, cancel, expand, together
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation, Leading
from derivations.language.errors import Undecided
from derivations.language.network import Factor, Term, canonical, spelling
from derivations.language.parse import ONE, Entry, Parser, product
from derivations.language.propositions import Positive, Symmetric
from derivations.language.rewrite import LARGEST, STEPS, Rule, apply, merge_entries


class NormalForm:
    """A sum of canonical networks, `{key: (coefficient, Term)}`; two with the same shape subtract and compare."""

    def __init__(self, terms):
        joined = {}
        for coefficient, term in terms:
            key = canonical(term)
            before = joined.get(key, (S.Zero,))[0]
            joined[key] = (before + coefficient, term)
        kept = ((key, _reduced(c), t) for key, (c, t) in joined.items())
        self.terms = {key: (c, t) for key, c, t in sorted(kept, key=lambda item: item[0]) if c != 0}

    def __sub__(self, other):
        return NormalForm([*self.terms.values(), *((-c, t) for c, t in other.terms.values())])

    def __eq__(self, other):
        return isinstance(other, NormalForm) and not (self - other).terms

    __hash__ = None

    @property
    def key(self):
        """A string that two expressions share if their normal forms are the same."""
        return " + ".join(f"({spelling(c)})*{key}" for key, (c, _) in self.terms.items())

    @property
    def is_zero(self):
        return not self.terms

    def __str__(self):
        return " + ".join(f"({c})*{_spelled(t)}" for c, t in self.terms.values()) or "0"

    __repr__ = __str__


def _reduced(coefficient):
    """A coefficient in lowest terms; 0 exactly if it is the zero rational function of its generators."""
    if coefficient.is_Number:
        return coefficient
    flat = expand(coefficient)
    return flat if flat.is_Number else cancel(together(flat))


def _spelled(term):
    """A network in index notation: Z[i,k] G[i,j], summed over repeated indices."""
    names = {i: f"i{n}" for n, i in enumerate(sorted(term.dims))}
    factors = " ".join(f"{f.label}[{','.join(names[i] for i in f.slots)}]" for f in term.factors) or "1"
    ports = ", ".join(f"{label}={names[i]}" for label, i in term.ports)
    return f"{{{factors}{'; ' + ports if ports else ''}}}"


class Normaliser:
    """Normal forms under a set of facts (propositions taken as hypotheses).

    Abbreviations are looked through, except those that a rewriting rule speaks of; with `folded=True` all of them are
    kept, which is faster and proves less.
    """

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
        self.leading = frozenset().union(*(e.atoms(Leading) for f in self.facts for e in f.expressions()))

    @cached_property
    def parser(self):
        return Parser(
            self.name,
            self.multiple_of_identity,
            self.is_symmetric,
            lambda node: self.folded or node in self.opaque,
            lambda: self.positive,
        )

    @cached_property
    def declared_symmetric(self):
        return frozenset(f.matrix for f in self.facts if isinstance(f, Symmetric))

    @cached_property
    def positive(self):
        """The functions of entries that are declared positive."""
        found = set()
        for vector in (f.vector for f in self.facts if isinstance(f, Positive)):
            entry = MatrixElement(vector, 0, 0)
            if isinstance(vector, ElementwiseApplyFunction):
                entry = vector.function(MatrixElement(vector.expr, Integer(0), Integer(0)))
            found.add(self.parser.entry(entry, entry.atoms(MatrixElement)))
        return frozenset(found)

    def is_symmetric(self, node):
        """Whether a matrix atom is symmetric: by declaration, or, for a folded abbreviation, by its definition."""
        if node in self.declared_symmetric:
            return True
        if not isinstance(node, Abbreviation) or not node.is_square:
            return False
        if node not in self.symmetric_names:
            unfolded = normaliser(tuple(f for f in self.facts if isinstance(f, Symmetric)))
            self.symmetric_names[node] = unfolded(node.T) == unfolded(node)
        return self.symmetric_names[node]

    def name(self, node):
        """The key of an atom: its class, with its matrix arguments in normal form."""
        if node not in self.names:
            parts = [self(a).key if isinstance(a, MatrixExpr) else spelling(a) for a in node.args]
            self.names[node] = f"{type(node).__name__}({'; '.join(parts)})"
        return self.names[node]

    def multiple_of_identity(self, matrix):
        """c if the matrix has the normal form of c I, else None."""
        terms = list(self(matrix).terms.values())
        single = len(terms) == 1 and not terms[0][1].factors
        return terms[0][0] if single and self(matrix) == self(terms[0][0] * Identity(matrix.rows)) else None

    @cached_property
    def rules(self):
        rules = []
        for fact in self.facts:
            if isinstance(fact, Symmetric):
                continue
            rules += [self._rule(lhs, rhs) for lhs, rhs in fact.equations()]
            rules += [Rule(lhs, tuple(rhs)) for lhs, rhs in fact.patterns(self.parser.matrix)]
        return rules

    def _rule(self, lhs, rhs):
        read = self.parser.matrix if isinstance(lhs, MatrixExpr) else lambda e: self.parser.scalar(e, {})
        pattern = read(lhs)
        if len(pattern) != 1 or not pattern[0][1].factors:
            raise ValueError(f"the hypothesis {lhs} = {rhs} does not rewrite: its left side is not a single product")
        ((coefficient, network),) = pattern
        if coefficient.is_zero is not False:
            raise ValueError(f"the hypothesis {lhs} = {rhs} does not rewrite: {coefficient} may be zero")
        if not {i for _, i in network.ports} <= {i for f in network.factors for i in f.slots}:
            raise ValueError(f"the hypothesis {lhs} = {rhs} does not rewrite: its left side is constant along an index")
        return Rule(network, tuple((c / coefficient, t) for c, t in read(rhs)))

    def _leading_rules(self, expr):
        """I_{:, q}: columns of the identity. E_ik E_il = delta_kl E_ik, E_ik E_jk = delta_ij E_ik, sum_i E_ik = 1 if q <= r."""
        for e in sorted(self.leading | expr.atoms(Leading), key=str):
            (r, q), key = e.shape, self.name(e)
            if 1 in (r, q):
                continue
            for twice, dims in ((((0, 1), (0, 2)), {0: r, 1: q, 2: q}), (((1, 0), (2, 0)), {0: q, 1: r, 2: r})):
                ports = (("i", 0), ("k", 1), ("l", 2))
                pattern = Term(tuple(Factor(key, slots) for slots in twice), dims, ports)
                once = Term((Factor(key, twice[0]),), {0: dims[0], 1: dims[1]}, (("i", 0), ("k", 1), ("l", 1)))
                yield Rule(pattern, ((ONE, once),))
            if q == r or (isinstance(q, Min) and r in q.args) or (r - q).is_nonnegative:
                column = Term((Factor(key, (0, 1)),), {0: r, 1: q}, (("k", 1),))
                yield Rule(column, ((ONE, Term((), {1: q}, (("k", 1),))),))

    def __call__(self, expr):
        expr = _sympify(expr)
        if expr not in self.known:
            self.known[expr] = self._normal_form(expr)
        return self.known[expr]

    def _normal_form(self, expr):
        terms = self.parser.matrix(expr) if isinstance(expr, MatrixExpr) else self.parser.scalar(expr, {})
        rules = [*self.rules, *self._leading_rules(expr)]
        done = []
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
            replaced = next((new for rule in rules if (new := apply(rule, term)) is not None), None)
            if replaced is None:
                replaced = self._expanded(term)
            if replaced is None:
                done.append((coefficient, term))
            else:
                terms += [(coefficient * c, t) for c, t in replaced]
        raise Undecided(f"the facts {self.facts} do not terminate as rewriting rules on {expr}")

    def _expanded(self, term):
        """Multiply out the first scalar function of entries that has become a polynomial, if there is one."""
        for n, f in enumerate(term.factors):
            if _expands(f):
                rest = Term(term.factors[:n] + term.factors[n + 1 :], term.dims, (*term.ports, ("entry", f.slots[0])))
                powers = product(*[_entries(f.entry, term.dims[f.slots[0]])] * int(f.exponent))
                return [(c, rest.joined(t).relabelled({"entry": None})) for c, t in powers]
        return None


def _expands(factor):
    """Whether a factor is a power of a polynomial in functions of entries."""
    entry, exponent = factor.entry, factor.exponent
    return (
        entry is not None
        and exponent.is_Integer
        and exponent > 0
        and (entry.is_Add or entry.is_Mul or entry.is_Pow or isinstance(entry, Entry))
    )


def _entries(entry, dimension):
    """A sum of products of functions of entries, as networks with the port "entry"."""
    terms = []
    for summand in Add.make_args(entry):
        coefficient, factors = ONE, []
        for base, exponent in summand.as_powers_dict().items():
            if not base.atoms(Entry):
                coefficient *= base**exponent
            elif isinstance(base, Entry) and exponent.is_Integer and exponent > 0:
                factors += [Factor(base.name, (0,))] * int(exponent)
            else:
                factors.append(Factor(spelling(base), (0,), entry=base, exponent=exponent))
        terms.append((coefficient, Term(tuple(factors), {0: dimension}, (("entry", 0),))))
    return terms


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
