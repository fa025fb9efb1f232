"""A verification whose result is put on record, or told to a Pact Broker."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactwright.contract import pacts
from pactwright.contract.pacts import Pact
from pactwright.contract.settings import ContractSettings
from pactwright.contract.verification.precheck import read_all
from pactwright.contract.verification.report import Report
from pactwright.contract.verification.run import Options
from pactwright.local.console import Console
from pactwright.release.broker.broker import Broker, Published, Source
from pactwright.release.broker.hal import Hal
from pactwright.release.broker.reporting import Reporting
from pactwright.release.errors import NotFound, ReleaseError
from pactwright.release.ledger import Ledger
from pactwright.release.recording import Recording
from pactwright.release.records import Record, Revision, Verification
from pactwright.release.revision import branch, revision
from pactwright.release.situation import situation
from pactwright.release.verdict import short
from pactwright.schema.project import Project

if TYPE_CHECKING:
    from pactwright.deploy.manifest import Bundle

# What deploys takes 0.5 s to import, and what is wrong with contracts is told within a second.
# ruff: noqa: PLC0415

BUILD_URL: Final = "CODEBUILD_BUILD_URL"
"""CodeBuild's name for the URL of a build."""


class RecordedRun:
    """A verification: what it is given beside the sources, and where its result goes.

    Args:
        arguments: of the command line.
        ledger: where it is recorded.
        hal: the Pact Broker that is told instead; None where there is none.
    """

    def __init__(self, arguments: Namespace, ledger: Ledger, hal: Hal | None) -> None:
        self.arguments = arguments
        self.root: Path = arguments.project
        self.ledger = ledger
        self.broker = Broker(hal) if hal else None
        self.fetched: list[Published] = []
        self.before: Revision | None = None

    def given(self, options: Options) -> Options:
        """Add the bundles and pacts of the command line.

        Raises:
            ReleaseError: one of them can't be had.
            ContractError, ProjectError: the project's own can't be read.
        """
        if options.in_process and self.arguments.bundle:
            raise NotFound("--in-process runs the sources, not bundles: leave out one of the two")
        project = Project.load(self.root)
        if not options.in_process:
            self.before = revision(self.root, os.environ)
            self._reach()
        chosen = [self._pact(project, text) for text in self.arguments.pact]
        chosen += self._relied_on(project)
        unique = {pact.digest: pact for pact in reversed(chosen)}
        return replace(
            options, pacts=tuple(reversed(unique.values())), bundles=self._bundles(project)
        )

    def _reach(self) -> None:
        """Find out, before anything takes its time, whether the result can be put anywhere."""
        if self.broker is None:
            self.ledger.environments()
        else:
            self.broker.check()

    def _relied_on(self, project: Project) -> Iterator[Pact]:
        """The project's own pacts, and those of what is deployed to the environments named."""
        if not self.arguments.deployed:
            return
        providers = self.arguments.providers or list(project.services)
        own = read_all(project, ContractSettings.load(project))
        yield from (pact for (_, name), pact in own.items() if name in providers)
        for environment in self.arguments.deployed:
            for provider in providers:
                yield from self._deployed(provider, environment)

    def _deployed(self, provider: str, environment: str) -> Iterator[Pact]:
        if self.broker is not None:
            found = self.broker.deployed(provider, environment)
            self.fetched += found
            yield from (each.pact for each in found)
            return
        now = situation(self.ledger, environment)
        relied_on = [there.pacts or {} for there in now.services.values()]
        relied_on += [release.pacts for release in now.releases]
        yield from (self.ledger.pact(each[provider]) for each in relied_on if provider in each)

    def _bundles(self, project: Project) -> Mapping[str, Bundle]:
        if not self.arguments.bundle:
            return {}
        from pactwright.release.bundles import Finder
        from pactwright.release.stacks import account

        finder = Finder(project, self.ledger, partial(account, project))
        return {service: finder.find(service, text) for service, text in self.arguments.bundle}

    def _pact(self, project: Project, text: str) -> Pact:
        """A pact by its file or by its digest: one of the project's own, or one that was kept."""
        if Path(text).is_file():
            return pacts.read(Path(text))
        for own in read_all(project, ContractSettings.load(project)).values():
            if own.digest == text:
                return own
        return self.ledger.pact(text)

    def record(self, report: Report, console: Console) -> None:
        """Record what was found; of a run that ended early, that can't hide why it did.

        Raises:
            ReleaseError: it can't be recorded.
        """
        if report.ground is None or self.before is None:
            return
        try:
            same = revision(self.root, os.environ) == self.before
            dirty = self.before.model_copy(update={"dirty": True})
            sources = self.before if same else dirty
            _tell(self._record(report, sources), sources, console)
        except ReleaseError as error:
            if not report.errors:
                raise
            console.line(f"and it can't be recorded: {error}")

    def _record(self, report: Report, sources: Revision) -> Sequence[Record]:
        if self.broker is None:
            return Recording(self.ledger).verification(report, sources)
        source = Source(branch(self.root), os.environ.get(BUILD_URL))
        return Reporting(self.broker, source, self.fetched).verification(report, sources)


def _tell(found: Sequence[Record], sources: Revision, console: Console) -> None:
    for each in found:
        if isinstance(each, Verification):
            what = "passed" if each.passed else f"failed ({len(each.failures)})"
            console.line(
                f"recorded: {each.consumer} → {each.provider} {what}, pact {short(each.pact)} "
                f"on bundle {short(each.bundle)} ({each.platform})"
            )
    if not sources.is_clean:
        console.line(f"note: the gate lets nothing through that is from {sources}")
