"""Schemathesis asks the deployed stacks: a share of the requests, through the gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.local.system import System
from tests.system.robustness.arbitrary.runs import Site, run

LEAST = 100
"""How many examples a run has to send, so that it tells something."""


@pytest.mark.parametrize("service", ["authentication", "location", "profile"])
def test_deployed_service_does_what_its_document_says(
    system: System, folder: Path, service: str
) -> None:
    """With the limits on attempts that it has in production: 429 is declared too."""
    client = system.clients["profile"]
    site = Site(urls=system.urls, client=(client["client_id"], client["client_secret"]))

    report = run(site, service, folder, 3, "--phases", "examples,fuzzing")

    assert report.found["failures"] == [], report.printed
    assert report.found["errors"] == [], report.printed
    tested, there = report.operations
    assert tested == there
    assert report.examples >= LEAST // there
