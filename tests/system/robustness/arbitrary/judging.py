"""What a run has to come to."""

from __future__ import annotations

from typing import Final

from tests.services.composition import Hereabouts
from tests.system.robustness.arbitrary.runs import Report

LEAST: Final = 2_000
"""How many examples a run has to send, so that it tells something."""


def assert_nothing_found(report: Report, hereabouts: Hereabouts, least: int = LEAST) -> None:
    """Hold a run to having asked enough of everything, and to having found nothing."""
    assert report.complaints == [], report.printed
    tested, there = report.operations
    assert tested == there
    assert set(report.phases.values()) == {"success"}, report.phases
    assert report.examples >= least, report.printed
    for name in ("authentication", "location", "profile"):
        assert hereabouts.service(name).told.failures == []
