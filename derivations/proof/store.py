"""Proofs as JSON, and back: a closed vocabulary of nodes, read without evaluating text."""

from __future__ import annotations

import json

import numpy as np
import sympy
from sympy import Basic, BlockMatrix, ImmutableDenseMatrix, Lambda, MatrixSymbol, Symbol, Tuple
from sympy.core.function import UndefinedFunction
from sympy.core.symbol import Str
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from derivations.language import atoms, blocks, determinant, norms
from derivations.language.propositions import KINDS, Proposition
from derivations.language.shapes import misfit
from derivations.proof.claim import Claim
from derivations.proof.rules import RULES
from derivations.proof.theorem import ProofError, is_reference, reference

_SYMPY = [
    "Abs",
    "Add",
    "DiagMatrix",
    "DiagonalMatrix",
    "DiagonalOf",
    "Determinant",
    "HadamardPower",
    "HadamardProduct",
    "Heaviside",
    "Identity",
    "Inverse",
    "KroneckerDelta",
    "KroneckerProduct",
    "MatAdd",
    "MatMul",
    "MatPow",
    "Max",
    "Min",
    "Mul",
    "OneMatrix",
    "Pow",
    "Sum",
    "Trace",
    "Transpose",
    "Tuple",
    "ZeroMatrix",
    "atan",
    "cos",
    "cosh",
    "erf",
    "exp",
    "log",
    "sign",
    "sin",
    "sinh",
    "tanh",
]
NODES = {name: getattr(sympy, name) for name in _SYMPY}
NODES |= {c.__name__: c for c in (ElementwiseApplyFunction, Lambda, MatrixElement, MatrixSlice)}
_BASES = (atoms.Abbreviation, atoms.ScalarAtom)
NODES |= {
    name: c
    for module in (atoms, blocks, determinant, norms)
    for name, c in vars(module).items()
    if isinstance(c, type) and c.__module__ == module.__name__ and c not in _BASES
}

_PARTS = {  # what a node or a proposition is made of beside expressions
    "Named": Str,
    **dict.fromkeys(("KroneckerDelta", "Lambda", "MatrixSlice", "Sum"), Tuple),
    **dict.fromkeys(("ElementwiseApplyFunction", "Minimises", "SpectralTrace"), Lambda),
}


class Encoder:
    """Writes values; every expression is written once, in `table`, and referred to by its position."""

    def __init__(self):
        self.table = []
        self.position = {}

    def __call__(self, value):
        """A JSON value for an expression, a proposition, a literal, or a tuple or dict of them."""
        if isinstance(value, Proposition):
            return {"proposition": type(value).__name__, "arguments": [self(a) for a in value.arguments()]}
        if is_reference(value):
            return {"premise": int(value)}
        if isinstance(value, dict):
            return {"mapping": [[self(k), self(v)] for k, v in value.items()]}
        if isinstance(value, tuple):
            return {"tuple": [self(v) for v in value]}
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return {"literal": value}
        if isinstance(value, UndefinedFunction):
            return {"function": value.__name__}
        if isinstance(value, Basic):
            return self.expression(value)
        raise ProofError(f"{value!r} ({type(value).__name__}) cannot be stored")

    def expression(self, expr):
        if expr not in self.position:
            node = self.node(expr)
            self.position[expr] = len(self.table)
            self.table.append(node)
        return self.position[expr]

    def node(self, expr):
        if isinstance(expr, Str):
            return {"name": expr.name}
        if expr.is_Rational:
            return {"rational": [int(expr.p), int(expr.q)]}
        if type(expr) is Symbol:
            return {"symbol": expr.name, "assumptions": dict(sorted(expr._assumptions_orig.items()))}
        if isinstance(expr, MatrixSymbol):
            return {"matrix": expr.name, "shape": [self.expression(d) for d in expr.shape]}
        if isinstance(type(expr), UndefinedFunction):
            return {"apply": type(expr).__name__, "arguments": [self.expression(a) for a in expr.args]}
        if type(expr) is BlockMatrix:
            rows, columns = expr.blockshape
            blocks = [[self.expression(expr.blocks[i, j]) for j in range(columns)] for i in range(rows)]
            return {"blocks": blocks}
        if isinstance(expr, ImmutableDenseMatrix):
            return {"entries": [[self.expression(x) for x in row] for row in expr.tolist()]}
        name = type(expr).__name__
        if NODES.get(name) is not type(expr):
            raise ProofError(f"{expr} ({name}) is not in the vocabulary of stored proofs")
        return {"node": name, "arguments": [self.expression(a) for a in expr.args]}


class Decoder:
    """Reads what an Encoder wrote; raises ProofError on anything else."""

    def __init__(self, table):
        self.table = []
        for node in table:
            self.table.append(self.node(node))
            if (sides := misfit(self.table[-1])) is not None:
                raise ProofError(f"the shapes in {self.table[-1]} do not fit: {sides[0]} and {sides[1]}")

    def __call__(self, data, part=Lambda):
        """A value, which may be a part of some type, as what is given to a rule may be a function."""
        match data:
            case int():
                return self.expression(data, part)
            case {"proposition": name, "arguments": arguments} if name in KINDS:
                return KINDS[name](*(self(a, _PARTS.get(name, ())) for a in arguments))
            case {"premise": position}:
                return reference(position)
            case {"mapping": pairs}:
                return {self(k): self(v) for k, v in pairs}
            case {"tuple": values}:
                return tuple(map(self, values))
            case {"literal": value} if isinstance(value, (str, int)):
                return value
            case {"function": str(name)}:
                return sympy.Function(name)
        raise ProofError(f"not in the vocabulary of stored proofs: {str(data)[:200]}")

    def expression(self, position, part=()):
        """What stands at a position: an expression, or a part of some type that is none (a name, a tuple, a function)."""
        if not isinstance(position, int) or not 0 <= position < len(self.table):
            raise ProofError(f"there is no expression {position!r} before it is used")
        found = self.table[position]
        if isinstance(found, (Lambda, Str, Tuple)) and not isinstance(found, part):
            raise ProofError(f"{found} stands for an expression, and is a {type(found).__name__}")
        return found

    def node(self, data):
        match data:
            case {"name": str(name)}:
                return Str(name)
            case {"rational": [int(numerator), int(denominator)]} if denominator > 0:
                return sympy.Rational(numerator, denominator)
            case {"symbol": str(name), "assumptions": dict(assumptions)}:
                return Symbol(name, **{k: bool(v) for k, v in assumptions.items()})
            case {"matrix": str(name), "shape": [rows, columns]}:
                return MatrixSymbol(name, self.expression(rows), self.expression(columns))
            case {"apply": str(name), "arguments": arguments}:
                return sympy.Function(name)(*map(self.expression, arguments))
            case {"blocks": rows}:
                return BlockMatrix([[self.expression(m) for m in row] for row in rows])
            case {"entries": rows}:
                return ImmutableDenseMatrix([[self.expression(x) for x in row] for row in rows])
            case {"node": name, "arguments": arguments} if name in NODES:
                return NODES[name](*(self.expression(a, _PARTS.get(name, ())) for a in arguments))
        raise ProofError(f"not in the vocabulary of stored proofs: {str(data)[:200]}")


def store(theorems):
    """The whole proofs of some theorems as one JSON document: expressions, steps (premises first), conclusions."""
    steps = {id(t): t for theorem in theorems for t in theorem.steps()}
    position = {key: n for n, key in enumerate(steps)}
    encode = Encoder()
    written = [
        {
            "rule": t.rule,
            "premises": [position[id(p)] for p in t.premises],
            "arguments": {name: encode(value) for name, value in t.arguments.items()},
            "hypotheses": [encode(h) for h in t.hypotheses],
            "statement": encode(t.statement),
            "lemmas": sorted(t.lemmas),
        }
        for t in steps.values()
    ]
    return {"expressions": encode.table, "steps": written, "theorems": [position[id(t)] for t in theorems]}


def document_of(result):
    """What is stored of a result: its proofs, what of it is shown numerically, and the claim that it corrects."""
    document = store(result.theorems)
    if result.numerical:
        document["numerical"] = result.numerical
    if result.claim:
        document["claim"] = store_claim(result.claim)
    return document


def documents_text(documents):
    """Documents by id, as they are written to a file."""
    return json.dumps({"results": documents}, sort_keys=True, separators=(",", ":")) + "\n"


def store_claim(claim):
    """A refuted claim with its counterexample, as JSON."""
    encode = Encoder()
    return {
        "words": claim.words,
        "hypotheses": [encode(h) for h in claim.hypotheses],
        "statement": encode(claim.statement),
        "counterexample": [[encode(s), np.asarray(v).tolist()] for s, v in claim.counterexample.values.items()],
        "expressions": encode.table,
    }


def check_claim(document):
    """Try a stored claim at its stored counterexample; raises ProofError if that does not refute it."""
    _read(_check_claim, document)


def _check_claim(document):
    decode = Decoder(document["expressions"])
    hypotheses = tuple(map(decode, document["hypotheses"]))
    claim = Claim(document["words"], decode(document["statement"]), hypotheses)
    values = {decode(s): np.array(v) if isinstance(v, list) else v for s, v in document["counterexample"]}
    if values.keys() != set(claim.search.free) or claim.refuting(values) is None:
        raise ProofError(f"the claim {document['words']!r} is not refuted by {document['counterexample']}")


def replay(document):
    """Run stored proofs again, rule by rule, and compare every step with what is written; returns the theorems.

    Uses the rules alone, none of the code that found the proofs. Raises ProofError naming the first step that a rule
    does not give.
    """
    return _read(_replay, document)


def _read(reader, document):
    """What a reader makes of a document; ProofError as well if it is not even well formed."""
    try:
        return reader(document)
    except ProofError:
        raise
    except Exception as error:
        raise ProofError(f"the document cannot be read: {type(error).__name__}: {error}") from error


def _replay(document):
    decode = Decoder(document["expressions"])
    proved = []
    for n, step in enumerate(document["steps"]):
        where = f"step {n} ({step['rule']})"
        if step["rule"] not in RULES:
            raise ProofError(f"step {n}: there is no rule {step['rule']}")
        if any(not 0 <= p < n for p in step["premises"]):
            raise ProofError(f"{where}: a premise does not come before it")
        premises = [proved[p] for p in step["premises"]]
        arguments = {name: _with_premises(decode(a), premises) for name, a in step["arguments"].items()}
        try:
            theorem = RULES[step["rule"]](**arguments)
        except Exception as error:  # a rule given nonsense may fail in any way; it proves nothing then
            raise ProofError(f"{where} is refused: {type(error).__name__}: {error}") from error
        written = (tuple(map(decode, step["hypotheses"])), decode(step["statement"]), step["lemmas"])
        if written != (theorem.hypotheses, theorem.statement, sorted(theorem.lemmas)):
            raise ProofError(f"{where} gives {theorem}, and something else is written")
        proved.append(theorem)
    if not document["theorems"]:
        raise ProofError("nothing is claimed to be proved")
    return [proved[n] for n in document["theorems"]]


def _with_premises(value, premises):
    if is_reference(value):
        if not 0 <= value < len(premises):
            raise ProofError(f"there is no premise {int(value)}")
        return premises[value]
    if isinstance(value, tuple):
        return tuple(_with_premises(v, premises) for v in value)
    return value
