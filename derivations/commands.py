"""What the commands of the command line do."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from textwrap import fill

from derivations.catalogue import chosen, implementations, results, shipped
from derivations.export.files import write
from derivations.export.table import progress, report_table
from derivations.language.errors import BadRequest
from derivations.own.source import losses_of
from derivations.own.start import start
from derivations.proof.record import record_of, recorded
from derivations.proof.store import document_of, documents_text
from derivations.proof.verify import verify as verify_document

DOCUMENT, RECORD = "derivations.json", "verified.json"


def derive(options):
    """Derive and store, verify in other processes meanwhile, and write LaTeX and code; a part of it for given ids. Or do
    that for the losses in files of the reader's own.
    """
    paths = [id for id in options.ids if id.endswith(".py") or Path(id).exists()]
    if paths:
        return _derive_files(paths, options)
    wanted = _chosen(options.ids)
    documents = {}
    with _pool() as pool, progress(2 * len(wanted), quiet=options.json) as step:
        running = []
        for result in wanted:
            step(f"deriving {result.id}")
            documents[result.id] = document_of(result)
            running.append(pool.submit(verify_document, result.id, documents[result.id], options.instances))
        if not options.ids:
            write(options.build / DOCUMENT, documents_text(documents))
            _write_latex(wanted, options.build)
            _write_code(options.code)
        reports = _collected(running, step)
    if not options.ids:
        write(options.build / RECORD, record_of(reports, documents, options.instances))
    return _told(reports, [r.id for r in wanted], options.json)


def _derive_files(paths, options):
    from derivations.own.files import derived

    if len(paths) < len(options.ids):
        raise BadRequest(
            f"files are derived apart from results; of {', '.join(options.ids)}, {', '.join(paths)} are files"
        )
    losses = [loss for path in paths for loss in losses_of(path).values()]
    if len({loss.id for loss in losses}) < len(losses):  # letters of another case are no other name of a directory
        raise BadRequest(f"two losses of the files have one name: {', '.join(sorted(loss.name for loss in losses))}")
    reports, told = [], []
    with progress(len(losses), quiet=options.json) as step:
        for loss in losses:
            step(f"deriving {loss.name}")
            found = derived(loss, options.build / loss.name, options.instances)
            reports += found.reports
            told.append(str(found))
    if not options.json:
        print("\n\n".join(told), end="\n\n")
    return _told({r.id: r for r in reports}, [r.id for r in reports], options.json)


def new(options):
    """The start of a loss of one's own."""
    print(f"wrote {start(options.name, options.dir)}")
    return 0


def verify(options):
    """Verify the stored proofs, without the code that found them."""
    path = options.build / DOCUMENT
    if not path.exists():
        raise BadRequest(f"there is no {path}; `spectral-ssl derive` writes it")
    try:
        documents = json.loads(path.read_text(encoding="utf-8"))["results"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{path} holds no stored proofs: {error}") from error
    unknown = [i for i in options.ids if i not in documents]
    if unknown:
        raise BadRequest(f"{path} holds no result called {', '.join(unknown)}")
    ids = options.ids or [*documents]
    with _pool() as pool, progress(len(ids), quiet=options.json) as step:
        reports = _collected([pool.submit(verify_document, i, documents[i], options.instances) for i in ids], step)
    return _told(reports, ids, options.json)


def list(options):
    """Every result: id and title, or a table of them by section; or every claim that does not hold: id, what is claimed, and
    where it fails; or every loss as libraries ship it: name, libraries, and how it relates to the published one.
    """
    if options.claims:
        return _list_claims(options)
    if options.implementations:
        return _list_implementations(options)
    if options.markdown is not None:
        return _list_in_markdown(options.markdown)
    if options.json:
        print(json.dumps([{"id": r.id, "title": r.title} for r in results().values()], indent=1))
    else:
        width = max(map(len, results()))
        for r in results().values():
            print(f"{r.id:{width}}  {r.title}")
    return 0


def _list_in_markdown(path):
    from derivations.export.overview import insert, overview

    table = overview([*results().values()])
    print(f"wrote {insert(table, path)}" if path.name else table)
    return 0


def _list_claims(options):
    from derivations.export.exposition import refuted
    from derivations.export.text import counterexample

    told = [
        {"id": r.id, "claimed": r.claim.words, "fails for": counterexample(refuted(r.claim)), "instead": r.title}
        for r in results().values()
        if r.claim
    ]
    return _print_told(told, "id", options)


def _list_implementations(options):
    told = [
        {
            "name": loss.name,
            "libraries": ", ".join(loss.libraries),
            "defaults": ", ".join(f"{h} = {float(x):g}" for h, x in loss.defaults.items()),
            "theorem": loss.compared.id,
            "which says": loss.compared.title,
        }
        for _, loss in sorted(shipped().items())
    ]
    return _print_told(told, "name", options)


def _print_told(told, first, options):
    """What is told of several things, each under the entry `first`."""
    if options.json:
        print(json.dumps(told, indent=1))
        return 0
    for thing in told:
        print(thing.pop(first))
        for name, text in thing.items():
            print(fill(f"{name}: {text}", 100, initial_indent="  ", subsequent_indent="    "))
        print()
    return 0


def show(options):
    """The results in full, for a terminal or as LaTeX."""
    from derivations.export.latex.article import fragment
    from derivations.export.text import describe

    ids = [shipped()[i].compared.id if i in shipped() else i for i in options.ids]  # is that the paper's loss?
    for result in _chosen(ids):
        print(fragment(result) if options.latex else describe(result))
    return 0


def latex(options):
    """The article and the fragments; as a PDF too. 1 if what is typeset has references that lead nowhere, or lines too wide."""
    from derivations.export.latex.pdf import check_installed, typeset

    if options.pdf:
        check_installed()
    directory = _write_latex(_chosen(()), options.build)
    print(f"wrote {directory}")
    return typeset(directory / "article.tex") if options.pdf else 0


def atlas(options):
    """The site. What `derive` has verified, and has not changed since, is not verified again."""
    from derivations.export.atlas.site import write_atlas

    wanted = _chosen(())
    path = options.build / RECORD
    record = path.read_text(encoding="utf-8") if path.exists() else ""
    with _pool() as pool, progress(2 * len(wanted)) as step:
        reports, running = {}, []
        for result in wanted:
            step(f"deriving {result.id}")
            document = document_of(result)
            if known := recorded(record, {result.id: document}, options.instances):
                reports |= known
            else:
                running.append(pool.submit(verify_document, result.id, document, options.instances))
        reports |= _collected(running, step)
        if failed := [id for id, report in reports.items() if not report.passed]:
            return _told(reports, failed)
        directory = write_atlas(wanted, reports, implementations(), [*shipped().values()], options.build / "atlas")
    print(f"wrote {directory / 'index.html'}")
    return 0


def graph(options):
    """The picture of what rests on what."""
    from derivations.export.graph.dependencies import dependencies, part_of
    from derivations.export.graph.svg import graph

    wanted = _chosen(options.ids)
    nodes = dependencies([*results().values()])
    path = write(options.build / "graph.svg", graph(part_of(nodes, [r.id for r in wanted])))
    print(f"wrote {path}")
    return 0


def code(options):
    """The NumPy modules."""
    for path in _write_code(options.code):
        print(f"wrote {path}")
    return 0


def figures(options):
    """The figures, drawn or named."""
    try:
        return _figures(options)
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in ("matplotlib", "sklearn", "threadpoolctl"):
            raise
        raise BadRequest(f"{package} is missing: pip install 'spectral-ssl[figures]'") from missing


def _figures(options):
    from threadpoolctl import threadpool_limits

    from numeric.figures import catalogue, output

    known = catalogue.found()
    unknown = [name for name in options.names if name not in known]
    if unknown:
        raise BadRequest(f"no figure is called {', '.join(unknown)}; there are {', '.join(known)}")
    names = dict.fromkeys(options.names or known)
    if options.list:
        for name in names:
            print(f"{name:{max(map(len, known))}}  {catalogue.title(known[name])}")
        return 0
    directory = options.build / "figures"
    directory.mkdir(parents=True, exist_ok=True)
    with threadpool_limits(1):  # the last digits depend on how many threads there are, and the bytes on these
        for name in names:
            path = directory / f"{name}.{options.format}"
            output.write(known[name].draw(), path)
            print(f"wrote {path}", flush=True)
    return 0


def _chosen(ids):
    try:
        return chosen(ids)
    except KeyError as error:
        raise BadRequest(f"{error.args[0]}; `spectral-ssl list` names them all") from error


def _pool():
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ProcessPoolExecutor(max_workers=allowed, mp_context=get_context("spawn"))


def _collected(running, step):
    reports = {}
    for future in as_completed(running):
        report = future.result()
        reports[report.id] = report
        step(f"verified {report.id}")
    return reports


def _told(reports, order, as_json=False):
    ordered = [reports[i] for i in order]
    if as_json:
        print(json.dumps([r.as_dict() for r in ordered], indent=1))
    else:
        report_table(ordered)
    return 0 if all(r.passed for r in ordered) else 1


def _write_latex(wanted, directory):
    from derivations.export.latex.article import write_latex

    write_latex(wanted, directory / "latex")
    return directory / "latex"


def _write_code(directory):
    import numeric
    from derivations.export.code.module import numpy_module
    from derivations.export.code.shipped import numpy_shipped

    directory = directory or Path(numeric.__file__).parent / "generated"
    sources = {directory / f"{i.loss.name}.py": numpy_module(i) for i in implementations()}
    sources |= {directory / "implementations" / f"{name}.py": numpy_shipped(loss) for name, loss in shipped().items()}
    for path, source in sources.items():
        write(path, source)
    return [*sources]
