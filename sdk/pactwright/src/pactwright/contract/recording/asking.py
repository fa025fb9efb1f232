"""Which tests record, and whether a run of pytest was asked for all of them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from pactwright.contract.settings import ContractSettings
from pactwright.schema.project import Project


def recording_files(project: Project, settings: ContractSettings) -> frozenset[Path]:
    """The files of a project's tests that record."""
    return frozenset((project.root / settings.recordings).rglob("test_*.py"))


def is_whole(config: pytest.Config, files: Collection[Path]) -> bool:
    """Whether a run of pytest was asked for all tests of some files: for them, or what is above.

    With ``--lf`` it was not: that leaves out files as a whole.
    """
    if config.getoption("lf", default=False):
        return False
    asked = [(config.invocation_params.dir / each).resolve() for each in config.args]
    return all(any(file.is_relative_to(path) for path in asked) for file in files)
