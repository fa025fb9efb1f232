"""The stacks deploy as they are to the emulator, which gets what it lacks from pactwright.local."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pactwright.deploy.templates import Rendered
from pactwright.local.emulator import Emulator, emulator
from pactwright.local.installation import installed
from tests.infrastructure.templates.emulated import Stack, prepared
from tests.infrastructure.templates.resources import SERVICES

CODEDEPLOY = "AWS::CodeDeploy::DeploymentGroup"
SCALING = "AWS::ApplicationAutoScaling::ScalableTarget"


@pytest.fixture(scope="session")
def aws(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The emulator."""
    log = tmp_path_factory.mktemp("emulator") / "log"
    with emulator(installed(root / "build"), log) as running:
        yield prepared(running)


@pytest.mark.parametrize("service", SERVICES)
def test_a_change_reaches_those_who_call(
    rendered: Mapping[str, Rendered], aws: Emulator, service: str
) -> None:
    """Another bundle, another setting, another way to pay: by another version, or by none."""
    stack = Stack(service, rendered[service], aws)

    stack.deploy("first")
    assert (stack.answer(), stack.live()) == ({"bundle": "first", "level": "INFO"}, "1")

    stack.deploy("second")
    assert (stack.answer(), stack.live()) == ({"bundle": "second", "level": "INFO"}, "2")

    stack.deploy("second", LogLevel="ERROR")
    assert (stack.answer(), stack.live()) == ({"bundle": "second", "level": "ERROR"}, "3")

    stack.deploy("second", LogLevel="ERROR", LogRetentionDays="90", BillingMode="PROVISIONED")
    assert stack.live() == "3"
    assert stack.table()["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


@pytest.mark.parametrize("service", SERVICES)
def test_a_provisioned_stack_is_created(
    rendered: Mapping[str, Rendered], aws: Emulator, service: str
) -> None:
    """With what scales it and what shifts traffic, which are there in name only."""
    stack = Stack(service, rendered[service], aws, name="provisioned")

    stack.deploy(
        "first", BillingMode="PROVISIONED", MinReadCapacity="7", DeletionProtection="false"
    )

    table = stack.table()
    indexes = table.get("GlobalSecondaryIndexes", [])
    assert len(indexes) == (service == "profile")
    for each in (table, *indexes):
        assert int(each["ProvisionedThroughput"]["ReadCapacityUnits"]) == 7
    assert table["DeletionProtectionEnabled"] is False
    kinds = stack.kinds()
    assert kinds.count(CODEDEPLOY) == 1
    assert kinds.count(SCALING) == 2 + 2 * len(indexes)
