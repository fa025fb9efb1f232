"""What the emulator lacks to deploy a SAM template as CloudFormation does. Runs in its process.

ministack 1.5.33 transforms SAM without the parameters' values: what SAM makes of a value, such as
another version for another digest, it makes of the default. And it refuses templates that shift
traffic by CodeDeploy or scale a table: here such resources are made in name only. So an alias goes
to its new version at once, and a table keeps the capacity that it was made with.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Final
from uuid import uuid4

_IN_NAME_ONLY: Final = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
)
_USERS: Final = ("engine", "changesets", "handlers")
"""The modules of the emulator's CloudFormation that know the function that transforms."""

_PACKAGE: Final = "ministack.services.cloudformation"
_values: ContextVar[Mapping[str, str]] = ContextVar("parameters", default=MappingProxyType({}))


def extend() -> None:
    """Add to the emulator, which must be importable, what it lacks."""
    engine: Any = importlib.import_module(f"{_PACKAGE}.engine")
    with_values = _WithValues(engine)
    for name in _USERS:
        user: Any = importlib.import_module(f"{_PACKAGE}.{name}")
        user._apply_transforms = with_values  # noqa: SLF001
    sam: Any = importlib.import_module("samtranslator.translator.transform")
    original = sam.transform
    sam.transform = lambda template, _, loader: original(template, dict(_values.get()), loader)
    provisioners: Any = importlib.import_module(f"{_PACKAGE}.provisioners")
    for kind in _IN_NAME_ONLY:
        provisioners._RESOURCE_HANDLERS[kind] = {  # noqa: SLF001
            "create": _create,
            "update": _update,
            "delete": _delete,
        }


class _WithValues:
    """The emulator's own function, with the parameters' values at hand for SAM."""

    def __init__(self, engine: Any) -> None:
        self._original = engine._apply_transforms  # noqa: SLF001
        self._resolve = engine._transform_parameters  # noqa: SLF001

    def __call__(
        self, template: dict[str, Any], provided: Any = None, previous: Any = None
    ) -> dict[str, Any]:
        token = _values.set(self._resolve(template, provided, previous))
        try:
            transformed: dict[str, Any] = self._original(template, provided, previous)
        finally:
            _values.reset(token)
        return transformed


def _create(logical_id: str, _: Mapping[str, Any], stack: str) -> tuple[str, dict[str, str]]:
    return f"{stack}-{logical_id}-{uuid4().hex[:12]}", {}


def _update(physical_id: str, *_: object, **__: object) -> tuple[str, dict[str, str]]:
    return physical_id, {}


def _delete(*_: object, **__: object) -> None:
    """Nothing was made."""
