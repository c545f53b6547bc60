"""The NumPy module of a loss, written from its theorems: loss, gradient, and the closed forms over Z and W if it has any."""

from __future__ import annotations

from sympy import Add

from derivations.export.code.imports import imports_of
from derivations.export.code.layout import paragraph
from derivations.export.code.loss import LossCode, degree, hyper_range
from derivations.export.code.optimum import OptimumCode
from derivations.export.text import show
from derivations.language.propositions import Candidates, EntrywiseNonnegative

VALIDATED = (
    "Every function takes {} dense or sparse, and raises ValueError or TypeError naming the argument where a hypothesis"
    " does not hold."
)
TRUSTED = (
    "Every function trusts its arguments, and takes some rows of them as well as all: the loss is the sum over rows."
)


def numpy_module(implementation):
    """The source of the module of a loss; what every loss shares is imported from numeric, what is written are formulas."""
    if implementation.representation is None:
        code = LossCode(implementation, _of_scores(implementation.loss))
        pieces = [code.public(), code.private()]
        eigenpairs = ""
        care = TRUSTED
    else:
        optimum = OptimumCode(implementation)
        code = LossCode(implementation, **_of_representations(implementation.loss, optimum.route))
        pieces = [code.public(), optimum.over_z(code), optimum.over_w(code)]
        pieces += [code.parameters(), code.private(), optimum.filter.source()]
        eigenpairs = (
            f"\neigenpairs = {optimum.route.eigenpairs}\n"
            f'"""What the optimum is built on: `eigenpairs({optimum.route.name}, n_pairs)`, best direction first."""\n'
        )
        care = VALIDATED.format(optimum.route.name)
    body = "\n\n\n".join(piece for piece in pieces if piece)
    return f"{_header(code, care, body)}{eigenpairs}\n\n{body}\n"


def _of_representations(loss, route):
    """What `LossCode` is told of the functions of a representation and a relation."""
    power = f", power={_power(loss, route)}" if route.bounded else ""
    return {
        "arguments": [(str(loss.unknown), "(N, K) representation"), (route.name, f"(N, N) {route.relation}")],
        "checks": [route.validation(str(loss.unknown))],
        "represented": f"{route.name}.shape[0]{power}",
    }


def _power(loss, route):
    """Which power of the norm of Z must be finite, so that the loss is: times a relation of bounded norm, the square of one."""
    terms = Add.make_args(loss.matrix_form)
    named = {str(s): s for s in loss.matrix_form.free_symbols}
    return max(degree(t, loss.unknown) * (2 if t.has(named[route.name]) else 1) for t in terms)


def _of_scores(loss):
    """The arguments of the functions of scores: these, and the matrices that the facts speak of."""
    shape = f"({', '.join(map(str, loss.unknown.shape))})"
    arguments = [(str(loss.unknown), f"{shape} scores, finite")]
    for fact in loss.facts:
        if isinstance(fact, EntrywiseNonnegative):
            arguments.append((str(fact.matrix), f"{shape} csr_array of the weights of the positives, those stored > 0"))
        if isinstance(fact, Candidates):
            arguments.append((str(fact.matrix), f"{shape} Booleans, who is a candidate: a True in every row"))
    return arguments


def _header(code, care, body):
    loss = code.loss
    where = code.definitions()
    where = f"{paragraph(f'with {where}.')}\n\n" if where else ""
    hypotheses = "; ".join([h.text(show) for h in loss.facts] + [f"{h} {hyper_range(h)[0]}" for h in code.hyper])
    formula = paragraph(f"loss({loss.unknown}) = {show(loss.matrix_form)}", 4)
    return (
        f'"""{loss.title} ({", ".join(code.result.cites)}).\n\n{formula}\n\n'
        f"{where}{paragraph(f'Hypotheses: {hypotheses}.')}\n\n"
        f'{paragraph(f"Written by the derivations; not to be edited. {care}")}\n"""\n\n'
        f"{imports_of(body)}\n"
    )
