"""Tables: paid for by request or provisioned, encrypted, restorable, kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered
from tests.infrastructure.templates.resources import SERVICES, Resources, of_type, only

CAPACITY = {
    "Fn::If": [
        "Provisioned",
        {
            "ReadCapacityUnits": {"Ref": "MinReadCapacity"},
            "WriteCapacityUnits": {"Ref": "MinWriteCapacity"},
        },
        {"Ref": "AWS::NoValue"},
    ]
}
TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"


@pytest.mark.parametrize("name", SERVICES)
def test_a_table_is_encrypted_and_can_be_restored(resources: Resources, name: str) -> None:
    """With point-in-time recovery; protected and kept when the stack goes."""
    table = only(resources[name], "AWS::DynamoDB::Table")

    assert table["SSESpecification"]["SSEEnabled"]
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["Protected", True, False]}
    assert resources[name]["Table"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources[name]["Table"]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", SERVICES)
def test_what_nobody_chose_is_safe(rendered: Mapping[str, Rendered], name: str) -> None:
    """A table is protected and paid for by request, unless told otherwise."""
    parameters = rendered[name].template["Parameters"]

    assert parameters["DeletionProtection"]["Default"] == "true"
    assert parameters["BillingMode"]["Default"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", SERVICES)
def test_a_provisioned_table_is_scaled_with_all_its_indexes(
    resources: Resources, name: str
) -> None:
    """Reads and writes of each, between the limits of the parameters."""
    table = only(resources[name], "AWS::DynamoDB::Table")
    indexes = table.get("GlobalSecondaryIndexes", [])
    scaled = {("table", "table/${Table}")} | {
        ("index", f"table/${{Table}}/index/{index['IndexName']}") for index in indexes
    }

    assert table["BillingMode"] == {"Ref": "BillingMode"}
    assert all(each["ProvisionedThroughput"] == CAPACITY for each in (table, *indexes))
    assert sorted(map(limits, of_type(resources[name], TARGET))) == sorted(
        (resource, f"dynamodb:{kind}:{way}CapacityUnits", f"Min{way}Capacity", f"Max{way}Capacity")
        for kind, resource in scaled
        for way in ("Read", "Write")
    )


def limits(target: Mapping[str, Any]) -> tuple[str, ...]:
    """What is scaled, and the parameters between which."""
    bounds = (target["MinCapacity"]["Ref"], target["MaxCapacity"]["Ref"])
    return (target["ResourceId"]["Fn::Sub"], target["ScalableDimension"], *bounds)


@pytest.mark.parametrize("name", SERVICES)
def test_each_target_is_tracked_by_the_use_of_its_own_capacity(
    resources: Resources, name: str
) -> None:
    """Reads by reads, writes by writes; none of it exists on demand."""
    found = resources[name]
    policies = of_type(found, POLICY)

    assert len(policies) == len(of_type(found, TARGET))
    for policy in policies:
        target = found[policy["ScalingTargetId"]["Ref"]]["Properties"]
        tracked = policy["TargetTrackingScalingPolicyConfiguration"]
        metric = tracked["PredefinedMetricSpecification"]["PredefinedMetricType"]
        way = "Read" if "Read" in target["ScalableDimension"] else "Write"
        assert metric == f"DynamoDB{way}CapacityUtilization"
        assert tracked["TargetValue"] == 70
    scaling = [each for each in found.values() if each["Type"] in (TARGET, POLICY)]
    assert {each.get("Condition") for each in scaling} == {"Provisioned"}


def test_each_table_has_what_its_service_asks(resources: Resources) -> None:
    """Tokens expire, profiles are listed by an index."""
    tables = {name: only(resources[name], "AWS::DynamoDB::Table") for name in SERVICES}

    assert tables["authentication"]["TimeToLiveSpecification"] == {
        "AttributeName": "expires_at",
        "Enabled": True,
    }
    assert [index["IndexName"] for index in tables["profile"]["GlobalSecondaryIndexes"]] == ["gsi1"]
    assert "GlobalSecondaryIndexes" not in tables["location"]
