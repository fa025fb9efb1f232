"""A look into translated templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.infrastructure.conftest import shared_templates

SERVICES: Final = ("authentication", "location", "profile")
TEMPLATES: Final = (*SERVICES, *shared_templates(Path(__file__).parents[3]))
"""The names of all templates."""

Resources = Mapping[str, Mapping[str, Any]]
"""The resources of each template, after the SAM transform."""


def of_type(resources: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    """The properties of each resource of a type."""
    return [each["Properties"] for each in resources.values() if each["Type"] == kind]


def only(resources: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """The properties of the one resource of a type."""
    (properties,) = of_type(resources, kind)
    return properties


def statements(resources: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a template's roles may do."""
    for role in of_type(resources, "AWS::IAM::Role"):
        assert "ManagedPolicyArns" not in role
        for policy in role["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]
    for policy in of_type(resources, "AWS::IAM::Policy"):
        yield from policy["PolicyDocument"]["Statement"]


def denials(policy: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What a resource's policy denies to everybody, by the statement's name."""
    return {
        each["Sid"]: each
        for each in policy["PolicyDocument"]["Statement"]
        if (each["Effect"], each["Principal"]) == ("Deny", "*")
    }


def as_list(value: Any) -> list[Any]:
    """One or several."""
    return value if isinstance(value, list) else [value]
