"""`pactwright compare`."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from pactwright.contract.pacts import Pact
from pactwright.release.comparison import reliances, report
from pactwright.release.comparison.changes import Change
from pactwright.release.comparison.errors import ComparisonError
from pactwright.release.comparison.revisions import Repository
from pactwright.release.comparison.run import compare
from pactwright.release.comparison.versions import Version, find, paired, working
from pactwright.schema import Project


def run_compare(arguments: Namespace, output: TextIO) -> int:
    """Tell what changed and whom it breaks; the exit status is 1 where `--fail-on` says so, or 0.

    Raises:
        ComparisonError: what is asked for is not there, or can't be compared.
        DocumentError, PactError, ProjectError: it can't be read.
    """
    here = arguments.project.resolve()
    with tempfile.TemporaryDirectory(prefix="pactwright-compare-") as workspace:
        repository = Repository(here, Path(workspace))
        old = find(arguments.old, repository, here)
        if arguments.new is None:
            new = working(arguments.old, old, repository, here)
        else:
            new = find(arguments.new, repository, here)
        if arguments.pacts:
            return _pacts(old, new, arguments, output)
        current = Version("the working tree", here, here)
        pairs = paired(old, new, current.project, arguments.provider)
        changes = compare(pairs, _relied(old, current))
    text = report.as_json(changes) if arguments.json else "\n".join(report.lines(changes))
    output.write(f"{text}\n")
    return int(_fails(changes, arguments.fail_on))


def _relied(old: Version, current: Version) -> tuple[Pact, ...]:
    """What consumers rely on of the old version: its own pacts, where it is a project."""
    for version in (old, current):
        project: Project | None = version.project
        if project is not None and (found := version.pacts()):
            return found
    return ()


def _fails(changes: Sequence[Change], when: str) -> bool:
    if when == "breaking":
        return any(change.verdict.breaks or change.breaks_in_fact for change in changes)
    return when == "in-fact" and any(change.breaks_in_fact for change in changes)


def _pacts(old: Version, new: Version, arguments: Namespace, output: TextIO) -> int:
    before, after = old.pacts(), new.pacts()
    if not before and not after:
        raise ComparisonError(f"there are no pacts, neither in {old.text} nor in {new.text}")
    shifts = reliances.compare(before, after)
    text = reliances.as_json(shifts) if arguments.json else "\n".join(reliances.lines(shifts))
    output.write(f"{text}\n")
    return int(arguments.fail_on == "breaking" and any(shift.more for shift in shifts))
