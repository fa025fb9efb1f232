"""`pactwright verify`, `pactwright coverage` and `pactwright states`."""

from __future__ import annotations

import contextlib
import sys
import time
from argparse import Namespace
from typing import Final, TextIO

from pactwright.contract import waivers
from pactwright.contract.coverage import coverage, table
from pactwright.contract.settings import ContractSettings
from pactwright.contract.verification.junit import as_junit
from pactwright.contract.verification.precheck import load, read_all
from pactwright.contract.verification.report import Result, as_json, lines, summary
from pactwright.contract.verification.run import Options, verify
from pactwright.local.errors import LocalError
from pactwright.local.stopping import Stopped, stoppable
from pactwright.schema import Project

# What runs providers takes 0.5 s to import, and what is wrong with contracts is told within a
# second: it is imported once nothing is.
# ruff: noqa: PLC0415

_LOOK_EVERY: Final = 0.5


def run_verify(arguments: Namespace, output: TextIO) -> int:
    """Verify; the exit status is 0 where everything holds, else 1.

    With `--json`, the output is one document, and what is going on is told on standard error.

    Raises:
        ContractError, DeployError, LocalError, ProjectError: nothing could be verified.
    """
    project = Project.load(arguments.project)
    console = _Console(sys.stderr if arguments.json else output)
    report = verify(
        project,
        arguments.providers,
        Options(in_process=arguments.in_process, chain=arguments.chain),
        observe=console.result,
        progress=console.progress,
    )
    for line in summary(report):
        console.line(line)
    if arguments.json:
        output.write(f"{as_json(report)}\n")
    if arguments.junit is not None:
        arguments.junit.parent.mkdir(parents=True, exist_ok=True)
        arguments.junit.write_bytes(as_junit(report))
    return 0 if report.ok else 1


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
    from pactwright.contract.verification.stateserver import command, serving

    console = _Console(output)
    with contextlib.suppress(Stopped), stoppable(), deployed(contracts, console.progress) as site:
        with serving(site, arguments.port, console.line) as (server, urls):
            console.progress("ready. Verify each pact by pact's own verifier:")
            for pact in contracts.pacts.values():
                console.line(f"\n{command(pact, urls[pact.provider], server.endpoint.url)}")
            console.line("\nCtrl-C stops it all.")
            while site.system.emulator.is_running:
                time.sleep(_LOOK_EVERY)
        raise LocalError(f"the AWS emulator ended by itself; see {site.system.emulator.log}")
    console.line("stopped")
    return 0


class _Console:
    """Writes lines at once."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._started = time.monotonic()

    def line(self, text: str) -> None:
        self._output.write(f"{text}\n")
        self._output.flush()

    def progress(self, text: str) -> None:
        self.line(f"[{time.monotonic() - self._started:5.1f} s] {text}")

    def result(self, result: Result) -> None:
        for line in lines(result):
            self.line(line)
