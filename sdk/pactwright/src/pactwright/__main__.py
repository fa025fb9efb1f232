"""`python -m pactwright` is `pactwright`."""

from __future__ import annotations

import sys

from pactwright.cli import main

if __name__ == "__main__":
    sys.exit(main())
