"""Many users at once on the running system; at the end each acknowledged write is read back.

    python -m benchmarks.load                                      # starts the system itself
    python -m benchmarks.load authentication=URL location=URL profile=URL

Ends with 1 where a write is lost, or something failed that nobody put in the way. Times are this
run's and this machine's: what they tell is how they compare to the floor, a bare request through
the same front that touches no table.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.load.running import Load, Plan, away
from pactwright.local.system import running
from pactwright.schema.project import Project

ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as told; the exit status."""
    told = _parsed(arguments)
    urls = dict(each.partition("=")[::2] for each in told.urls)
    plan = Plan(told.users, told.loops, told.minutes * 60, told.seed)
    with ExitStack() as stack:
        faults = []
        if not urls:
            system = stack.enter_context(running(Project.load(ROOT), progress=print))
            urls = dict(system.urls)
            faults = [away(system.proxies[name], told.away_seconds) for name in told.away]
        elif told.away:
            raise SystemExit("--away is for a system that is started here")
        load = Load(urls, plan)
        load.run(faults)
    for line in load.report():
        print(line)
    return 1 if load.lost or (load.errors and not faults) else 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("urls", nargs="*", metavar="SERVICE=URL", help="of a system that runs")
    parser.add_argument("--users", type=int, default=16, help="at once; 16")
    parser.add_argument("--loops", type=int, default=400, help="things that each does; 400")
    parser.add_argument("--minutes", type=float, default=10, help="at most; 10")
    parser.add_argument("--seed", type=int, default=1, help="of what is done; 1")
    parser.add_argument(
        "--away",
        action="append",
        default=[],
        choices=("authentication", "location", "profile"),
        help="a service that is away for a while in the middle; can be given several times",
    )
    parser.add_argument("--away-seconds", type=float, default=5, help="for how long; 5")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
