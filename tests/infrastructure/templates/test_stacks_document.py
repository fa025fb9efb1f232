"""docs/stacks.md tells what the templates hold, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered
from tests.infrastructure.templates.resources import SERVICES
from tests.services.permissions import RUNTIME, granted

STACKS = (*SERVICES, "platform")

Rows = set[tuple[str, ...]]


@pytest.fixture(scope="session")
def templates(rendered: Mapping[str, Rendered]) -> Mapping[str, Mapping[str, Any]]:
    """Of the stacks that the document is about."""
    return {name: rendered[name].template for name in STACKS}


@pytest.fixture(scope="session")
def document(root: Path) -> str:
    """The document."""
    return (root / "docs" / "stacks.md").read_text(encoding="utf-8")


def rows(document: str, *heads: str) -> Rows:
    """The rows of all tables whose columns begin with these, as far as those go."""
    found: Rows = set()
    reading = False
    for line in document.splitlines():
        cells = tuple(cell.strip() for cell in line.strip("| ").split(" | "))
        if not line.startswith("|"):
            reading = False
        elif cells[: len(heads)] == heads:
            reading = True
        elif reading and not line.startswith("| ---"):
            found.add(tuple(cell.strip("`") for cell in cells[: len(heads)]))
    return found


def test_every_parameter_is_told(document: str, templates: Mapping[str, Mapping[str, Any]]) -> None:
    """With its default and in the template's own words."""
    held = {
        (name, default(about), about["Description"].strip())
        for template in templates.values()
        for name, about in template["Parameters"].items()
    }

    assert rows(document, "parameter", "default", "what it is") == held


def default(parameter: Mapping[str, Any]) -> str:
    """How the document tells a parameter's default."""
    if "Default" not in parameter:
        return "required"
    return "none" if parameter["Default"] == "" else str(parameter["Default"])


def test_every_resource_is_told(document: str, templates: Mapping[str, Mapping[str, Any]]) -> None:
    """With its type, and whether it stays; alarms and dashboards have a document of their own."""
    held = {
        (name, each["Type"].removeprefix("AWS::"), "kept" if is_kept(each) else "goes")
        for template in templates.values()
        for name, each in template["Resources"].items()
        if not each["Type"].startswith("AWS::CloudWatch::")
    }

    assert rows(document, "resource", "type", "when the stack goes") == held


def is_kept(resource: Mapping[str, Any]) -> bool:
    """Whether a resource stays when its stack goes."""
    return str(resource.get("DeletionPolicy", "Delete")).startswith("Retain")


def test_every_permission_is_told(
    document: str, templates: Mapping[str, Mapping[str, Any]]
) -> None:
    """Of each service's code, and of Lambda on its behalf."""
    held = {
        (name, *each) for name in SERVICES for each in granted(templates[name]) - RUNTIME.keys()
    }

    assert rows(document, "service", "action", "on") == held
    assert rows(document, "action", "on", "why") == {(*on, why) for on, why in RUNTIME.items()}
