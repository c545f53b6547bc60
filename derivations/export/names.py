"""Short names for what recurs: q for a minimum of dimensions, s_k for a filter, f(Z) for a loss, Z* for its minimiser.

A printer asks `lookup` of every node before it prints it. The names are collected from what is to be printed, are never
letters that occur there, and are listed in `definitions`, in the order in which a reader needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count

from sympy import (
    Add,
    Function,
    Identity,
    Integer,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Max,
    Min,
    Sum,
    Symbol,
    exp,
    log,
    preorder_traversal,
)
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.filters import Filter, core_of, of_entries
from derivations.export.notation.shorter import flattened
from derivations.export.occurrences import abbreviations, nodes, unfolded
from derivations.export.pieces import pieces
from derivations.export.symbols import called, symbols
from derivations.language.atoms import LogSumExp
from derivations.language.entries import entry_at
from derivations.language.propositions import Equal, Gradient, Minimum
from derivations.language.substitute import substitute
from derivations.proof.lemmas.lemma import k

l = Symbol("l", integer=True, nonnegative=True)


@dataclass(frozen=True)
class Around:
    """What is printed with the parts of a result: `printed` are the expressions of all, `letters` what these have, `minima`
    pairs of an unknown and where it is best, and `reserved` the symbols of all statements.
    """

    printed: list
    letters: frozenset = frozenset()
    minima: tuple = ()
    reserved: tuple = ()


class Names:
    """The names in a statement and its proof.

    `definitions` are pairs (name, meaning), `auxiliary` those that only the proof needs, and `there` triples
    (C*, C, Z*) of what an abbreviation is at a minimiser.
    `variables` are symbols that only a step of the proof speaks of, and `beside` is what reasons speak of.
    """

    def __init__(self, statement, hypotheses=(), steps=(), variables=(), beside=(), around=None):
        self.exact = {}
        self.filters = []
        self.sums = []
        self.definitions = []
        self.auxiliary = []
        self.there = []
        self.objective = self.least = self.best = self.where = self.borrowed = None
        stated = [e for p in (*hypotheses, statement) for e in p.expressions()]
        printed = stated + [e for p in steps for e in p.expressions()] + [*beside]
        self.moved = _moved(statement)
        if self.moved:  # f(E) is written for the left side, and what is in it is not
            stated, printed = (
                [self.moved[1] if e == statement.lhs else e for e in found] for found in (stated, printed)
            )
        spoken, own = ([s for s in symbols(found) if s not in variables] for found in (printed, stated))
        around = around or Around(printed)
        self.taken = {called(s) for s in spoken} | set(around.letters) | set("ijkx")
        self.variables = frozenset(variables)
        self.exact |= {v: Symbol("x") for v in variables}
        self._symbols(own, spoken, [s for s in around.reserved if s not in spoken])
        self._abbreviations(around.printed, printed, around.minima)
        self._log_sum_exps(printed)
        self._dimensions(around.printed, printed)
        self._filters(around.printed, printed)
        self._loss(statement)
        self._repeated(stated)
        for step in steps:
            known = not isinstance(step, Minimum) or step.at in self.exact or step.at == self.where
            if not known and self.objective is not None:
                name = self._fresh([f"{step.unknown.name}_{n}" for n in range(len(steps))])
                best = MatrixSymbol(name, *step.unknown.shape)
                self._at(step.unknown, step.at, best)
                self.auxiliary.append((best, step.at))

    def borrow(self, position, other):
        """Take over f and Z* of another part, which is at `position`."""
        self.borrowed = position
        self.objective, self.meaning = other.objective, other.meaning
        self.best, self.where = other.best, other.where
        self._named(self.meaning, self.objective)
        (z,) = self.objective.args
        self._at(z, other.where, self.best)

    # what a printer asks

    def lookup(self, expr):
        """The name of an expression, or None."""
        if expr in self.exact:
            return self.exact[expr]
        return next((found for f in self.filters if (found := f.lookup(expr)) is not None), None)

    def given(self):
        """The symbols and functions that are names."""
        named = {name for name in self.exact.values() if isinstance(name, (Symbol, MatrixSymbol))}
        named |= {f.name for f in self.filters} | {self.best, self.least}
        return named | {f.func for f in self.exact.values() if isinstance(f, AppliedUndef)}

    def within(self, total):
        """(names of partial sums, what is left of a sum)."""
        named, terms = [], list(total.args)
        for part, name in self.sums:
            if len(part.args) < len(terms) and all(t in terms for t in part.args):
                for t in part.args:
                    terms.remove(t)
                named.append(name)
        return named, Add(*terms)

    # where the names come from

    def _fresh(self, candidates):
        """The first candidate that is free, or the first of all with the next free number."""
        numbered = (f"{candidates[0]}_{n}" for n in count(2))
        name = next(c for c in chain(candidates, numbered) if c not in self.taken)
        self.taken.add(name)
        return name

    def _symbols(self, stated, spoken, reserved):
        """Symbols keep their names; several of one name are told apart by a subscript, and statements have the first right to
        the name alone.
        """
        elsewhere, groups = {called(s) for s in reserved}, {}
        for s in spoken:
            groups.setdefault(called(s), []).append(s)
        for name, found in groups.items():
            functions = [s for s in found if isinstance(s, UndefinedFunction)]  # which keep theirs
            first = functions or [s for s in found if s in stated]
            kept = first if len(first) == 1 else found[:1] if not first and name not in elsewhere else []
            for s in [s for s in found if s not in kept] if len(found) > 1 or not kept else ():
                new = self._numbered(name, 1 if len(first) > 1 else 2)
                matrix = isinstance(s, MatrixSymbol)
                self.exact[s] = MatrixSymbol(new, *s.shape) if matrix else Symbol(new, **s.assumptions0)

    def _numbered(self, name, start=1):
        """The first of name_1, name_2, ... that is free."""
        return self._fresh([f"{name}_{n}" for n in range(start, start + 100)])

    def _abbreviations(self, everywhere, printed, minima):
        """Abbreviations keep their names; two meanings of one name, which may be that of a symbol, are told apart by a
        subscript. What one is at a minimiser is no meaning of its own.
        """
        groups = {}
        for atom in abbreviations(everywhere):
            groups.setdefault(atom.name, []).append(atom)
        written, letters = set(abbreviations(printed)), set(self.taken)
        self.taken |= set(groups)
        for name, atoms in groups.items():
            there = {substitute(a, {z: at}) for a in atoms for z, at in minima if z in a.definition.free_symbols}
            own = [a for a in atoms if a not in there]
            for atom in atoms:
                if len(own) > 1 or name in letters or (own and atom in there):
                    self.exact[atom] = MatrixSymbol(self._numbered(name), *atom.shape)
                if atom in written:
                    self.definitions.append((atom, atom.definition))

    def _log_sum_exps(self, printed):
        """What a log-sum-exp is, once for each matrix of candidates."""
        found = [e for e in printed + [meaning for _, meaning in self.definitions] for e in nodes(e, LogSumExp)]
        for candidates in dict.fromkeys(atom.candidates for atom in found):
            scores = MatrixSymbol(next(x for x in "XTVQ" if x not in self.taken), *candidates.shape)
            weight = entry_at(candidates, k, l).replace(_is_entry_of_identity, _delta)
            total = Sum(weight * exp(scores[k, l]), (l, 0, scores.cols - 1))
            self.definitions.append((MatrixElement(LogSumExp(scores, candidates), k, Integer(0)), log(total)))

    def _dimensions(self, everywhere, printed):
        used = {m for e in printed for m in nodes(e, Min)}
        for least in dict.fromkeys(m for e in everywhere for m in nodes(e, Min)):
            if all(d.is_integer for d in least.args):
                self.exact[least] = Symbol(self._fresh("qpl"))
                if least in used:
                    self.definitions.append((self.exact[least], least))

    def _filters(self, everywhere, printed):
        """Functions of the entries of a vector: each gets a name, and a definition if it is used here."""
        for node in dict.fromkeys(n for e in everywhere for n in nodes(e, ElementwiseApplyFunction)):
            if 1 not in node.shape:  # of every entry of a matrix
                continue
            function, vector = of_entries(node)
            a = function.variables[0]
            core = core_of(function.expr, a)
            if core is None or self.lookup(node.func(Lambda(a, core), vector)) is not None:
                continue
            largest = isinstance(core, Max) and 0 not in core.args
            name = MatrixSymbol(self._fresh("mstwh" if largest else "stwh"), *vector.shape)
            found = Filter(Lambda(a, core), vector, name)
            self.filters.append(found)
            if any(found.lookup(n) is not None for e in printed for n in unfolded(e)):
                self.definitions.append((found.entry(k), found.at(k)))

    def _repeated(self, stated):
        """A long product of matrices that is written three times or more."""
        products = [n for e in stated for n in nodes(e, MatMul) if self.lookup(n) is None and len(flattened(n)[1]) > 3]
        for product in dict.fromkeys(products):
            if products.count(product) > 2:
                self.exact[product] = MatrixSymbol(self._fresh("MYQ"), *product.shape)
                self.definitions.append((self.exact[product], product))

    def _loss(self, statement):
        if isinstance(statement, Gradient):
            self._function(statement.function, statement.unknown)
            named = {}
            for letters, part in pieces(statement.value, statement.unknown):
                name = MatrixSymbol(self._fresh(letters), *part.shape)
                self.definitions.append((name, part.xreplace(named)))
                named[part] = self.exact[part] = name
        if self.moved:
            z, e, part = self.moved
            f = self._function(part, z)
            self.definitions.append((self.objective, part))
            self._named(statement.lhs, f(e))
        if not isinstance(statement, Minimum):
            return
        z = statement.unknown
        f = self._function(statement.objective, z)
        if statement.value.args:  # a symbol or a number keeps its own name
            self.least = Symbol(f"{f.__name__}^*")
            self.exact[statement.value] = self.least
        self.best, self.where = MatrixSymbol(f"{z.name}^*", *z.shape), statement.at
        self._at(z, statement.at, self.best)

    def _at(self, z, value, name):
        """`name` for a value of the unknown; f and the abbreviations are named there."""
        if not isinstance(getattr(value, "arg", value), MatrixSymbol):  # what has a letter keeps it
            self.exact[value] = name
        if z in self.meaning.free_symbols:
            self._named(substitute(self.meaning, {z: value}), self.objective.func(name))
        for atom in abbreviations([self.meaning]):
            if z in atom.definition.free_symbols:
                there = MatrixSymbol(atom.name + name.name.removeprefix(z.name), *atom.shape)
                self.exact[substitute(atom, {z: value})] = there
                self.there.append((there, atom, name))

    def _function(self, objective, unknown):
        f = Function(self._fresh(("f", "g", "h", "F")))
        self.objective, self.meaning = f(unknown), objective
        self._named(objective, self.objective)
        return f

    def _named(self, expr, name):
        self.exact[expr] = name
        if isinstance(expr, Add):
            self.sums.append((expr, name))


def _moved(statement):
    """(Z, E, f(Z)) of f(E) = f(Z) + ..., recognised by f(Z) in the right side: a function along a curve; else None."""
    if not isinstance(statement, Equal) or isinstance(statement.lhs, MatrixExpr):
        return None
    summands = Add.make_args(statement.rhs)
    for e in dict.fromkeys(n for n in preorder_traversal(statement.lhs) if isinstance(n, (MatAdd, MatMul))):
        for z in sorted((s for s in e.free_symbols if isinstance(s, MatrixSymbol) and s.shape == e.shape), key=str):
            speaking = Add(*(t for t in summands if z in t.free_symbols))
            for part in (speaking, statement.rhs):
                if part != 0 and substitute(part, {z: e}) == statement.lhs:
                    return z, e, part
    return None


def _is_entry_of_identity(node):
    return isinstance(node, MatrixElement) and isinstance(node.args[0], Identity)


def _delta(entry):
    return KroneckerDelta(*entry.args[1:])
