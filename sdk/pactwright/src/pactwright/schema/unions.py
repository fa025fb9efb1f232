"""The arms of unions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pactwright.schema.types import Enumeration, Null, Nullable, SchemaType, Union


def flatten(arms: Iterable[SchemaType]) -> Iterator[SchemaType]:
    """Unions and nulls inside a union become arms of it, but for unions told apart by a member."""
    for arm in arms:
        if isinstance(arm, Nullable):
            yield from flatten([arm.type])
            yield Null()
        elif isinstance(arm, Union) and arm.discriminator is None:
            yield from flatten(arm.arms)
        else:
            yield arm


def with_joint_enumeration(arms: list[SchemaType]) -> list[SchemaType]:
    """Enumerations and constants among a union's arms become one, in the first one's place."""
    enumerations = [arm for arm in arms if isinstance(arm, Enumeration)]
    if len(enumerations) < 2:
        return arms
    values = dict.fromkeys(value for arm in enumerations for value in arm.values)
    joint = Enumeration(tuple(values))
    return list(dict.fromkeys(joint if isinstance(arm, Enumeration) else arm for arm in arms))
