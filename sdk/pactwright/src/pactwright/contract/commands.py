"""`pactwright verify`, `pactwright coverage` and `pactwright states`."""

from __future__ import annotations

import contextlib
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from pactwright.contract import waivers
from pactwright.contract.coverage import coverage, table
from pactwright.contract.errors import ContractError
from pactwright.contract.settings import ContractSettings
from pactwright.contract.verification.junit import as_junit
from pactwright.contract.verification.precheck import load, read_all
from pactwright.contract.verification.report import (
    Ground,
    Report,
    Result,
    as_json,
    lines,
    summary,
)
from pactwright.contract.verification.run import Options, verify
from pactwright.local.console import Console
from pactwright.local.errors import LocalError
from pactwright.local.stopping import Stopped, stoppable
from pactwright.schema import Project

# What runs providers takes 0.5 s to import, and what is wrong with contracts is told within a
# second: it is imported once nothing is.
# ruff: noqa: PLC0415

STOPPED: Final = 130
"""Exit status of a run that SIGINT or SIGTERM ended, as shells have it for SIGINT."""

_LOOK_EVERY: Final = 0.5


After = Callable[[Report, Console], object]
"""What is done with a run's report once it is written; the console is there to tell of it."""


def run_verify(
    arguments: Namespace,
    output: TextIO,
    given: Callable[[Options], Options] = lambda options: options,
    after: After = lambda *_: None,
) -> int:
    """Verify; the exit status is 0 where everything holds, 1 where not, 130 where it is stopped.

    With `--json`, the output is one document, and what is going on is told on standard error. That
    document and JUnit's file are written whatever happens, with the reason where it ended early.

    Args:
        arguments: those of the command line.
        output: where to.
        given: adds the pacts and bundles that are to be verified in place of the project's own.
        after: called with the report, also that of a run that ended early.

    Raises:
        ContractError: nothing could be verified, or JUnit's file can't be written.
        DeployError, LocalError, ProjectError: nothing could be verified.
    """
    console = Console(sys.stderr if arguments.json else output)
    course = _Course(console)
    try:
        with stoppable():
            _write_junit(arguments.junit, b"")  # nobody takes an earlier run's for this one's
            report = _verified(arguments, course, given)
    except Stopped:
        why = f"stopped after {len(course.results)} interactions were verified"
        console.line(why)
        ended = course.ended(why)
        _write(ended, arguments, output)
        after(ended, console)
        return STOPPED
    except Exception as error:
        ended = course.ended(f"{type(error).__name__}: {error}")
        _write(ended, arguments, output)
        after(ended, console)
        raise
    _write(report, arguments, output)
    after(report, console)
    return 0 if report.ok else 1


@dataclass
class _Course:
    """What a run has come to so far."""

    console: Console
    ground: Ground | None = None
    results: list[Result] = field(default_factory=list[Result])

    def start(self, ground: Ground) -> None:
        self.ground = ground

    def observe(self, result: Result) -> None:
        self.results.append(result)
        for line in lines(result):
            self.console.line(line)

    def ended(self, why: str) -> Report:
        """The report of a run that ended before it was done."""
        return Report(results=tuple(self.results), pacts=(), errors=(why,), ground=self.ground)


def _verified(arguments: Namespace, course: _Course, given: Callable[[Options], Options]) -> Report:
    report = verify(
        Project.load(arguments.project),
        arguments.providers,
        given(Options(in_process=arguments.in_process, chain=arguments.chain)),
        started=course.start,
        observe=course.observe,
        progress=course.console.progress,
    )
    for line in summary(report):
        course.console.line(line)
    return report


def _write(report: Report, arguments: Namespace, output: TextIO) -> None:
    if arguments.json:
        output.write(f"{as_json(report)}\n")
    _write_junit(arguments.junit, as_junit(report))


def _write_junit(file: Path | None, content: bytes) -> None:
    try:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise ContractError(f"--junit {file} can't be written: {error.strerror}") from error


def run_coverage(arguments: Namespace, output: TextIO) -> int:
    """Tell who relies on what; the exit status is 0 where there is no gap without a reason, else 1.

    Raises:
        ContractError, DocumentError, ProjectError: pacts, waivers or documents can't be read.
    """
    project = Project.load(arguments.project)
    settings = ContractSettings.load(project)
    pacts = read_all(project, settings).values()
    found = coverage(project, pacts, waivers.read(settings.waivers).answers)
    output.writelines(f"{line}\n" for line in table(found))
    return 0 if found.ok else 1


def run_states(arguments: Namespace, output: TextIO) -> int:
    """Run the system with states to be set over HTTP, until SIGINT or SIGTERM.

    Raises:
        ContractError, DeployError, LocalError, ProjectError: it can't be run.
    """
    contracts = load(Project.load(arguments.project))
    from pactwright.contract.verification.deployed import deployed
    from pactwright.contract.verification.stateserver import command, listening, serving

    console = Console(output)
    with contextlib.suppress(Stopped), stoppable(), contextlib.ExitStack() as stack:
        server = stack.enter_context(listening(arguments.port, console.line))
        site = stack.enter_context(deployed(contracts, console.progress))
        urls = stack.enter_context(serving(site, server))
        console.progress("ready. Verify each pact by pact's own verifier:")
        for pact in contracts.pacts.values():
            console.line(f"\n{command(pact, urls[pact.provider], server)}")
        console.line("\nCtrl-C stops it all.")
        while site.system.emulator.is_running:
            time.sleep(_LOOK_EVERY)
        raise LocalError(f"the AWS emulator ended by itself; see {site.system.emulator.log}")
    console.line("stopped")
    return 0
