"""`python -m app.cli`: the same as `nexustop`."""

import sys

from app.cli import main

sys.exit(main())
