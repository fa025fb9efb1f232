"""The runs find what they are made to find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pactwright.local.front import front
from pactwright.local.inprocess import InProcessAdapter
from tests.services.composition import Hereabouts
from tests.system.robustness.arbitrary.runs import Site, run

FAULTS = {
    "a status that nobody declares": {"statusCode": 418},
    "a server's error": {"statusCode": 500},
    "another media type": {"statusCode": 200, "headers": {"Content-Type": "text/plain"}},
    "a body that is none": {"statusCode": 200, "body": "[]"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_service_that_breaks_its_document_is_found(
    site: Site, hereabouts: Hereabouts, folder: Path, fault: dict[str, Any]
) -> None:
    """By its answers to one operation."""
    service = hereabouts.service("location")

    def broken(event: dict[str, Any], context: object) -> dict[str, Any]:
        answer: Any = service.handler(event, context)
        return {**answer, **fault} if answer["statusCode"] == 200 else answer

    adapter = InProcessAdapter(broken, service.operations)
    with front(adapter).serving() as url:
        elsewhere = Site(urls={**site.urls, "location": url}, client=site.client)
        options = ("--include-operation-id", "list_locations", "--phases", "examples")
        report = run(elsewhere, "location", folder, 3, *options)

    assert report.found["failures"], report.printed
