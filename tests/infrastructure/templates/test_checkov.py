"""checkov finds nothing in any template but what is suppressed there, with a reason."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered
from tests.infrastructure.conftest import translated
from tests.infrastructure.templates.resources import Resources
from tests.infrastructure.templates.scanning import (
    Finding,
    Report,
    installed,
    scan,
    suppressions,
)

OPEN = "open"
"""The name of a template with a fault: a bucket of the platform's that anybody may read."""


@pytest.fixture(scope="session")
def report(
    root: Path, rendered: Mapping[str, Rendered], tmp_path_factory: pytest.TempPathFactory
) -> Report:
    """What it says of all templates, suppressions left out, and of one with a fault."""
    templates = {name: translated(each.template) for name, each in rendered.items()}
    templates[OPEN] = copy.deepcopy(templates["platform"])
    templates[OPEN]["Resources"]["Records"]["Properties"].pop("PublicAccessBlockConfiguration")
    return scan(installed(root / "build"), templates, tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def found(report: Report) -> frozenset[Finding]:
    """What it finds in the project's own templates."""
    return frozenset(each for each in report.failed if each[0] != OPEN)


@pytest.fixture(scope="session")
def suppressed(
    rendered: Mapping[str, Rendered], resources: Resources
) -> Mapping[Finding, frozenset[Finding]]:
    """Each suppression, as written, with the findings that it may be about."""
    return {
        (name, resource, check): frozenset(
            (name, made, check)
            for made in made_from(resource, each.template["Resources"], resources[name])
        )
        for name, each in rendered.items()
        for resource, check, _ in suppressions(each.template["Resources"])
    }


def made_from(resource: str, written: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """A resource of a template, and what SAM makes of it besides: the stage of an API."""
    yield resource
    if "Serverless" in written[resource]["Type"]:
        yield from (each for each in found if each.startswith(resource) and each not in written)


def test_every_template_was_read_and_checked(
    report: Report, rendered: Mapping[str, Rendered]
) -> None:
    """None was skipped for a fault of its own."""
    assert report.unread == ()
    assert {name for name, _, _ in report.passed} == {*rendered, OPEN}


def test_whatever_is_found_is_suppressed(
    found: frozenset[Finding], suppressed: Mapping[Finding, frozenset[Finding]]
) -> None:
    """Beside the very resource."""
    assert sorted(found - frozenset().union(*suppressed.values())) == []


def test_whatever_is_suppressed_would_be_found(
    found: frozenset[Finding], suppressed: Mapping[Finding, frozenset[Finding]]
) -> None:
    """What was mended, or never was wrong, is not excused."""
    assert [written for written, about in suppressed.items() if not about & found] == []


def test_each_suppression_has_its_reason(rendered: Mapping[str, Rendered]) -> None:
    """In a sentence."""
    for each in rendered.values():
        for resource, check, why in suppressions(each.template["Resources"]):
            assert len(why.split()) > 4, (each.source, resource, check)


def test_a_fault_is_found(report: Report) -> None:
    """Where it was made, and not where the same check passes."""
    assert (OPEN, "Records", "CKV_AWS_53") in report.failed
    assert (OPEN, "Artifacts", "CKV_AWS_53") in report.passed
