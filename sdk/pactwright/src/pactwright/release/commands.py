"""`pactwright verify` on record, `can-deploy`, `record-deployment` and `record-release`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from pactwright.contract import commands as contracts
from pactwright.contract import pacts
from pactwright.contract.pacts import Pact
from pactwright.contract.settings import ContractSettings
from pactwright.contract.verification.precheck import read_all
from pactwright.contract.verification.report import Report
from pactwright.contract.verification.run import Options
from pactwright.local.console import Console
from pactwright.release.errors import NotFound, ReleaseError, UnknownDeployment
from pactwright.release.gate import judge
from pactwright.release.ledger import Ledger
from pactwright.release.recording import Recording
from pactwright.release.records import Revision, Verification
from pactwright.release.revision import revision
from pactwright.release.stores import opened
from pactwright.release.verdict import as_json, lines, short
from pactwright.schema.project import Project

if TYPE_CHECKING:
    from pactwright.deploy.manifest import Bundle

# What deploys takes 0.5 s to import, and what is wrong with contracts is told within a second.
# ruff: noqa: PLC0415

RECORDS: Final = "build/records"
"""The folder of records, in the project, unless another place is given."""

VARIABLE: Final = "PACTWRIGHT_RECORDS"
"""The environment variable that gives one."""


def run_verify(arguments: Namespace, output: TextIO) -> int:
    """Verify, and record what was found on deployed bundles; the exit status is `verify`'s.

    Raises:
        ContractError, DeployError, LocalError, ProjectError: nothing could be verified.
        ReleaseError: what is given can't be found, or what was found can't be recorded.
    """
    run = _Run(arguments)
    return contracts.run_verify(arguments, output, run.given, run.record)


class _Run:
    """A verification whose result is recorded."""

    def __init__(self, arguments: Namespace) -> None:
        self.arguments = arguments
        self.root: Path = arguments.project
        self.before: Revision | None = None

    def given(self, options: Options) -> Options:
        """Add the bundles and pacts of the command line."""
        if options.in_process and self.arguments.bundle:
            raise NotFound("--in-process runs the sources, not bundles: leave out one of the two")
        if options.in_process and not self.arguments.pact:
            return options
        project = Project.load(self.root)
        book = ledger(self.arguments)
        self.before = revision(self.root, os.environ)
        return replace(
            options,
            pacts=tuple(_pact(project, book, text) for text in self.arguments.pact),
            bundles=_bundles(project, book, self.arguments.bundle),
        )

    def record(self, report: Report, console: Console) -> None:
        """Record what was found; of a run that ended early, that can't hide why it did."""
        if report.ground is None or self.before is None:
            return
        try:
            self._record(report, self.before, console)
        except ReleaseError as error:
            if not report.errors:
                raise
            console.line(f"and it can't be recorded: {error}")

    def _record(self, report: Report, before: Revision, console: Console) -> None:
        book = ledger(self.arguments)
        same = revision(self.root, os.environ) == before
        sources = before if same else before.model_copy(update={"dirty": True})
        found = Recording(book).verification(report, sources)
        for each in found:
            if isinstance(each, Verification):
                what = "passed" if each.passed else f"failed ({len(each.failures)})"
                console.line(
                    f"recorded: {each.consumer} → {each.provider} {what}, pact {short(each.pact)} "
                    f"on bundle {short(each.bundle)} ({each.platform})"
                )
        if found and not sources.is_clean:
            console.line(f"note: the gate lets nothing through that is from {sources}")


def run_can_deploy(arguments: Namespace, output: TextIO) -> int:
    """Ask the gate; the exit status is 0 for yes, 1 for no.

    Raises:
        ReleaseError: no bundle is given and none was built, or the records can't be taken for what
            they say.
    """
    platform = arguments.platform
    digest = arguments.digest or _built(arguments.project, arguments.service, platform)
    verdict = judge(ledger(arguments), arguments.service, digest, platform, arguments.to)
    said = [as_json(verdict)] if arguments.json else lines(verdict)
    output.writelines(f"{line}\n" for line in said)
    return 0 if verdict.allowed else 1


def run_record_deployment(arguments: Namespace, output: TextIO) -> int:
    """Record what runs of a service in an environment, as its stack has it.

    Raises:
        ReleaseError: it can't be told, or can't be recorded.
        ProjectError: the project's settings are wrong.
    """
    project = Project.load(arguments.project)
    digest, platform = _deployed(project, arguments)
    made = Recording(ledger(arguments)).deployment(
        arguments.service, arguments.env, digest, platform
    )
    what = f"{short(digest)} ({platform})" if digest else "removed"
    output.write(f"recorded: {arguments.service} in {arguments.env}: {what}\n")
    if digest and made.pacts is None:
        sys.stderr.write(
            f"pactwright: no clean build of {arguments.service} {short(digest)} is on record: "
            "until one is, the gate lets nothing past it\n"
        )
    return 0


def _deployed(project: Project, arguments: Namespace) -> tuple[str | None, str | None]:
    """Digest and platform of the bundle that runs; None where the service was removed."""
    if arguments.digest:
        return arguments.digest, arguments.platform
    from pactwright.release.stacks import aws, stack_name, standing

    found = standing(project, arguments.env, arguments.service, aws)
    stack = stack_name(project, arguments.env, arguments.service)
    if found is None and not arguments.removed:
        raise UnknownDeployment(f"there is no stack {stack}: if it was removed, say --removed")
    if found is not None and arguments.removed:
        raise UnknownDeployment(f"the stack {stack} is still there: it was not removed")
    return (found.bundle, found.platform) if found else (None, None)


def run_record_release(arguments: Namespace, output: TextIO) -> int:
    """Record that a version of a consumer that is no service is in use, or not any more.

    Raises:
        ContractError, ProjectError: its pacts can't be read.
        ReleaseError: it is no such consumer, or can't be recorded.
    """
    project = Project.load(arguments.project)
    own = {
        provider: pact
        for (consumer, provider), pact in read_all(project, ContractSettings.load(project)).items()
        if consumer == arguments.consumer and consumer not in project.services
    }
    made = Recording(ledger(arguments)).release(
        arguments.consumer, arguments.version, arguments.env, own, supported=not arguments.ended
    )
    what = "in use" if made.supported else "not in use any more"
    output.write(f"recorded: {made.consumer} {made.version} is {what} in {made.environment}\n")
    return 0


def ledger(arguments: Namespace) -> Ledger:
    """The records that a command is told to use, or those of the project.

    Raises:
        StoreError: it is no place for records.
    """
    where = arguments.records or os.environ.get(VARIABLE) or RECORDS
    return Ledger(opened(where, arguments.project))


def _built(root: Path, service: str, platform: str) -> str:
    """The digest of a bundle that was built here, taken from the very bytes."""
    from pactwright.deploy.manifest import BUNDLE, sha256

    file = root / "build" / service / platform / BUNDLE
    try:
        return sha256(file)
    except OSError as error:
        raise NotFound(
            f"no bundle of {service} for {platform} was built here: `pactwright bundle {service} "
            f"--platform {platform}` builds one, --digest names one"
        ) from error


def _bundles(project: Project, book: Ledger, given: list[tuple[str, str]]) -> Mapping[str, Bundle]:
    if not given:
        return {}
    from pactwright.release.bundles import Finder
    from pactwright.release.stacks import aws

    finder = Finder(project, book, aws)
    return {service: finder.find(service, text) for service, text in given}


def _pact(project: Project, book: Ledger, text: str) -> Pact:
    """A pact by its file or by its digest: one of the project's own, or one that was kept."""
    if Path(text).is_file():
        return pacts.read(Path(text))
    for own in read_all(project, ContractSettings.load(project)).values():
        if own.digest == text:
            return own
    return book.pact(text)
