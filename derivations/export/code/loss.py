"""The NumPy functions of a loss and its gradient, from its matrix form and the theorem on its gradient."""

from __future__ import annotations

from functools import cached_property

from sympy import MatMul, OneMatrix, Symbol, Trace, Transpose, ZeroMatrix

from derivations.export.code.accumulated import accumulated
from derivations.export.code.layout import added, paragraph, remarked, words
from derivations.export.code.matrix import MatrixCode
from derivations.export.names import Names
from derivations.export.text import show
from derivations.language.atoms import Abbreviation, LogSumExp, Softmax, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import Equal, Gradient


class LossCode:
    """Writes `loss`, `gradient`, `loss_and_gradient` and what they share.

    `arguments` are (name, what it is) of the matrices that the functions take, the unknown first, `checks` the statements that
    validate the others, and `represented` what the validation of the unknown takes beside it; None for no validation.
    """

    def __init__(self, implementation, arguments, checks=(), represented=None):
        self.loss = implementation.loss
        self.result = implementation.gradient
        self.names = implementation.names
        self.arguments = dict(arguments)
        self.checks, self.represented = checks, represented
        self.unknown = str(self.loss.unknown)
        self.hyper = sorted(self.loss.hyper, key=str)
        self.passed = ", ".join(map(str, self.hyper))
        self.checked = f"    {self.passed} = _parameters({self.passed})\n" if self.hyper else ""

    @cached_property
    def slope(self):
        """The statement of the gradient."""
        for part in self._statements():
            if isinstance(part, Gradient) and part.function == self.loss.matrix_form:
                return part
        raise UnsupportedExpression(self.loss.matrix_form, "the NumPy code", "its gradient is not among the theorems")

    @cached_property
    def balanced(self):
        """Whether it is a theorem that the rows of the gradient sum to zero: the loss does not see a number added to one."""
        rows, columns = self.loss.unknown.shape
        sums = MatMul(self.slope.value, OneMatrix(columns, 1))
        return Equal(sums, ZeroMatrix(rows, 1)) in self._statements()

    def _statements(self):
        return [p for t in self.result.theorems for p in getattr(t.statement, "parts", (t.statement,))]

    def definitions(self):
        """What the short names in the formulas mean, in words."""
        form, value = self.loss.matrix_form, self.slope.value
        named = sorted(form.atoms(Abbreviation) | value.atoms(Softmax), key=lambda a: a.name)
        meanings = [f"{a.name} = {show(a.definition)}" for a in named]
        if form.has(LogSumExp):
            meanings += [f"{show(n)} = {show(m)}" for n, m in Names(self.slope).definitions if n.has(LogSumExp)]
        return ", ".join(meanings)

    def public(self):
        described = "".join(f"        {name}: {what}.\n" for name, what in self.arguments.items())
        described += "".join(f"        {h}: {self.loss.hyper[h]}, {hyper_range(h)[0]}.\n" for h in self.hyper)
        signature, hyper = self.signature(", ".join(self.arguments)), self._appended()
        given = ", ".join(self._of_intermediates())
        shape = self.arguments[self.unknown].partition(")")[0] + ")"
        what = self.arguments[self.unknown].removeprefix(f"{shape} ").partition(",")[0]
        article = "a " if not what.endswith("s") else ""
        return f'''def loss({signature}):
    """The loss of {article}{what}: a float.

    Args:
{described}    """
{self.checked}    return _loss(*_intermediates({given}){hyper})


def gradient({signature}):
    """The gradient of the loss, shape {shape} (`{self.result.id}`; arguments as for `loss`).

{paragraph(show(self.slope.value), 4)}
    """
{self.checked}    return _gradient(*_intermediates({given}){hyper})


def loss_and_gradient({signature}):
    """Both at the price of one: (float, {shape} array). Arguments as for `loss`."""
{self.checked}    shared = _intermediates({given})
    return _loss(*shared{hyper}), _gradient(*shared{hyper})'''

    @cached_property
    def _written(self):
        """(the intermediate matrices, the terms of the loss, the statements and the value of the gradient), as source."""
        form = self.loss.matrix_form
        relations = {s: str(s) for s in form.free_symbols if str(s) in self.arguments and s != self.loss.unknown}
        rows, columns = self.loss.unknown.shape
        matrices = MatrixCode(
            {h: str(h) for h in self.hyper} | {rows: "n", columns: f"{self.unknown}.shape[1]"},
            {self.loss.unknown: self.unknown},
            self.names,
            self.loss.facts,
            relations,
        )
        softmaxes = sorted(form.atoms(LogSumExp), key=str)
        if softmaxes and not self.balanced:
            raise UnsupportedExpression(form, "the NumPy code", "its rows may see a number that is added to all scores")
        for softmax in softmaxes:  # first, so that what follows is written in the shifted scores
            matrices.matrix(softmax)
        loss = sorted(matrices.scalar(form), key=lambda piece: piece.startswith("-"))
        statements, slope = accumulated(matrices, self.slope.value)
        return matrices, loss, statements, f"balanced({slope}, softmax)" if softmaxes else slope

    def _of_intermediates(self):
        """The arguments of the function of the intermediate matrices: hyper-parameters only where these need them."""
        used = words(" ".join(code for code, _ in self._written[0].lines))
        return [*self.arguments, *(str(h) for h in self.hyper if str(h) in used)]

    def private(self):
        matrices, loss, statements, slope = self._written
        checks, lines = self._validated()
        after = [*loss, *statements, slope]
        used = words(" ".join(after))
        shared = [v for v in [*self.arguments, *matrices.variables] if v in used]
        received = ", ".join(shared) + self._appended()

        def size(code, known):
            """The statement that gives n, the number of samples, to code that speaks of it."""
            if "n" not in words(code):
                return []
            found = next(v for v in (*self.arguments, *matrices.centred, *matrices.variables) if v in known)
            return [f"n = len({found})" if found in matrices.centred else f"n = {found}.shape[0]"]

        here = size(
            " ".join(code for code, _ in lines), words(" ".join(code.partition(" = ")[0] for code, _ in checks))
        )
        return f"""def _intermediates({", ".join(self._of_intermediates())}):
{_block([*checks, *((line, "") for line in here), *lines])}    return {", ".join(shared)}


def _loss({received}):
{_block((line, "") for line in size(" ".join(loss), shared))}    return number({added(loss, 4)})


def _gradient({received}):
{_block((line, "") for line in [*size(" ".join([*statements, slope]), shared), *statements])}    return {slope}"""

    def _validated(self):
        """The statements that validate the arguments, and those after them, with their comments; where the unknown is only
        centred, it is validated as that.
        """
        matrices, loss, statements, slope = self._written
        checks, lines = [(line, "") for line in self.checks], matrices.lines
        if self.represented is None:
            return checks, lines
        given = f"({self.unknown}, {self.represented})"
        for name, operand in matrices.centred.items():
            centring = f"{name} = Centred({operand})"
            others = [(code, remark) for code, remark in lines if code != centring]
            after = " ".join([*(code for code, _ in others), *loss, *statements, slope])
            if operand == self.unknown and operand not in words(after):
                return [*checks, (f"{name} = centred_representation{given}", dict(lines)[centring])], others
        return [*checks, (f"{self.unknown} = representation{given}", "")], lines

    def parameters(self):
        """The function that checks the hyper-parameters; empty if there are none."""
        if not self.hyper:
            return ""
        checked = ", ".join(f'{hyper_range(h)[1]}("{h}", {h})' for h in self.hyper)
        return f"def _parameters({self.passed}):\n    return {checked}"

    def signature(self, arguments, *more):
        keywords = [f"{h}=1.0" for h in self.hyper] + list(more)
        return ", ".join([arguments, *(["*", *keywords] if keywords else [])])

    def _appended(self):
        return f", {self.passed}" if self.hyper else ""


def _block(lines):
    """Statements with their comments as the lines of a function, each with its end."""
    return "".join((remarked(code, comment, 4) if comment else f"    {code}") + "\n" for code, comment in lines)


def degree(expr, symbol):
    """The degree of a polynomial of matrices in one of them."""
    if expr == symbol:
        return 1
    if isinstance(expr, SquaredNorm):
        return 2 * degree(expr.args[0], symbol)
    inner = [degree(a, symbol) for a in expr.args]
    if expr.is_Mul or isinstance(expr, (MatMul, Trace, Transpose)):
        return sum(inner)
    return max(inner, default=0)


def hyper_range(symbol: Symbol):
    """What a hyper-parameter must be: in words, and the name of the check."""
    return ("> 0", "positive") if symbol.is_positive else (">= 0", "nonnegative")
