"""The README's Python blocks run, and say what they say."""

import re
from pathlib import Path

from derivations.catalogue import results

README = Path(__file__).parents[1] / "README.md"


def test_the_python_blocks_run(capsys):
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, str(README), "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    loss, optimal = map(float, re.search(r"loss ([\d.]+), optimal ([\d.]+)", printed).groups())
    assert 0 <= optimal < loss


def test_every_claim_that_does_not_hold_is_told_beside_its_correction():
    told = re.search(r"## Claims that do not hold\n(.*?)\n## ", README.read_text(), flags=re.DOTALL)[1]
    assert set(re.findall(r"\(`([a-z-]+)`\)", told)) == {r.id for r in results().values() if r.claimed}
