"""Everything that the documents declare was seen by a test; these tests run last."""

from __future__ import annotations

import pytest

from tests.services.observations import SERVICES, Observation, declared, gaps


@pytest.mark.parametrize("service", SERVICES)
def test_every_declared_status_was_seen(
    service: str, seen: set[Observation], whole: str | None, request: pytest.FixtureRequest
) -> None:
    """Of every operation, and no other status than the documents allow."""
    if whole is not None:
        pytest.skip(whole)

    assert gaps(service, request.config.rootpath / "contracts", seen) == []


@pytest.mark.parametrize("service", SERVICES)
def test_gap_is_told_by_name(service: str, request: pytest.FixtureRequest) -> None:
    """What was not seen, and what should not have been."""
    contracts = request.config.rootpath / "contracts"
    wanted = declared(service, contracts)
    lacking = min(wanted)
    stray = (service, lacking[1], 299)

    found = gaps(service, contracts, (wanted - {lacking}) | {stray, (service, lacking[1], 500)})

    assert found == [
        f"{service}: {lacking[1]} never answered {lacking[2]}",
        f"{service}: {lacking[1]} answered 299, which is not declared",
    ]
    assert gaps(service, contracts, wanted) == []
