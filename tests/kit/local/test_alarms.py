"""Alarms that the emulator's CloudFormation does not take by itself are taken from templates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pactwright.deploy.errors import StackError
from pactwright.deploy.stacks import Stacks
from pactwright.local.emulator import Emulator, emulator
from pactwright.local.installation import Installation

MATH: dict[str, Any] = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {
        "AlarmName": "share",
        "Metrics": [
            {"Id": "share", "Expression": "IF(bad >= 5, bad, 0)"},
            {
                "Id": "bad",
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {"Namespace": "N", "MetricName": "Bad"},
                    "Period": 60,
                    "Stat": "Sum",
                },
            },
        ],
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.5,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:topic"],
    },
}


def template(rule: str, name: str = "both", **math: Any) -> str:
    """An alarm on metric math, and a composite one of it."""
    resources = {
        "Share": {**MATH, "Properties": {**MATH["Properties"], **math}},
        "Both": {
            "Type": "AWS::CloudWatch::CompositeAlarm",
            "DependsOn": "Share",
            "Properties": {"AlarmName": name, "AlarmRule": rule, "AlarmDescription": "told"},
        },
    }
    outputs = {"Arn": {"Value": {"Fn::GetAtt": ["Both", "Arn"]}}}
    return json.dumps({"Resources": resources, "Outputs": outputs})


@pytest.fixture(scope="module")
def running(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Emulator]:
    """An emulator."""
    with emulator(installation, tmp_path_factory.mktemp("alarms") / "log") as started:
        yield started


@pytest.fixture
def stacks(running: Emulator) -> Iterator[Stacks]:
    """Its stacks; the one that a test makes is gone after it."""
    client = running.client("cloudformation")
    yield Stacks(client, interval=0.02, patience=30)
    client.delete_stack(StackName="alarms")


def described(running: Emulator) -> dict[str, Any]:
    """The alarms that there are, by name."""
    client = running.client("cloudwatch")
    found = client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {each["AlarmName"]: each for each in found["MetricAlarms"] + found["CompositeAlarms"]}


def test_both_are_made_and_described(running: Emulator, stacks: Stacks) -> None:
    """As the template has them; the composite one with its ARN."""
    outputs = stacks.deploy("alarms", template("ALARM(share)"), {})
    alarms = described(running)

    assert outputs == {"Arn": alarms["both"]["AlarmArn"]}
    assert (alarms["both"]["AlarmRule"], alarms["both"]["AlarmDescription"]) == (
        "ALARM(share)",
        "told",
    )
    math = alarms["share"]
    assert [each["Id"] for each in math["Metrics"]] == ["share", "bad"]
    assert (math["DatapointsToAlarm"], math["StateValue"]) == (2, "INSUFFICIENT_DATA")
    assert "MetricName" not in math


def test_a_composite_alarm_follows_its_parts(running: Emulator, stacks: Stacks) -> None:
    """Whose state is what it is set to."""
    stacks.deploy("alarms", template("ALARM(share)"), {})
    client = running.client("cloudwatch")
    client.set_alarm_state(AlarmName="share", StateValue="ALARM", StateReason="test")

    assert described(running)["both"]["StateValue"] == "ALARM"


def test_both_are_updated(running: Emulator, stacks: Stacks) -> None:
    """In place, or under another name, and then the old one is gone."""
    stacks.deploy("alarms", template("ALARM(share)"), {})
    stacks.deploy("alarms", template("NOT ALARM(share)", "other", Threshold=0.7), {})
    alarms = described(running)

    assert set(alarms) == {"share", "other"}
    assert alarms["other"]["AlarmRule"] == "NOT ALARM(share)"
    assert alarms["share"]["Threshold"] == 0.7


def test_both_go_with_their_stack(running: Emulator, stacks: Stacks) -> None:
    """Nothing is left."""
    stacks.deploy("alarms", template("ALARM(share)"), {})
    running.client("cloudformation").delete_stack(StackName="alarms")

    assert described(running) == {}


@pytest.mark.parametrize("rule", ["ALARM(nobody)", "ALARM(share) AND"])
def test_a_faulty_rule_fails_the_stack(stacks: Stacks, rule: str) -> None:
    """As on AWS: an alarm that there is not, or a rule that is none."""
    with pytest.raises(StackError, match="CompositeAlarm"):
        stacks.deploy("alarms", template(rule), {})
