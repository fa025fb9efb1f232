"""What `pactwright deploy` deploys is recorded, whatever the gate would have said."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from pactwright.deploy.deployment import Deployed
from pactwright.deploy.manifest import Bundle
from pactwright.release.deploying import gatekeeper, recorder
from pactwright.release.errors import Refused, ReleaseError
from pactwright.release.ledger import Ledger
from pactwright.release.stores import opened

DONE = Deployed(
    service="location",
    environment="staging",
    platform="lambda-arm64",
    digest="a" * 64,
    stack="hereabouts-staging-location",
    outputs={},
)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are kept in a folder."""
    monkeypatch.delenv("PACT_BROKER_BASE_URL", raising=False)


def test_a_deployment_is_recorded(tmp_path: Path) -> None:
    """Nobody verified it, so that the gate would not have let it; how to learn that is told."""
    lines: list[str] = []
    notes: list[str] = []

    recorder(Namespace(records="records", project=tmp_path), lines.append, notes.append)(DONE)

    (found,) = Ledger(opened("records", tmp_path)).deployments("staging")
    assert (found.service, found.bundle, found.platform) == ("location", "a" * 64, "lambda-arm64")
    assert lines == [f"recorded: location in staging: {'a' * 12}"]
    assert f"can-deploy location --to staging --digest {'a' * 64}" in notes[0]
    assert "--platform lambda-arm64 --records records` tells why" in notes[0]


def test_a_deployment_that_can_not_be_recorded_is_told_as_that(tmp_path: Path) -> None:
    """It runs; the command that records it is told."""
    (tmp_path / "records").touch()

    with pytest.raises(
        ReleaseError,
        match=r"staging-location is deployed, but .*-deployment location --env staging --records r",
    ):
        recorder(Namespace(records="records", project=tmp_path), print, print)(DONE)


@pytest.mark.parametrize("gate", [True, False])
def test_the_gate_is_asked_first_where_that_is_wanted(tmp_path: Path, gate: bool) -> None:
    """A no ends it, with its reasons; who does not ask is not refused."""
    made = Bundle("location", tmp_path, "a" * 64, 1, "lambda-arm64", "python3.13", "arm64")
    admit = gatekeeper(Namespace(gate=gate, env="staging", records="records", project=tmp_path))
    if not gate:
        admit(made)
        return

    with pytest.raises(Refused) as refused:
        admit(made)
    assert "no: location aaaaaaaaaaaa (lambda-arm64) can't go to staging" in str(refused.value)
    assert "$ pactwright verify location" in str(refused.value)
