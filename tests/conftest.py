"""Hypothesis profiles: random every time, with the line that replays a failure printed beside it."""

import os

from hypothesis import settings

# No deadline: a slow machine is not a bug. Not derandomised, nor in CI: a fixed seed hides what others find.
settings.register_profile("local", deadline=None, print_blob=True, derandomize=False)
settings.register_profile("ci", settings.get_profile("local"), max_examples=200)
settings.load_profile("ci" if os.environ.get("CI") else "local")
