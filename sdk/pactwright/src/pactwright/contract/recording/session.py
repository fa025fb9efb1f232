"""One run of the tests that record: what they recorded, and what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from pactwright.contract.errors import ExpectationError
from pactwright.contract.recording.asking import is_whole, recording_files
from pactwright.contract.recording.recorder import Recorder
from pactwright.contract.recording.recordings import Recordings
from pactwright.contract.settings import ContractSettings
from pactwright.schema.document import Document, load
from pactwright.schema.project import Project

_HINT: Final = (
    'Run "pytest {} --record" to record them, and look at the difference before you commit it.'
)


class ContractSession:
    """Collects what a run records; when all of it has, compares or replaces the committed pacts.

    Args:
        project: whose contracts they are.
        settings: of its contracts.
        replace: whether to replace the committed pacts.
        whole: whether the run was asked for all tests that record.
        alone: whether all tests run in this process.
        strict: whether a run that was asked for a part only fails, too.

    Attributes:
        lines: what there is to say in the end.
    """

    def __init__(
        self,
        project: Project,
        settings: ContractSettings,
        *,
        replace: bool,
        whole: bool,
        alone: bool = True,
        strict: bool = False,
    ) -> None:
        self.lines: list[str] = []
        self._project = project
        self._settings = settings
        self._replace = replace
        self._alone = alone
        self._strict = strict
        self._recordings = Recordings()
        self._documents: dict[str, Document] = {}
        self._files: set[Path] = set()
        self._pending: set[str] = set()
        self._narrowed = "" if whole else f"only part of {settings.recordings} was asked for"
        self._partial = ""

    @classmethod
    def of(cls, config: pytest.Config, *, strict: bool = False) -> ContractSession:
        """The session of a run of pytest, in the project at its root.

        Args:
            config: of the run.
            strict: whether it fails where only a part was asked for, too.

        Raises:
            ProjectError: there is no project, or its settings are wrong.
        """
        project = Project.load(config.rootpath)
        settings = ContractSettings.load(project)
        return cls(
            project,
            settings,
            replace=bool(config.getoption("record")),
            whole=is_whole(config, recording_files(project, settings)),
            alone=not config.pluginmanager.has_plugin("dsession"),
            strict=strict,
        )

    def recorder(self, consumer: str, provider: str, *, test: str) -> Recorder:
        """A recorder for one test.

        Raises:
            ExpectationError: there is no such provider.
        """
        return Recorder(
            consumer,
            provider,
            document=self._document(provider),
            test=test,
            recordings=self._recordings,
        )

    def _document(self, provider: str) -> Document:
        if provider not in self._project.services:
            names = ", ".join(self._project.services)
            raise ExpectationError(f"{provider!r} is no service: {names} are")
        if provider not in self._documents:
            path = self._project.services[provider].document
            self._documents[provider] = load(path, self._project.root)
        return self._documents[provider]

    def note_collected(self, file: Path, test: str) -> None:
        """Note that a test of a file is going to record."""
        self._files.add(file)
        self._pending.add(test)

    def note_done(self, test: str) -> None:
        """Note that a test has run to its end."""
        self._pending.discard(test)

    def note_narrowed(self, reason: str) -> None:
        """Note that whoever runs the tests wants a part of them only; the first reason is told."""
        self._narrowed = self._narrowed or reason

    def note_partial(self, reason: str) -> None:
        """Note why not all is recorded, though it was to be; the first reason is told."""
        self._partial = self._partial or reason

    def finish(self) -> bool:
        """Compare what was recorded with what is committed, or replace that; whether all is well.

        What was not recorded as a whole is neither compared nor replaced. That is well only where a
        part was asked for.
        """
        if not self._alone:
            return self._give_up("the tests ran in several processes: run without -n")
        if self._narrowed:
            self._give_up(self._narrowed)
            return not (self._replace or self._strict)
        if reason := self._partial or self._missing():
            return self._give_up(reason)
        faults = list(self._recordings.faults(self._settings))
        if faults:
            self.lines += faults
            return False
        return self._record() if self._replace else self._compare()

    def _give_up(self, reason: str) -> bool:
        done = "recorded" if self._replace else "compared with the committed pacts"
        self.lines.append(f"not {done}: {reason}")
        return False

    def _missing(self) -> str:
        """What did not run, though all was asked for."""
        if self._pending:
            return f"{min(self._pending)} did not run"
        missing = sorted(set(recording_files(self._project, self._settings)) - self._files)
        name = missing[0].relative_to(self._project.root) if missing else ""
        return f"{name}: none of its tests ran" if name else ""

    def _record(self) -> bool:
        changed = self._recordings.record(self._settings)
        for name in self._recordings.stale(self._settings):
            (self._settings.folder / name).unlink()
            self.lines.append(f"removed {name}: no test records it")
        self.lines += [f"recorded {name}" for name in changed]
        if not self.lines:
            self.lines.append("the committed pacts are what the tests record")
        return True

    def _compare(self) -> bool:
        stale = self._recordings.stale(self._settings)
        self.lines += [f"{name} is committed, but no test records it" for name in stale]
        if drift := self._recordings.drift(self._settings):
            self.lines += [
                *drift.splitlines(),
                "The committed pacts are not what the tests record.",
            ]
        if self.lines:
            self.lines.append(_HINT.format(self._settings.recordings))
            return False
        self.lines.append("the committed pacts are what the tests record")
        return True
