"""A whole rehearsal: each stage's actions in their order, each call held against its role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pactwright.local.emulator import Emulator
from pactwright.local.rehearsal.building import Builds
from pactwright.local.rehearsal.buildspec import read
from pactwright.local.rehearsal.changing import Changes
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.execution import execution
from pactwright.local.rehearsal.fitting import check
from pactwright.local.rehearsal.policies import Need
from pactwright.local.rehearsal.recording import Recorder
from pactwright.local.rehearsal.requirements import Requirement, refused, requirements
from pactwright.local.rehearsal.sources import Source
from pactwright.local.rehearsal.structure import Action, Pipeline
from pactwright.local.rehearsal.variables import resolved

Progress = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Done:
    """An action that was carried out.

    Attributes:
        action: which.
        calls: what its commands asked of AWS.
    """

    action: Action
    calls: tuple[Need, ...] = ()


@dataclass
class _Execution:
    pipeline: Pipeline
    source: Source
    builds: Builds
    changes: Changes
    recorder: Recorder
    progress: Progress
    artifacts: dict[str, Path] = field(default_factory=dict)
    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def carry_out(self, action: Action) -> Done:
        action = resolved(action, self.namespaces)
        self._hold(requirements(action, self.pipeline))
        self.recorder.taken()
        made, variables = self._do(action)
        self.artifacts |= made
        if action.namespace:
            self.namespaces[action.namespace] = variables
        return Done(action, tuple(self.recorder.taken()))

    def _do(self, action: Action) -> tuple[dict[str, Path], Mapping[str, str]]:
        if action.category == "Source":
            return {action.outputs[0]: self.source.folder}, {
                "CommitId": self.source.revision,
                "BranchName": action.configuration["BranchName"],
            }
        if action.category == "Approval":
            self.progress(f"{action}: nobody is asked here; taken for approved")
            return {}, {}
        if action.provider == "CodeBuild":
            try:
                return self.builds.build(action, self.artifacts)
            finally:
                self._judge(action)
        variables = self.changes.carry_out(action, self.artifacts)
        if action.mode == "CHANGE_SET_REPLACE":
            self._hold(execution(action, self.pipeline, self.artifacts))
        return {}, variables

    def _judge(self, action: Action) -> None:
        """Hold what a build asked of AWS against its role, also if it failed for another reason."""
        project = self.pipeline.projects[action.configuration["ProjectName"]]
        role = self.pipeline.role_of(project.role, project.name)
        calls = {str(need): need for need in self.recorder.needs}
        self._hold((role, need) for need in calls.values())

    def _hold(self, needed: Iterable[Requirement]) -> None:
        if faults := refused(needed):
            raise RehearsalError("\n  ".join(["roles are not allowed what they need:", *faults]))


def rehearse(
    pipeline: Pipeline,
    source: Source,
    emulator: Emulator,
    scratch: Path,
    stand_ins: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
    say: Progress = lambda _: None,
) -> list[Done]:
    """Carry out a pipeline; returns what was done.

    Args:
        pipeline: as `pactwright.local.rehearsal.structure.read` reads it.
        source: what its source action gets.
        emulator: what stands for AWS; the stacks that the pipeline's are built upon are there.
        scratch: an empty folder for artifacts and builds.
        stand_ins: what is run instead of a command of a buildspec, by that command; each must
            stand for one.
        progress: called with a line for each action.
        say: called with each line that commands say.

    Raises:
        RehearsalError: the pipeline would fail; says at which action and why.
    """
    stand_ins = stand_ins or {}
    check(pipeline)
    _check_stand_ins(pipeline, source, stand_ins)
    _make_store(emulator.client("s3"), pipeline.store)
    recorder = Recorder(emulator.port, pipeline.place)
    builds = Builds(pipeline, recorder.url, source.revision, scratch, stand_ins, say)
    changes = Changes(emulator.client, pipeline.store)
    run = _Execution(pipeline, source, builds, changes, recorder, progress)
    done = []
    with recorder.serving():
        for action in [each for stage in pipeline.stages.values() for each in stage]:
            progress(f"{action} ({action.provider})")
            try:
                done.append(run.carry_out(action))
            except RehearsalError as error:
                raise RehearsalError(f"{pipeline.name} fails at {action}: {error}") from error
    return done


def _check_stand_ins(pipeline: Pipeline, source: Source, stand_ins: Mapping[str, str]) -> None:
    specs = [read(source.folder / each.buildspec) for each in pipeline.projects.values()]
    commands = {command for spec in specs for command in spec.every_command()}
    if unused := sorted(set(stand_ins) - commands):
        lines = "\n  ".join(sorted(commands))
        raise RehearsalError(f"no buildspec has the command {unused[0]!r}; they have\n  {lines}")


def _make_store(s3: Any, bucket: str) -> None:
    if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=bucket)
