"""The README's Python blocks run, and say what they say."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_the_python_blocks_run(capsys):
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, str(README), "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    loss, optimal = map(float, re.search(r"loss ([\d.]+), optimal ([\d.]+)", printed).groups())
    assert 0 <= optimal < loss
