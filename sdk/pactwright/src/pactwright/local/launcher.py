"""Starts ministack from a folder of packages. A script of its own, run by a bare interpreter.

The emulator runs functions with its own interpreter. That one is bare, the packages are added to
this process alone, and so a function can import only what its bundle brings, as on Lambda.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

SUPPLEMENTS = (
    "cloudformation.py",
    "securing.py",
    "serverless.py",
    "streaming.py",
    "unpacking.py",
    "warming.py",
)

if __name__ == "__main__":
    packages = sys.argv.pop(1)
    sys.path.insert(0, packages)
    for supplement in SUPPLEMENTS:
        runpy.run_path(str(Path(__file__).with_name(supplement)))["extend"]()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
