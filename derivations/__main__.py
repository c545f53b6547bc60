"""`python -m derivations` is `spectral-ssl`."""

import sys

from derivations.cli import main

sys.exit(main())
