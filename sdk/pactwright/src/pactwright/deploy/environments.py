"""Where a project is deployed: ``[tool.pactwright.environments.NAME]`` of its pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.deploy.parameters import PLATFORM, Given
from pactwright.schema.project import Project, ProjectError

_TABLE: Final = "tool.pactwright.environments"
_LOCAL: Final = "tool.pactwright.local"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,19}")
_ACCOUNT: Final = re.compile(r"\d{12}")
_TEXTS: Final = ("platform", "runtime", "region", "account")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One of the places that a project is deployed to.

    Attributes:
        name: such as `staging`: part of the stacks' names, and the APIs' stage.
        platform: what its functions run on: `lambda-arm64`.
        runtime: what Lambda calls their Python: `python3.13`; None takes that of the Python that
            builds.
        region: AWS's name of it; None leaves that to the AWS SDK's own settings.
        account: the AWS account's number, to refuse any other; None takes whichever it is.
        parameters: what is given to the parameters of templates.
        tags: that every stack, and so nearly every resource, gets.
    """

    name: str
    platform: str = "lambda-arm64"
    runtime: str | None = None
    region: str | None = None
    account: str | None = None
    parameters: tuple[Given, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, project: Project, name: str) -> Environment:
        """Read the settings of an environment; a table that is empty will do.

        Raises:
            ProjectError: there is no such environment, or a setting is unknown or of the wrong
                type; which parameters there are is known by the templates only.
        """
        every = environments(project)
        if name not in every:
            names = ", ".join(every) or "none"
            advice = f"add [{_TABLE}.{name}], which may be empty"
            raise ProjectError(f"there is no environment {name!r} but {names}: {advice}")
        if not _NAME.fullmatch(name):
            raise ProjectError(f"[{_TABLE}.{name}]: a name has up to 20 of a-z, 0-9 and -")
        return _environment(project, name, every[name])


def environments(project: Project) -> Mapping[str, Any]:
    """What the settings say of each environment, as it is written there.

    Raises:
        ProjectError: it is no table.
    """
    content = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
    return _table(content["tool"]["pactwright"].get("environments", {}), f"[{_TABLE}]")


def local_parameters(project: Project) -> tuple[Given, ...]:
    """What the settings give to the templates' parameters where all runs on one machine.

    Raises:
        ProjectError: they are no table of such values.
    """
    content = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
    settings = _table(content["tool"]["pactwright"].get("local", {}), f"[{_LOCAL}]")
    if unknown := sorted(set(settings) - {"parameters"}):
        raise ProjectError(f"[{_LOCAL}] has no setting {unknown[0]!r}; it may have parameters")
    return tuple(_parameters(project, settings.get("parameters", {}), f"[{_LOCAL}]"))


def stack_name(project: Project, environment: str, name: str) -> str:
    """The name of a stack: `hereabouts-staging-location`.

    Args:
        project: whose SDK's name it begins with.
        environment: the environment's name.
        name: a service, or `PLATFORM`.
    """
    return f"{project.package}-{environment}-{name}".replace("_", "-").replace(".", "-")


def _environment(project: Project, name: str, given: object) -> Environment:
    place = f"[{_TABLE}.{name}]"
    settings = _table(given, place)
    known = {*_TEXTS, "parameters", "tags"}
    if unknown := sorted(set(settings) - known):
        names = ", ".join(sorted(known))
        raise ProjectError(f"{place} has no setting {unknown[0]!r}; it may have {names}")
    for key in _TEXTS:
        if key in settings and not (isinstance(settings[key], str) and settings[key]):
            raise ProjectError(f"{place} {key} must be a string")
    if "account" in settings and not _ACCOUNT.fullmatch(settings["account"]):
        raise ProjectError(f"{place} account must be a string of twelve digits")
    return Environment(
        name=name,
        parameters=tuple(_parameters(project, settings.get("parameters", {}), place)),
        tags=_tags(settings.get("tags", {}), place),
        **{key: settings[key] for key in _TEXTS if key in settings},
    )


def _parameters(project: Project, given: object, place: str) -> Iterator[Given]:
    stacks = (PLATFORM, *project.services)
    for name, value in _table(given, f"{place} parameters").items():
        if not isinstance(value, dict):
            yield Given(None, name, _text(value, f"{place} {name}"), f"{place} {name}")
        elif name not in stacks:
            raise ProjectError(f"{place} parameters.{name}: {name!r} is none of {stacks}")
        else:
            for own, inner in value.items():
                where = f"{place} {name}.{own}"
                yield Given(name, own, _text(inner, where), where)


def _text(value: object, place: str) -> str:
    """A value as CloudFormation takes it: lists with commas, booleans in lower case."""
    if isinstance(value, list):
        return ",".join(_text(each, place) for each in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ProjectError(f"{place} must be a string, a number, a boolean or a list of these")


def _tags(given: object, place: str) -> dict[str, str]:
    tags = _table(given, f"{place} tags")
    for name, value in tags.items():
        if not isinstance(value, str):
            raise ProjectError(f"{place} tags.{name} must be a string")
    return tags


def _table(given: object, place: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ProjectError(f"{place} must be a table")
    return given
