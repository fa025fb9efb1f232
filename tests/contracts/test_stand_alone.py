"""Pact's own stand-alone verifier replays the committed pacts, with a provider-state URL alone."""

from __future__ import annotations

import pytest

from pactwright.contract.verification.deployed import deployed
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.stateserver import listening, serving
from pactwright.schema import Project
from tests.kit.contract.verification.standalone import check_replayed


def test_pacts_own_verifier_needs_only_states(request: pytest.FixtureRequest) -> None:
    """Every pact passes against the deployed system, and no stub is asked in vain."""
    contracts = load(Project.load(request.config.rootpath))
    told: list[str] = []
    with (
        listening(tell=told.append) as server,
        deployed(contracts) as site,
        serving(site, server) as urls,
    ):
        for pact in contracts.pacts.values():
            check_replayed(pact, urls, server)

    assert told == []
