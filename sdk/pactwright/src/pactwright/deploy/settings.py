"""How a project is deployed: ``[tool.pactwright.deploy]`` of the pyproject.toml at its root."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pactwright.schema.project import Project, ProjectError

_TABLE: Final = "[tool.pactwright.deploy]"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploySettings:
    """How a project is deployed. All paths are absolute.

    Attributes:
        platform: the template of what the stacks share.
        requirements: the lock file of what every function needs; a service's own
            requirements.txt comes on top.
        aws: the AWS services whose models botocore keeps in a bundle; None keeps all.
        optional_imports: modules of others that a bundle may lack, though something imports them.
        provision: what to call once all stacks are up, each as `module:function`.
        first_call: a command to show who starts the system; `{service}` stands for a URL.
    """

    platform: Path
    requirements: Path
    aws: tuple[str, ...] | None = None
    optional_imports: tuple[str, ...] = ()
    provision: tuple[str, ...] = ()
    first_call: str = ""

    @classmethod
    def load(cls, project: Project) -> DeploySettings:
        """Read a project's settings; each has a default.

        Raises:
            ProjectError: one of them is unknown or of the wrong type.
        """
        content = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
        given = content["tool"]["pactwright"].get("deploy", {})
        unknown = sorted(set(given) - set(cls.__dataclass_fields__))
        if unknown:
            names = ", ".join(sorted(cls.__dataclass_fields__))
            raise ProjectError(f"{_TABLE} has no setting {unknown[0]!r}; it may have {names}")
        return cls(
            platform=project.root / _text(given, "platform", "services/platform.yaml"),
            requirements=project.root / _text(given, "requirements", "services/requirements.txt"),
            aws=_names(given, "aws") if "aws" in given else None,
            optional_imports=_names(given, "optional_imports"),
            provision=_names(given, "provision"),
            first_call=_text(given, "first_call", ""),
        )


def _text(given: Mapping[str, Any], key: str, default: str) -> str:
    value = given.get(key, default)
    if not isinstance(value, str):
        raise ProjectError(f"{_TABLE} {key} must be a string")
    return value


def _names(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ProjectError(f"{_TABLE} {key} must be a list of strings")
    return tuple(value)
