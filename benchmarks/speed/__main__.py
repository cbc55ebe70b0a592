"""``python -m benchmarks.speed``."""

import sys

from .command import main

sys.exit(main())
