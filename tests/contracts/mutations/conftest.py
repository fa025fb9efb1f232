"""Providers to mutate, and the table of what became of their mutants."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pactwright.contract.verification import precheck
from pactwright.contract.verification.inprocess import in_process
from pactwright.schema import Project
from tests.contracts.mutations.table import Row, lines
from tests.contracts.mutations.trial import Trial

ROOT: Final = Path(__file__).parents[3]
MOST: Final = 3
"""Mutants of each kind, for each provider."""
ROW: Final = "row of the table of mutants"


@pytest.fixture(scope="session")
def trials() -> Iterator[tuple[Trial, ...]]:
    """Each provider, running in this process, with its mutants."""
    contracts = precheck.load(Project.load(ROOT))
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(in_process(contracts))
        environments = [stack.enter_context(site.environment(name)) for name in contracts.providers]
        yield tuple(Trial.of(environment, contracts, MOST) for environment in environments)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the table, and keep it."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    rows = [
        Row.read(content)
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, content in report.user_properties
        if name == ROW and isinstance(content, dict)
    ]
    if not rows:
        return
    table = list(lines(rows))
    terminalreporter.section("mutants")
    for line in table:
        terminalreporter.write_line(line)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "mutations.txt").write_text("\n".join([*table, ""]), encoding="utf-8")
