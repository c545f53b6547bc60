"""Progress and the final table, in the terminal."""

from __future__ import annotations

from contextlib import contextmanager

from derivations.proof.verify import IN_PART


@contextmanager
def progress(total, quiet=False):
    """A progress line; yields `step(message)`, to be called `total` times."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda message: bar.update(task, description=message, advance=1)


def report_table(reports):
    """Print one row a result, and under the table why each failed one failed."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console = Console(width=160)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading, justify in (
        ("result", "left"),
        ("status", "left"),
        ("rests on", "left"),
        ("steps", "right"),
        ("instances", "right"),
        ("residual", "right"),
        ("seconds", "right"),
    ):
        table.add_column(heading, justify=justify, no_wrap=heading != "rests on")
    for r in reports:
        table.add_row(
            r.id,
            r.status.split(":")[0],
            ", ".join(r.lemmas) or "-",
            str(r.steps),
            str(r.instances),
            "exact" if r.residual == 0 else f"{r.residual:.0e}",
            f"{r.seconds:.2f}",
        )
    console.print(table)
    for r in reports:
        if not r.passed:
            console.print(f"\n{r.id}: {r.status}", style="red", markup=False, highlight=False)
    proved = sum(r.passed for r in reports)
    in_part = sum(r.status == IN_PART for r in reports)
    console.print(
        f"\n{proved} of {len(reports)} results proved and verified" + f", {in_part} of them in part" * (in_part > 0)
    )
