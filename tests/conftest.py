"""Hypothesis profiles: random every time, with the line that replays a failure printed beside it; and shared checks."""

import os

import pytest
from hypothesis import settings

# Failed assertions of the shared checks are told with their values, as those of test files are.
pytest.register_assert_rewrite("tests.numeric.taylor", "tests.numeric.opponent", "tests.numeric.similarity")

# No deadline: a slow machine is not a bug. Not derandomised, nor in CI: a fixed seed hides what others find.
settings.register_profile("local", deadline=None, print_blob=True, derandomize=False)
settings.register_profile("ci", settings.get_profile("local"), max_examples=200)
settings.load_profile("ci" if os.environ.get("CI") else "local")
