"""The shared documents: valid, linted, and with examples that are true."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from pactwright.schema import bundle

NAMES = ("authentication", "location", "profile", "common")
REDOCLY = "@redocly/cli@2.77.0"


@pytest.mark.parametrize("name", NAMES)
def test_document_is_valid_openapi(root: Path, name: str) -> None:
    """By a validator that nobody here wrote."""
    file = root / "contracts" / f"{name}.yaml"

    validate(yaml.safe_load(file.read_text(encoding="utf-8")), base_uri=file.as_uri())


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_of_its_schema(root: Path, name: str) -> None:
    """Examples are what people copy."""
    document = bundle(root / "contracts" / f"{name}.yaml")
    checker = OAS31Validator.FORMAT_CHECKER
    found = list(examples(document, "#"))

    wrong = [
        f"{place}: {error.message}"
        for place, schema, example in found
        for error in OAS31Validator(
            {**schema, "components": document["components"]}, format_checker=checker
        ).iter_errors(example)
    ]

    assert len(found) > 5
    assert wrong == []


def examples(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Each example with its schema: those of schemas, parameters, headers and bodies."""
    if isinstance(node, list):
        for index, member in enumerate(node):
            yield from examples(member, f"{place}/{index}")
    if not isinstance(node, dict):
        return
    if isinstance(node.get("examples"), list):
        yield from ((f"{place}/examples", node, example) for example in node["examples"])
    if isinstance(node.get("schema"), dict):
        given = [node["example"]] if "example" in node else []
        given += [named["value"] for named in dict(node.get("examples") or {}).values()]
        yield from ((f"{place}/example", node["schema"], example) for example in given)
    for key, member in node.items():
        if key not in ("example", "examples", "const", "enum", "default"):
            yield from examples(member, f"{place}/{key}")


@pytest.mark.skipif(not shutil.which("npx"), reason="npm is not installed")
def test_linter_has_nothing_to_say(root: Path) -> None:
    """Redocly's strict rules; those that are off have their reason in redocly.yaml."""
    linted = subprocess.run(  # noqa: S603 - our own arguments
        ["npx", "--yes", REDOCLY, "lint"],  # noqa: S607
        cwd=root / "contracts",
        env={**os.environ, "REDOCLY_TELEMETRY": "off"},
        check=False,
        capture_output=True,
        text=True,
    )

    shown = linted.stdout + linted.stderr
    assert linted.returncode == 0, shown
    assert "Your API descriptions are valid" in shown
    assert not re.search(r"You have \d+ warning", shown), shown
