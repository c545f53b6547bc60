"""The NumPy module of a loss, written from its theorems: loss, gradient, and the closed forms over Z and W."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent, wrap

from sympy import Expr, Integer, Max, Sum, Symbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.numpy_matrix import MatrixCode
from derivations.export.numpy_scalar import ATOM, ScalarCode
from derivations.export.text import show
from derivations.language.atoms import Abbreviation
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import AtMost, ConstantDiagonal, Eigenpairs, Equal, Gradient, Level, Minimum

WIDTH = 110


@dataclass(frozen=True)
class Case:
    """One closed form, as read off its theorem."""

    condition: AtMost | None  # on the hyper-parameters
    level: Level | None  # the equation that determines the level m, where there is one
    equal_diagonal: bool  # whether R makes the diagonal of C constant
    filter: Expr  # s as a function of `eigenvalue`
    eigenvalue: Symbol
    pencil: Eigenpairs
    value: Expr  # the minimum, as a sum in which nothing cancels
    unit: Expr
    unknown: object


def cases(result):
    """The closed forms of a result: its minima, each with the spelled value that a later theorem gives it."""
    spelled = {t.statement.rhs: t.statement.lhs for t in result.theorems if isinstance(t.statement, Equal)}
    return [_case(t, spelled) for t in result.theorems if isinstance(t.statement, Minimum) and _weighted(t)]


def _weighted(theorem):
    """Whether a theorem is one of several cases, rather than the special one of equal weights that they include."""
    return any(isinstance(h, AtMost) for h in theorem.hypotheses)


def _case(theorem, spelled):
    def only(kind):
        found = [h for h in theorem.hypotheses if isinstance(h, kind)]
        return found[0] if found else None

    claim = theorem.statement
    (roots,) = claim.at.atoms(ElementwiseApplyFunction)
    (eigenvalue,) = roots.function.variables
    return Case(
        condition=only(AtMost),
        level=only(Level),
        equal_diagonal=only(ConstantDiagonal) is not None,
        filter=roots.function.expr**2,
        eigenvalue=eigenvalue,
        pencil=only(Eigenpairs),
        value=spelled.get(claim.value, claim.value),
        unit=claim.at.as_coeff_matrices()[0],
        unknown=claim.unknown,
    )


def numpy_module(implementation):
    """The source of the module of a loss."""
    return Writer(implementation).source()


class Writer:
    """Puts one module together; what every loss shares is imported from numeric, what is written here are formulas."""

    def __init__(self, implementation):
        self.given = implementation
        self.loss = implementation.loss
        self.hyper = sorted(self.loss.hyper, key=str)
        self.keywords = ", ".join(f"{h}=1.0" for h in self.hyper)
        self.passed = ", ".join(map(str, self.hyper))
        self.representation = cases(implementation.representation)
        self.weights = cases(implementation.weights)
        if [c.filter for c in self.representation] != [c.filter for c in self.weights]:
            raise UnsupportedExpression(self.loss.value, "the NumPy code", "the filters over Z and over W differ")

    # the pieces

    def source(self):
        statements = self._intermediates()
        body = "\n\n\n".join(
            [
                self._public_functions(),
                self._optimum_over_z(),
                self._optimum_over_w(),
                self._parameters(),
                statements,
                self._filter(),
            ]
        )
        return f"{self._header()}\n\n{body}\n"

    def _header(self):
        title = f"{self.loss.title} ({', '.join(self.given.gradient.cites)})."
        definitions = sorted(self.loss.matrix_form.atoms(Abbreviation), key=lambda a: a.name)
        where = ", ".join(f"{a.name} = {show(a.definition)}" for a in definitions)
        hypotheses = "; ".join([h.text(show) for h in self.loss.facts] + [f"{h} {_range(h)[0]}" for h in self.hyper])
        return (
            f'"""{title}\n\n{_paragraph(f"loss(Z) = {show(self.loss.matrix_form)}", 4)}\n\n'
            f"{_paragraph(f'with {where}.')}\n\n{_paragraph(f'Hypotheses: {hypotheses}.')}\n\n"
            "Written by the derivations; not to be edited. Every function takes G dense or sparse, and raises ValueError or\n"
            'TypeError naming the argument where a hypothesis does not hold.\n"""\n\n'
            "import numpy as np\n\n"
            "from numeric.levels import decreasing_fixed_point\n"
            "from numeric.moments import pencil_of_moments\n"
            "from numeric.optimum import Optimum\n"
            "from numeric.spectral_optimum import positive_part, spectral_factor\n"
            "from numeric.spectrum import bottom_eigenpairs, bottom_generalised_eigenpairs, laplacian_product\n"
            "from numeric.validation import inputs, nonnegative, positive, relation, representation\n\n"
            "eigenpairs = bottom_eigenpairs\n"
            '"""What the optimum is built on: `eigenpairs(G, n_pairs)`, best direction first."""\n'
        )

    def _public_functions(self):
        arguments = "\n".join(f"        {h}: {self.loss.hyper[h]}, {_range(h)[0]}." for h in self.hyper)
        gradient = self._gradient_statement()
        return f'''def loss(Z, G, *, {self.keywords}):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        G: (N, N) relation.
{arguments}
    """
    {self.passed} = _parameters({self.passed})
    return _loss(*_intermediates(Z, G), {self.passed})


def gradient(Z, G, *, {self.keywords}):
    """The gradient of the loss, shape (N, K) (`{self.given.gradient.id}`; arguments as for `loss`).

{_paragraph(show(gradient.value), 4)}
    """
    {self.passed} = _parameters({self.passed})
    return _gradient(*_intermediates(Z, G), {self.passed})


def loss_and_gradient(Z, G, *, {self.keywords}):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    {self.passed} = _parameters({self.passed})
    shared = _intermediates(Z, G)
    return _loss(*shared, {self.passed}), _gradient(*shared, {self.passed})'''

    def _optimum_over_z(self):
        return f'''def optimal_representation(G, n_components, *, {self.keywords}):
    """A global minimum over all (N, K) representations (`{self.given.representation.id}`).

{self._formula(self.representation)}

    Args:
        G: (N, N) relation.
        n_components: K >= 1; may exceed N - 1.
        {self.passed}: as for `loss`.

    Returns:
        Optimum with `representation` (N, K), centred.
    """
    {self.passed} = _parameters({self.passed})
    eigenvalues, eigenvectors = bottom_eigenpairs(G, n_components)  # (q,), (N, q)
    s, minimum = _filter(eigenvalues, n_components, {self.passed})
    basis = {self._unit()}  # (N, q)
    return Optimum(
        representation=spectral_factor(basis, s, n_components=n_components, equal_diagonal={self._levelled()}),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )'''

    def _optimum_over_w(self):
        return f'''def optimal_weights(X, G, n_components, *, {self.keywords}):
    """A global minimum over all linear networks Z = X W (`{self.given.weights.id}`).

{self._formula(self.weights)}

    Args:
        X: (N, D) inputs, of any rank.
        G: (N, N) relation.
        n_components: K >= 1; may exceed the rank of X.
        {self.passed}: as for `loss`.

    Returns:
        Optimum with `weights` (D, K).
    """
    {self.passed} = _parameters({self.passed})
    G = relation(G)
    X = inputs(X, G.shape[0])
    A, B, bound = pencil_of_moments(X, G)  # (D, D), (D, D), float
    eigenvalues, basis = bottom_generalised_eigenpairs(B, A, n_components, scale=bound)  # (q,), (D, q)
    s, minimum = _filter(eigenvalues, n_components, {self.passed})
    return Optimum(
        weights=spectral_factor(basis, s, n_components=n_components, equal_diagonal={self._levelled()}),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )'''

    def _parameters(self):
        checked = ", ".join(f'{_range(h)[1]}("{h}", {h})' for h in self.hyper)
        return f"def _parameters({self.passed}):\n    return {checked}"

    def _intermediates(self):
        matrices = MatrixCode(
            {h: str(h) for h in self.hyper} | {self.loss.unknown.rows: "n"},
            {self.loss.unknown: "Z"},
            self.given.names,
            self.loss.facts,
        )
        loss = matrices.scalar(self.loss.matrix_form)
        slope = matrices.matrix(self._gradient_statement().value).code
        lines = "\n".join(f"    {code}  # {comment}" for code, comment in matrices.lines)
        used = _words(" ".join(loss)) | _words(slope)
        shared = ", ".join(v for v in matrices.variables if v in used)
        n = f"    n = len({matrices.variables[0]})\n"
        return f"""def _intermediates(Z, G):
    G = relation(G)
    Z = representation(Z, G.shape[0])
    n = len(Z)
{lines}
    return {shared}


def _loss({shared}, {self.passed}):
{n}    return float({_added(loss, 4)})


def _gradient({shared}, {self.passed}):
{n}    return {slope}"""

    def _filter(self):
        blocks = []
        for n, case in enumerate(self.representation):
            last = n == len(self.representation) - 1
            test = "else:" if last else f"{'el' * (n > 0)}if {case.condition.text(str)}:"
            blocks.append(f"    {test}\n{indent(self._branch(case), ' ' * 8)}")
        return (
            f"def _filter(eigenvalues, n_components, {self.passed}):\n"
            '    """The filter s, (q,), and the minimum, as a sum in which nothing cancels."""\n'
            "    missing = n_components - len(eigenvalues)  # directions that do not exist\n"
            + "\n".join(blocks)
            + "\n    return s, float(minimum)"
        )

    def _branch(self, case):
        names = {h: str(h) for h in self.hyper} | {case.eigenvalue: "eigenvalues"}
        arrays, lines = (case.eigenvalue,), []
        if case.level:
            names[case.level.level] = "m"
            rounded = ScalarCode(names, arrays)(case.filter)
            at_zero = case.filter.subs({case.level.level: 0, case.eigenvalue: 0})
            upper = ScalarCode(names)(_positive(at_zero))
            lines += [
                "",
                "def spectrum(m):",
                f"    return {rounded}",
                "",
                f"m = decreasing_fixed_point(lambda m: np.sum(spectrum(m)) / n_components, upper={upper})",
            ]
        scale = case.filter.subs({case.eigenvalue: 0} | ({case.level.level: 0} if case.level else {}))
        size = ScalarCode(names)(_positive(scale))
        exact = ScalarCode(names, arrays, lambda code, x: f"positive_part({code}, scale={size})")
        lines.append(f"s = {exact(case.filter)}")
        lines.append(f"minimum = {self._minimum(case, names)}")
        return "\n".join(lines)

    def _minimum(self, case, names):
        """The value of the theorem: sums over k become np.sum, the entries of the filter s."""
        k = Symbol("k", integer=True, nonnegative=True)
        entry = MatrixElement(case.pencil.values, k, 0)
        s_k = case.filter.subs(case.eigenvalue, entry)
        filtered, missing = Symbol("_s"), case.unknown.cols - case.pencil.vectors.cols
        names = names | {filtered: "s", entry: "eigenvalues", missing: "missing", case.unknown.cols: "n_components"}
        scalar = ScalarCode(names, (filtered, entry))
        pieces = []
        for term in case.value.as_ordered_terms():
            if isinstance(term, Sum):
                body = term.function.xreplace({s_k: filtered})
                pieces.append(f"np.sum({scalar(body)})")
            else:
                pieces.append(scalar(term, ATOM - 2))
        return _added(sorted(pieces, key=lambda piece: not piece.startswith("np.sum")), 8, parentheses=True)

    # words

    def _gradient_statement(self):
        for theorem in self.given.gradient.theorems:
            parts = getattr(theorem.statement, "parts", (theorem.statement,))
            for p in parts:
                if isinstance(p, Gradient) and p.function == self.loss.matrix_form:
                    return p
        raise UnsupportedExpression(self.loss.matrix_form, "the NumPy code", "its gradient is not among the theorems")

    def _levelled(self):
        (condition,) = [c.condition for c in self.representation if not c.equal_diagonal]
        return f"{condition.lhs} > {condition.rhs}"

    def _unit(self):
        unit = self.representation[0].unit
        code = ScalarCode({self.loss.unknown.rows: "len(eigenvectors)"})(unit)
        return f"{code} * eigenvectors" if unit != Integer(1) else "eigenvectors"

    def _formula(self, found):
        pencil, unknown = found[0].pencil, found[0].unknown
        unit = "" if found[0].unit == 1 else f"{show(found[0].unit)} "
        lines = [
            _paragraph(
                f"{unknown}* = {unit}{show(pencil.vectors)} diag(s)^(1/2) R', where {pencil.text(show)}, and", 4
            ),
            "",
        ]
        for case in found:
            entry = MatrixElement(pencil.values, Symbol("k", integer=True, nonnegative=True), 0)
            s_k = show(case.filter.subs(case.eigenvalue, entry))
            lines.append(_paragraph(f"{case.condition.text(show)}:  s_k = {s_k},", 8))
            rotation = "R the first q columns of I"
            if case.level:
                m = case.level.level
                rotation = f"{m} = (1/{show(case.level.count)}) sum_k s_k, and R such that every C_kk = {m}"
            lines.append(_paragraph(rotation, 24))
        return "\n".join(lines)


def _added(pieces, margin, parentheses=False):
    """The pieces added up: on one line if it is short, else one a line, inside parentheses."""
    line = " + ".join(pieces)
    if len(line) + margin < WIDTH - 20:
        return line
    inner, end = " " * (margin + 4 if not parentheses else 4), " " * (margin if not parentheses else 0)
    opening, closing = ("(", ")") if parentheses else ("", "")
    return f"{opening}\n{inner}" + f"\n{inner}+ ".join(pieces) + f"\n{end}{closing}"


def _positive(expr):
    """The argument of max(0, x), where that is what an expression is."""
    if isinstance(expr, Max):
        (expr,) = [a for a in expr.args if a != 0]
    return expr


def _range(symbol):
    """What a hyper-parameter must be: in words, and the name of the check."""
    return ("> 0", "positive") if symbol.is_positive else (">= 0", "nonnegative")


def _words(code):
    return set("".join(c if c.isidentifier() else " " for c in code).split())


def _paragraph(text, margin=0):
    return "\n".join(
        wrap(text, WIDTH, initial_indent=" " * margin, subsequent_indent=" " * (margin + 2 * (margin > 0)))
    )
