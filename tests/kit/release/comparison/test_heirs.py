"""Schemas that only a discriminator tells of."""

from __future__ import annotations

from typing import Any, Final

import pytest

from pactwright.release.comparison.kinds import Direction
from tests.kit.release.comparison.schema_rows import cat, dog
from tests.kit.release.comparison.schemata import differences, schema

MAPPED: Final = {"propertyName": "is", "mapping": {"cat": "#/components/schemas/Cat"}}
NAMED: Final = {"propertyName": "is", "mapping": {"cat": "Cat"}}
IMPLIED: Final = {"propertyName": "is"}


def pet(discriminator: dict[str, Any]) -> dict[str, Any]:
    properties = {"is": {"type": "string"}}
    return {"type": "object", "properties": properties, "discriminator": discriminator}


def heir(lives: str, of: str = "It") -> dict[str, Any]:
    own = {"type": "object", "properties": {"lives": {"type": lives}}}
    return {"allOf": [{"$ref": f"#/components/schemas/{of}"}, own]}


def told(
    before: dict[str, Any], after: dict[str, Any], by: dict[str, Any], way: Direction = "request"
) -> list[str]:
    """Each difference between two sets of components, one of which a pet may be."""
    sides = (schema(pet(by), way, components=each) for each in (before, after))
    return [f"{each.kind.label} {'.'.join(each.path)}".rstrip() for each in differences(*sides)]


@pytest.mark.parametrize("by", [MAPPED, NAMED, IMPLIED])
def test_an_heir_is_compared(by: dict[str, Any]) -> None:
    """By reference, by name, or because it has the other one in `allOf`."""
    assert told({"Cat": heir("integer")}, {"Cat": heir("string")}, by) == ["type-changed lives"]
    assert told({"Cat": heir("integer")}, {"Cat": heir("integer")}, by) == []


def test_an_heir_of_an_heir() -> None:
    """It is one, too; what leads in a circle ends."""
    cat, more = heir("integer"), {"Round": heir("string", "Round")}
    before = {"Cat": cat, "Kitten": heir("integer", "Cat"), **more}
    after = {"Cat": cat, "Kitten": heir("string", "Cat"), **more}

    assert told(before, after, IMPLIED) == ["forbidden lives"]  # an integer that is a text


def test_an_heir_more_or_less() -> None:
    """As it is with the schemas of `oneOf`."""
    one, two = {"Cat": heir("integer")}, {"Cat": heir("integer"), "Dog": heir("string")}

    assert told(one, two, IMPLIED) == ["alternative-added"]
    assert told(two, one, IMPLIED) == ["alternative-removed"]


def test_what_is_no_heir() -> None:
    """Others of the document, and what a mapping names that is not there."""
    before, after = {"Cat": cat(), "Dog": dog()}, {"Cat": cat(), "Dog": heir("string", "Cat")}

    assert told(before, after, {"propertyName": "is", "mapping": {"bird": "Bird"}}) == []


def test_an_heir_of_its_own_is_no_other() -> None:
    """A reference to a cat is not answered by a dog."""
    before = {"Pet": pet(IMPLIED), "Dog": heir("integer", "Pet")}
    after = {**before, "Dog": heir("string", "Pet")}
    one, other = (schema(heir("integer", "Pet"), components=each) for each in (before, after))

    assert differences(one, other) == []
