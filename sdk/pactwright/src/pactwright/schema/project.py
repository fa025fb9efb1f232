"""A project's settings: ``[tool.pactwright]`` of the pyproject.toml at its root."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEYS = {
    "package",
    "sdk",
    "contracts",
    "problem_types",
    "services",
    "deploy",
    "pacts",
    "pipeline",
    "environments",
    "local",
}
_SERVICE_KEYS = {"path", "document", "calls"}


class ProjectError(Exception):
    """The settings are missing or wrong; the text names the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """One service.

    Attributes:
        path: its folder.
        document: its OpenAPI document.
        calls: the services that it calls, each named before it.
    """

    name: str
    path: Path
    document: Path
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project. All paths are absolute.

    Attributes:
        root: the folder of its pyproject.toml.
        package: the name of the SDK's Python package.
        sdk: the folder that holds that package.
        contracts: the folder of the documents.
        problem_types: what every problem type's URI begins with.
        services: by name, each after those that it calls.
    """

    root: Path
    package: str
    sdk: Path
    contracts: Path
    problem_types: str
    services: Mapping[str, ServiceSettings]

    @classmethod
    def load(cls, root: Path | str = ".") -> Project:
        """Read the settings of the project in a folder.

        Raises:
            ProjectError: there are none, or they are wrong.
        """
        folder = Path(root).resolve()
        settings = _settings(folder / "pyproject.toml")
        _refuse_unknown(settings, _KEYS, "tool.pactwright")
        contracts = folder / _text(settings, "contracts", "contracts")
        return cls(
            root=folder,
            package=_package(settings),
            sdk=folder / _text(settings, "sdk", "src"),
            contracts=contracts,
            problem_types=_text(settings, "problem_types", "about:problems/"),
            services=_services(folder, contracts, settings.get("services")),
        )

    def service(self, name: str) -> ServiceSettings:
        """A service's settings.

        Raises:
            ProjectError: there is no such service.
        """
        if name not in self.services:
            names = ", ".join(self.services)
            raise ProjectError(f"there is no service {name!r}; this project has {names}")
        return self.services[name]


def _settings(file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProjectError(f"{file} cannot be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{file} is not TOML: {error}") from error
    settings = content.get("tool", {}).get("pactwright")
    if not isinstance(settings, dict):
        raise ProjectError(f"{file} has no table [tool.pactwright]")
    return settings


def _refuse_unknown(settings: Mapping[str, Any], known: set[str], table: str) -> None:
    unknown = sorted(set(settings) - known)
    if unknown:
        names = ", ".join(sorted(known))
        raise ProjectError(f"[{table}] has no setting {unknown[0]!r}; it may have {names}")


def _text(settings: Mapping[str, Any], key: str, default: str) -> str:
    value = settings.get(key, default)
    if not isinstance(value, str):
        raise ProjectError(f"[tool.pactwright] {key} must be a string")
    return value


def _package(settings: Mapping[str, Any]) -> str:
    name = _text(settings, "package", "")
    if not all(part.isidentifier() for part in name.split(".")):
        raise ProjectError("[tool.pactwright] package must be the name of a Python package")
    return name


def _services(root: Path, contracts: Path, given: object) -> dict[str, ServiceSettings]:
    if not isinstance(given, dict) or not given:
        raise ProjectError("[tool.pactwright.services] must name at least one service")
    found: dict[str, ServiceSettings] = {}
    for name, settings in given.items():
        found[name] = _service(root, contracts, name, settings, found)
    return found


def _service(
    root: Path, contracts: Path, name: str, settings: object, earlier: Mapping[str, Any]
) -> ServiceSettings:
    table = f"tool.pactwright.services.{name}"
    if not isinstance(settings, dict):
        raise ProjectError(f"[{table}] must be a table")
    if not name.isidentifier():
        raise ProjectError(f"[{table}]: {name!r} cannot be the name of a Python package")
    _refuse_unknown(settings, _SERVICE_KEYS, table)
    calls = settings.get("calls", [])
    if not isinstance(calls, list):
        raise ProjectError(f"[{table}] calls must be a list of services")
    for called in calls:
        if called not in earlier:
            raise ProjectError(f"[{table}] calls {called!r}, which is no service before it")
    document = settings.get("document")
    return ServiceSettings(
        name=name,
        path=root / settings.get("path", f"services/{name}"),
        document=root / document if document else contracts / f"{name}.yaml",
        calls=tuple(calls),
    )
