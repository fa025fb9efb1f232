"""An alarm that could never fire is found before it is deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.errors import TemplateError
from pactwright.deploy.metrics import emitted, never_emitted
from pactwright.deploy.templates import Rendered, lint


def metric(namespace: Any, name: Any, *dimensions: Any) -> dict[str, Any]:
    """A metric, as templates have it."""
    values = [{"Name": each, "Value": "v"} for each in dimensions]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": values}


def faults(*metrics: dict[str, Any], **resource: Any) -> list[str]:
    """What is said of an alarm on each of several metrics."""
    alarms = {
        f"A{index}": {"Type": "AWS::CloudWatch::Alarm", "Properties": each, **resource}
        for index, each in enumerate(metrics)
    }
    return list(never_emitted({"Resources": alarms}))


def test_metrics_that_are_emitted_pass() -> None:
    """By the sets of dimensions that there are, in any order."""
    assert not faults(
        metric("AWS/ApiGateway", "5XXError", "Stage", "ApiName"),
        metric("AWS/Lambda", "Errors", "FunctionName", "Resource"),
        metric("AWS/Lambda", "ClaimedAccountConcurrency"),
        metric("AWS/DynamoDB", "ThrottledRequests", "TableName", "Operation"),
        metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"),
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            metric("AWS/APIGateway", "5XXError", "ApiName"),
            "nothing is emitted in the namespace AWS/APIGateway; did you mean AWS/ApiGateway?",
        ),
        (
            metric("AWS/Dynamodb", "ReadThrottleEvents", "TableName"),
            "nothing is emitted in the namespace AWS/Dynamodb; did you mean AWS/DynamoDB?",
        ),
        (
            metric("AWS/ApiGateway", "5xxError", "ApiName"),
            "AWS/ApiGateway has no metric 5xxError; did you mean 5XXError?",
        ),
        (
            metric("AWS/SQS", "Xyz", "QueueName"),
            "AWS/SQS has no metric Xyz; it has ApproximateAgeOfOldestMessage, ",
        ),
        (
            metric("AWS/DynamoDB", "ThrottledRequests", "TableName"),
            "AWS/DynamoDB ThrottledRequests is not emitted by TableName, but: Operation and ",
        ),
        (
            metric("AWS/Lambda", "ConcurrentExecutions", "FunctionName", "Resource"),
            "is not emitted by FunctionName, Resource, but: none; FunctionName",
        ),
        (metric("AWS/SQS", "NumberOfMessagesSent"), "is not emitted by nothing, but: QueueName"),
    ],
)
def test_a_metric_that_is_not_emitted_is_told_with_what_is(
    wrong: dict[str, Any], said: str
) -> None:
    """The namespace, the name or the dimensions, whichever is wrong; in metric math too."""
    query = {
        "Metrics": [{"Id": "a", "Expression": "b"}, {"Id": "b", "MetricStat": {"Metric": wrong}}]
    }

    (fault,) = faults(wrong)
    (of_query,) = faults(query)

    assert fault == of_query
    assert fault.startswith("A0: ")
    assert said in fault


def test_what_is_not_known_is_not_judged() -> None:
    """Other namespaces, own ones, and what only deployment knows."""
    assert not faults(
        metric("AWS/EC2", "CPUUtilization", "InstanceId"),
        metric("Shop", "Orders"),
        metric({"Fn::Sub": "Shop/${Environment}"}, "Orders", "service"),
        metric("AWS/Lambda", {"Ref": "Name"}),
        metric("AWS/Lambda", "Errors", {"Ref": "Dimension"}),
        {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": {"Fn::If": []}},
        {"Metrics": {"Fn::If": []}},
    )


def test_a_metric_that_aws_has_added_since_can_be_used() -> None:
    """If its alarm says so."""
    wrong = metric("AWS/Lambda", "BrandNew", "FunctionName")

    assert len(faults(wrong)) == 1
    assert not faults(wrong, Metadata={"pactwright": {"unlisted": True}})


def test_other_resources_are_left_alone() -> None:
    """A metric filter may make any metric."""
    properties = metric("AWS/APIGateway", "5XXError")

    assert not list(never_emitted({"Resources": {"A": {"Type": "X", "Properties": properties}}}))


def test_linting_refuses_an_alarm_that_could_never_fire(tmp_path: Path) -> None:
    """cfn-lint itself has nothing to say of it."""
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            **metric("AWS/APIGateway", "5XXError", "ApiName"),
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
        },
    }

    with pytest.raises(
        TemplateError, match=r"template\.yaml: alarms that could never fire:\n  A: "
    ):
        lint(Rendered(tmp_path / "template.yaml", {"Resources": {"A": alarm}}))


def test_each_namespace_names_its_page() -> None:
    """And each metric its unit."""
    for service in emitted().values():
        assert "Guide" in service["page"]
        assert all(about["unit"] and about["statistics"] for about in service["metrics"].values())
