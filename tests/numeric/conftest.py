"""Failed assertions of the shared checks are told with their values, as those of test files are."""

import pytest

pytest.register_assert_rewrite("tests.numeric.taylor", "tests.numeric.opponent", "tests.numeric.similarity")
