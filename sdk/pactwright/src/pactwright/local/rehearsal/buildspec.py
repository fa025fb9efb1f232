"""A buildspec, as far as it is rehearsed: what it runs, in which order, and what it hands on.

Follows "Build specification reference for CodeBuild" (AWS CodeBuild User Guide), version 0.2.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pactwright.deploy.errors import TemplateError
from pactwright.deploy.reading import parse
from pactwright.local.rehearsal.errors import RehearsalError

PHASES: Final = ("install", "pre_build", "build", "post_build")
"""In the order in which they run."""

_TOP: Final = {"version", "env", "phases", "artifacts"}
_ENV: Final = {"shell", "variables", "exported-variables"}
_PHASE: Final = {"commands", "runtime-versions"}
_ARTIFACTS: Final = {"files", "base-directory", "name", "secondary-artifacts"}
_USED: Final = re.compile(r"\$(?:\{(\w+)|(\w+))")


@dataclass(frozen=True, slots=True)
class Artifact:
    """Files that a build hands on.

    Attributes:
        files: their names, or patterns as of a shell, `**` among them.
        folder: where they are, seen from the source; may hold variables.
    """

    files: tuple[str, ...]
    folder: str = "."


@dataclass(frozen=True, slots=True)
class Buildspec:
    """What a build does.

    Attributes:
        file: where it is written.
        commands: of each phase.
        variables: that it sets itself.
        exported: the variables that it hands on.
        runtimes: the versions of languages that it asks for.
        artifact: its one artifact, None if it has none.
        secondary: its artifacts by name.
    """

    file: Path
    commands: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, str] = field(default_factory=dict)
    exported: tuple[str, ...] = ()
    runtimes: Mapping[str, str] = field(default_factory=dict)
    artifact: Artifact | None = None
    secondary: Mapping[str, Artifact] = field(default_factory=dict)

    def every_command(self) -> list[str]:
        """All commands in their order."""
        return [command for phase in PHASES for command in self.commands.get(phase, ())]


def read(file: Path) -> Buildspec:
    """Read a buildspec.

    Raises:
        RehearsalError: it isn't there, is wrong, or holds what isn't rehearsed.
    """
    content = _checked(file)
    phases, environment = content.get("phases", {}), content.get("env", {})
    artifacts = content.get("artifacts", {})
    return Buildspec(
        file=file,
        commands={name: _commands(phase, file) for name, phase in phases.items()},
        variables={k: str(v) for k, v in environment.get("variables", {}).items()},
        exported=tuple(environment.get("exported-variables", ())),
        runtimes={
            language: str(version)
            for phase in phases.values()
            for language, version in phase.get("runtime-versions", {}).items()
        },
        artifact=_artifact(artifacts) if "files" in artifacts else None,
        secondary={k: _artifact(v) for k, v in artifacts.get("secondary-artifacts", {}).items()},
    )


def _checked(file: Path) -> dict[str, Any]:
    """What a buildspec says, if all of it is rehearsed."""
    try:
        content = parse(file)
    except TemplateError as error:
        raise RehearsalError(f"the buildspec: {error}") from error
    _known(content, _TOP, str(file))
    if str(content.get("version")) != "0.2":
        raise RehearsalError(f"{file}: version must be 0.2")
    phases = content.get("phases", {})
    _known(phases, set(PHASES), f"{file}: phases")
    for name, phase in phases.items():
        _known(phase, _PHASE, f"{file}: phases/{name}")
    environment = content.get("env", {})
    _known(environment, _ENV, f"{file}: env")
    if environment.get("shell", "sh") != "sh":
        raise RehearsalError(f"{file}: only sh is rehearsed")
    artifacts = content.get("artifacts", {})
    _known(artifacts, _ARTIFACTS, f"{file}: artifacts")
    return content


def undeclared(spec: Buildspec, known: Collection[str]) -> list[str]:
    """Variables that commands and folders use, but nothing sets: a shell takes them for empty."""
    own = set(spec.variables) | set(known)
    artifacts = [*([spec.artifact] if spec.artifact else []), *spec.secondary.values()]
    texts = [*spec.every_command(), *(each.folder for each in artifacts)]
    own |= {name for text in texts for name in re.findall(r"(?:^|[;&|\s])(\w+)=", text)}
    used = {found[1] or found[2] for text in texts for found in _USED.finditer(text)}
    return sorted(used - own)


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """A text with its variables put in.

    Raises:
        RehearsalError: one isn't set.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in variables:
            raise RehearsalError(f"{text}: there is no variable {name}")
        return variables[name]

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", put, text)


def _commands(phase: Mapping[str, Any], file: Path) -> tuple[str, ...]:
    commands = phase.get("commands", [])
    if not isinstance(commands, list) or not all(isinstance(each, str) for each in commands):
        raise RehearsalError(f"{file}: commands are a list of texts: quote those with a colon")
    return tuple(commands)


def _artifact(given: Mapping[str, Any]) -> Artifact:
    files = given.get("files") or []
    if not isinstance(files, list) or not files:
        raise RehearsalError("an artifact of the buildspec has no files")
    return Artifact(tuple(files), given.get("base-directory", "."))


def _known(given: object, known: Collection[str], where: str) -> None:
    if not isinstance(given, dict):
        raise RehearsalError(f"{where} must be a mapping")
    if unknown := sorted(set(given) - set(known)):
        names = ", ".join(sorted(known))
        raise RehearsalError(f"{where}: {unknown[0]!r} isn't rehearsed; it may have {names}")
