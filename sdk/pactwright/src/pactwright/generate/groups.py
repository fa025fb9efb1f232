"""Which operations belong together, and so which models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pactwright.client import Client
from pactwright.generate.catalogue import Entity
from pactwright.schema.description import ApiDescription, OperationDescription
from pactwright.schema.names import snake_case

_RESERVED: Final = frozenset(dir(Client))
_FEW: Final = 3


def group_operations(api: ApiDescription) -> Mapping[str, str]:
    """The group of each operation, by the operation's name; groups are attributes of the client."""
    found = {operation.name: snake_case(_group(operation), "group") for operation in api.operations}
    return {name: f"{group}_" if group in _RESERVED else group for name, group in found.items()}


def _group(operation: OperationDescription) -> str:
    """Its first tag, or else the first fixed segment of its path."""
    if operation.tags:
        return operation.tags[0]
    segments = [s for s in operation.path.split("/") if s and not s.startswith("{")]
    return segments[0] if segments else "default"


def group_models(entities: Sequence[Entity]) -> Mapping[str, str]:
    """The module of each entity, by its key.

    What a model needs is used by all groups that use the model. So modules by exact set of groups
    never import each other in a circle, nor do they if the largest sets are put together.
    """
    return {entity.key: _module(sorted(entity.groups)) for entity in entities}


def _module(groups: list[str]) -> str:
    if not groups:
        return "unused"
    return "_and_".join(groups) if len(groups) <= _FEW else "shared"
