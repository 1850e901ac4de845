"""`python -m ganworks` is `ganworks`."""

import sys

from ganworks.cli import main

sys.exit(main())
