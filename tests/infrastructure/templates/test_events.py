"""Deletions of accounts get from authentication's table to the others' functions, or are kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infrastructure.templates.resources import Resources, denials, only
from tests.services.deliveries import removal

CONSUMERS = ("location", "profile")
MAPPING = "AWS::Lambda::EventSourceMapping"
DEAD_LETTERS = {"Fn::GetAtt": ["DeadLetters", "Arn"]}
LIVE = {"Ref": "FunctionAliaslive"}


def passes(pattern: Any, value: Any) -> bool:
    """Whether an event filter lets something through (Lambda's "filter rule syntax", Equals)."""
    if isinstance(pattern, list):
        return value in pattern
    return all(key in value and passes(part, value[key]) for key, part in pattern.items())


def test_the_stream_tells_the_function_of_deleted_users_alone(resources: Resources) -> None:
    """Not of what expires, nor of any other write; and of the user no more than the id."""
    mapping = only(resources["authentication"], MAPPING)
    ((given,),) = [mapping["FilterCriteria"]["Filters"]]
    pattern = json.loads(given["Pattern"])
    user = removal({"pk": "USER#1", "sk": "USER"}, 0, 1)

    stream = resources["authentication"]["Table"]["Properties"]["StreamSpecification"]
    assert stream == {"StreamViewType": "KEYS_ONLY"}
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert mapping["FunctionName"] == LIVE
    assert passes(pattern, user)
    for kind in ("INSERT", "MODIFY"):
        assert not passes(pattern, {**user, "eventName": kind})
    for sort_key in ("SESSION#1", "TOKEN", "USERNAME", "ATTEMPTS", "CLIENT"):
        assert not passes(pattern, removal({"pk": "USER#1", "sk": sort_key}, 0, 1))


def test_no_deletion_is_given_up_before_it_can_be_found_again(resources: Resources) -> None:
    """It is tried for hours, one by one in the end, and told while the stream still has it."""
    mapping = only(resources["authentication"], MAPPING)

    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["MaximumRetryAttempts"] == -1
    assert 3600 <= mapping["MaximumRecordAgeInSeconds"] <= 12 * 3600
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": DEAD_LETTERS}}


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_queue_hands_out_until_a_message_is_handled_or_put_away(
    resources: Resources, name: str
) -> None:
    """Not again while the function may still be at it; encrypted, and for as long as can be."""
    own = resources[name]
    queue, mapping = own["AccountEvents"]["Properties"], only(own, MAPPING)
    timeout = only(own, "AWS::Lambda::Function")["Timeout"]

    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": DEAD_LETTERS, "maxReceiveCount": 10}
    assert queue["VisibilityTimeout"] >= 6 * timeout
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["SqsManagedSseEnabled"] is True
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["AccountEvents", "Arn"]}
    assert mapping["FunctionName"] == LIVE
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_queue_takes_from_the_topic_alone(resources: Resources, name: str) -> None:
    """Messages as they were published; what can't be put there is a dead letter too."""
    own, topic = resources[name], {"Ref": "AccountEventsTopicArn"}
    subscription = only(own, "AWS::SNS::Subscription")
    policy = own["AccountEventsPolicy"]["Properties"]
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]

    assert (subscription["TopicArn"], subscription["Protocol"]) == (topic, "sqs")
    assert subscription["Endpoint"] == {"Fn::GetAtt": ["AccountEvents", "Arn"]}
    assert subscription["RawMessageDelivery"] is True
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": DEAD_LETTERS}
    assert [(s["Principal"], s["Action"], s["Condition"]) for s in allowed] == [
        (
            {"Service": "sns.amazonaws.com"},
            "sqs:SendMessage",
            {"ArnEquals": {"aws:SourceArn": topic}},
        )
    ]
    assert denials(policy)["OnlyEncryptedTransport"]["Action"] == "sqs:*"


def test_the_topic_is_encrypted_and_for_this_account(resources: Resources) -> None:
    """Roles of the account publish as their policies allow; nobody without TLS."""
    own = resources["authentication"]
    topic, policy = only(own, "AWS::SNS::Topic"), only(own, "AWS::SNS::TopicPolicy")
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]

    assert topic["KmsMasterKeyId"] == "alias/aws/sns"
    assert [s["Action"] for s in allowed] == ["sns:Subscribe"]
    assert denials(policy)["OnlyEncryptedTransport"]["Action"] == "sns:Publish"
