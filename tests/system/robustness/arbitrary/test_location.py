"""Schemathesis asks location whatever its document allows, and whatever it forbids."""

from __future__ import annotations

from pathlib import Path

from tests.services.composition import Hereabouts
from tests.system.robustness.arbitrary.judging import assert_nothing_found
from tests.system.robustness.arbitrary.runs import Site, run


def test_location_does_what_its_document_says(
    site: Site, hereabouts: Hereabouts, folder: Path
) -> None:
    """To each of at least 2,000 requests."""
    report = run(site, "location", folder, examples=1_000)

    assert_nothing_found(report, hereabouts)
