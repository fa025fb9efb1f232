"""A CodeBuild action: the buildspec's commands in a copy of the source, and its artifacts."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pactwright.local.rehearsal.buildspec import Artifact, Buildspec, expanded, read, undeclared
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.shell import Progress, Step, run
from pactwright.local.rehearsal.structure import Action, Pipeline, Project

NETWORK: Final = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
"""Variables of this machine that a build sees as well: how to reach the network."""


@dataclass(frozen=True, slots=True)
class Builds:
    """Carries out CodeBuild actions.

    Attributes:
        pipeline: whose actions.
        endpoint: the URL of AWS.
        revision: the id of the source.
        scratch: a folder for the builds.
        stand_ins: what is run instead of a command, by that command.
        progress: called with each line that commands say.
        environ: this machine's environment.
    """

    pipeline: Pipeline
    endpoint: str
    revision: str
    scratch: Path
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    progress: Progress = lambda _: None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def build(
        self, action: Action, artifacts: Mapping[str, Path]
    ) -> tuple[dict[str, Path], dict[str, str]]:
        """Do an action; returns its artifacts' folders and its variables, each by name.

        Raises:
            RehearsalError: the buildspec is wrong, a command fails, an artifact is incomplete.
        """
        project = self.pipeline.projects[action.configuration["ProjectName"]]
        home = self.scratch / f"{action.stage}-{action.name}"
        folders = {name: home / "src" / name for name in action.inputs}
        for name, folder in folders.items():
            shutil.copytree(artifacts[name], folder, symlinks=True)
        source = folders[action.configuration.get("PrimarySource", action.inputs[0])]
        spec = read(source / project.buildspec)
        environment = dict(self._environment(action, project, home, source, folders))
        environment |= spec.variables
        if missing := undeclared(spec, environment):
            raise RehearsalError(f"{project.buildspec}: nothing sets ${', $'.join(missing)}")
        exported = run(self._steps(spec), source, environment, spec.exported, self.progress)
        made = {
            name: _collect(artifact, source, home / "out" / name, environment)
            for name, artifact in _handed_on(spec, action.outputs).items()
        }
        return made, exported

    def _steps(self, spec: Buildspec) -> list[Step]:
        return [
            Step(phase, command, self.stand_ins.get(command, command))
            for phase, commands in spec.commands.items()
            for command in commands
        ]

    def _environment(
        self,
        action: Action,
        project: Project,
        home: Path,
        source: Path,
        folders: Mapping[str, Path],
    ) -> Iterator[tuple[str, str]]:
        """What CodeBuild gives (Environment variables in build environments), and the network."""
        (home / "home").mkdir(parents=True)
        place, build = self.pipeline.place, f"{project.name}:{action.stage}-{action.name}"
        yield "PATH", f"{sys.base_prefix}/bin{os.pathsep}{os.defpath}"
        yield "HOME", str(home / "home")
        yield "LANG", "C.UTF-8"
        yield "CI", "true"
        yield "AWS_DEFAULT_REGION", place.region
        yield "AWS_REGION", place.region
        yield "AWS_ENDPOINT_URL", self.endpoint
        yield "AWS_ACCESS_KEY_ID", "test"
        yield "AWS_SECRET_ACCESS_KEY", "test"
        yield "CODEBUILD_BUILD_ARN", place.arn("codebuild", f"build/{build}")
        yield "CODEBUILD_BUILD_ID", build
        yield "CODEBUILD_BUILD_SUCCEEDING", "1"
        yield "CODEBUILD_INITIATOR", f"codepipeline/{self.pipeline.name}"
        yield "CODEBUILD_RESOLVED_SOURCE_VERSION", self.revision
        yield "CODEBUILD_SOURCE_VERSION", f"arn:aws:s3:::{self.pipeline.store}/0"
        yield "CODEBUILD_SRC_DIR", str(source)
        for name, folder in folders.items():
            if folder != source:
                yield f"CODEBUILD_SRC_DIR_{name}", str(folder)
        for name, value in self.environ.items():
            if name in NETWORK or name.startswith("PIP_"):
                yield name, value
        for variable in (*project.variables, *_variables(action)):
            if variable.get("Type", "PLAINTEXT") != "PLAINTEXT":
                raise RehearsalError(f"{project.name}: {variable['Name']} can't be looked up here")
            yield variable["Name"], variable["Value"]


def _variables(action: Action) -> Iterator[Mapping[str, str]]:
    """Those that the action adds to its project's."""
    text = action.configuration.get("EnvironmentVariables", "[]")
    try:
        given = json.loads(text)
        for each in given:
            yield {"Name": each["name"], "Value": each["value"], "Type": each["type"]}
    except (ValueError, TypeError, KeyError) as error:
        raise RehearsalError(
            f"{action}: EnvironmentVariables must be JSON, a list of name, value and type: {text}"
        ) from error


def _handed_on(spec: Buildspec, outputs: Sequence[str]) -> dict[str, Artifact]:
    """Which artifact of the buildspec is which of the action's."""
    if not outputs:
        return {}
    if len(outputs) == 1 and spec.artifact is not None:
        return {outputs[0]: spec.artifact}
    if missing := sorted(set(outputs) - set(spec.secondary)):
        raise RehearsalError(f"{spec.file.name} makes no artifact {missing[0]}")
    return {name: spec.secondary[name] for name in outputs}


def _collect(
    artifact: Artifact, source: Path, target: Path, environment: Mapping[str, str]
) -> Path:
    """Copy just what an artifact declares.

    Raises:
        RehearsalError: a file or pattern of it fits nothing, for which CodeBuild fails, too, or
            leaves the file out, for which a later action would.
    """
    folder = source / expanded(artifact.folder, environment)
    for pattern in (expanded(each, environment) for each in artifact.files):
        found = [each for each in folder.glob(pattern) if each.is_file()]
        if not found:
            where = folder.relative_to(source)
            raise RehearsalError(f"the artifact's file {pattern} isn't in {where} after the build")
        for file in found:
            copy = target / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    return target
