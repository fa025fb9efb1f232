"""A project's contracts: ``[tool.pactwright.pacts]`` of the pyproject.toml at its root."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pactwright.schema.project import Project, ProjectError

_TABLE: Final = "[tool.pactwright.pacts]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSettings:
    """Who relies on whom, and where that is kept. All paths are absolute.

    Attributes:
        folder: where pacts are committed.
        waivers: the file that says which gaps of the coverage are accepted, and why.
        consumers: for each consumer, the providers that it relies on: those that it calls, where
            it is a service, and those that are configured for it.
        providers: for each service, the module that can verify it; see
            `pactwright.contract.verification.provider`.
        recordings: where the tests that record are, as pytest takes it.
    """

    folder: Path
    waivers: Path
    consumers: Mapping[str, tuple[str, ...]]
    providers: Mapping[str, str]
    recordings: str = "tests/contracts/consumers"

    @classmethod
    def load(cls, project: Project) -> ContractSettings:
        """Read a project's settings.

        Raises:
            ProjectError: one of them is unknown, of the wrong type or names no service.
        """
        content = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
        given = content["tool"]["pactwright"].get("pacts", {})
        known = {"folder", "waivers", "consumers", "providers", "recordings"}
        if unknown := sorted(set(given) - known):
            names = ", ".join(sorted(known))
            raise ProjectError(f"{_TABLE} has no setting {unknown[0]!r}; it may have {names}")
        return cls(
            folder=project.root / _text(given, "folder", "contracts/pacts"),
            waivers=project.root / _text(given, "waivers", "contracts/waivers.toml"),
            consumers=_consumers(project, given.get("consumers", {})),
            providers=_providers(project, given.get("providers", {})),
            recordings=_text(given, "recordings", "tests/contracts/consumers"),
        )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each consumer with each of its providers."""
        return tuple((consumer, name) for consumer, of in self.consumers.items() for name in of)

    def path(self, consumer: str, provider: str) -> Path:
        """The file of a pact."""
        return self.folder / f"{consumer}-{provider}.json"


def _text(given: Mapping[str, Any], key: str, default: str) -> str:
    value = given.get(key, default)
    if not isinstance(value, str):
        raise ProjectError(f"{_TABLE} {key} must be a string")
    return value


def _consumers(project: Project, given: object) -> dict[str, tuple[str, ...]]:
    found = {name: service.calls for name, service in project.services.items() if service.calls}
    for name, called in _table(given, "consumers").items():
        if not isinstance(called, list):
            raise ProjectError(f"{_TABLE} consumers.{name} must be a list of services")
        for service in called:
            _check_service(project, service, f"consumers.{name}")
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *called)))
    return found


def _providers(project: Project, given: object) -> dict[str, str]:
    found = {}
    for name, module in _table(given, "providers").items():
        _check_service(project, name, "providers")
        if not isinstance(module, str):
            raise ProjectError(f"{_TABLE} providers.{name} must be the name of a module")
        found[name] = module
    return found


def _table(given: object, key: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ProjectError(f"{_TABLE} {key} must be a table")
    return given


def _check_service(project: Project, name: object, key: str) -> None:
    if name not in project.services:
        names = ", ".join(project.services)
        raise ProjectError(f"{_TABLE} {key} names {name!r}, which is no service: {names} are")
