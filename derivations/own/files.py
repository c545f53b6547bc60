"""What is derived from a reader's loss as files: proofs, LaTeX, a NumPy module and its tests."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from derivations.export.files import write
from derivations.export.latex.article import fragment
from derivations.export.writer import joined
from derivations.language.errors import BadRequest, NoInstance, UnsupportedExpression
from derivations.language.instances import instances
from derivations.language.normal_form import normaliser
from derivations.own.derivation import Derivation, derive
from derivations.own.module import module_source, optimum_code, renamed
from derivations.own.module_tests import tests_source
from derivations.own.told import TERMINAL, refused
from derivations.proof.store import document_of, documents_text
from derivations.proof.verify import Report, verify


@dataclass(frozen=True)
class Derived:
    """A derivation, what became of each of its results when it was verified, and the files; `left_out` says which are not."""

    derivation: Derivation
    reports: tuple[Report, ...]
    paths: tuple[Path, ...]
    left_out: tuple[str, ...]

    def __str__(self):
        return "\n\n".join([str(self.derivation), *self.left_out, "\n".join(f"wrote {path}" for path in self.paths)])


def derived(loss, directory, count):
    """Derive a loss, verify each result on `count` instances a step, and write its files; raises BadRequest where a fact is of
    no use, or where nothing meets all of them.
    """
    try:
        normaliser(tuple(loss.facts)).rules  # noqa: B018
    except (ValueError, UnsupportedExpression) as error:
        raise BadRequest(f"{loss.name}: {error}") from error
    if loss.facts and not any(instances(loss.facts, (loss.matrix_form,), 1)):
        raise BadRequest(
            f"{loss.name}: no matrices were found that meet the facts: {joined([f.text(str) for f in loss.facts])}"
        )
    derivation = derive(loss)
    documents = {r.id: document_of(r) for r in derivation.results}
    reports = tuple(verify(id, document, count) for id, document in documents.items())
    texts, left_out = _texts(derivation)
    paths = [write(directory / "derivations.json", documents_text(documents))]
    paths += [write(directory / name, text) for name, text in texts.items()]
    return Derived(derivation, reports, tuple(paths), tuple(left_out))


def _texts(derivation):
    """({file name: text}, a sentence on each file, or function, that there is none of)."""
    name, texts, left_out = derivation.loss.name, {}, []
    named = renamed(derivation.loss)
    code = derivation if named is derivation.loss else derive(named)

    @contextmanager
    def attempt(what):
        try:
            yield
        except (UnsupportedExpression, NoInstance) as error:
            left_out.append(TERMINAL.prose(f"There is no {what}: {refused(error, TERMINAL)}."))

    computed = replace(code, optimum=None)  # what the module computes
    with attempt(f"optimum in {name}.py"):
        computed = code if optimum_code(code) else computed
    with attempt(f"{name}.tex"):
        texts[f"{name}.tex"] = "\n".join(map(fragment, derivation.results))
    with attempt(f"{name}.py"):
        texts[f"{name}.py"] = module_source(computed)
        with attempt(f"test_{name}.py"):
            texts[f"test_{name}.py"] = tests_source(computed)
    return texts, left_out
