"""What an environment's stacks share: buckets, the operations topic, the gateway's log role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered
from tests.infrastructure.templates.resources import Resources, as_list, denials, only

BUCKETS = ("Artifacts", "Records")


@pytest.fixture(scope="session")
def platform(resources: Resources) -> Mapping[str, Any]:
    """The resources."""
    return resources["platform"]


def publishers(document: Mapping[str, Any], *actions: str) -> dict[str, Any]:
    """The services of AWS that may do some actions, each with the condition."""
    return {
        service: statement.get("Condition")
        for statement in document["Statement"]
        if statement["Effect"] == "Allow" and set(as_list(statement["Action"])) == set(actions)
        for service in as_list(statement["Principal"]["Service"])
    }


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_versioned_encrypted_and_kept(
    platform: Mapping[str, Any], name: str
) -> None:
    """Reached by TLS only; what it holds outlives the stack."""
    bucket = platform[name]
    properties = bucket["Properties"]
    policy = platform[f"{name}Policy"]["Properties"]
    refused = denials(policy)["OnlyEncryptedTransport"]

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert (refused["Action"], refused["Condition"]) == (
        "s3:*",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    assert len(refused["Resource"]) == 2
    for kept in (bucket, platform[f"{name}Policy"]):
        assert kept["DeletionPolicy"] == "RetainExceptOnCreate"


def test_a_record_is_written_once_and_stays(platform: Mapping[str, Any]) -> None:
    """No write without If-None-Match, no deletion, no expiry, whoever asks."""
    refused = denials(platform["RecordsPolicy"]["Properties"])
    rules = platform["Records"]["Properties"]["LifecycleConfiguration"]["Rules"]

    assert refused["OnlyNewRecords"]["Action"] == "s3:PutObject"
    assert refused["OnlyNewRecords"]["Condition"] == {
        "Null": {"s3:if-none-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }
    assert refused["NoRecordGoes"]["Action"] == ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    assert not [rule for rule in rules if any("Expiration" in key for key in rule)]


def test_artifacts_go_when_nobody_can_go_back_to_them(
    rendered: Mapping[str, Rendered], platform: Mapping[str, Any]
) -> None:
    """Bundles after years, templates of change sets after a month, old versions as well."""
    rules = platform["Artifacts"]["Properties"]["LifecycleConfiguration"]["Rules"]
    by_id = {rule["Id"]: rule for rule in rules}

    assert by_id["old-bundles"]["Prefix"] == "bundles/"
    assert by_id["old-bundles"]["ExpirationInDays"] == {"Ref": "BundleRetentionDays"}
    assert rendered["platform"].template["Parameters"]["BundleRetentionDays"]["MinValue"] >= 365
    assert by_id["uploaded-templates"]["Prefix"] == "templates/"
    assert by_id["leftovers"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}


def test_alarms_and_pipelines_can_reach_the_encrypted_topic(platform: Mapping[str, Any]) -> None:
    """The topic lets them publish, and its key, which is our own, lets them encrypt."""
    topic = only(platform, "AWS::SNS::Topic")
    key = only(platform, "AWS::KMS::Key")
    policy = only(platform, "AWS::SNS::TopicPolicy")
    publishing = publishers(policy["PolicyDocument"], "sns:Publish")
    encrypting = publishers(key["KeyPolicy"], "kms:Decrypt", "kms:GenerateDataKey*")

    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": ["OperationsKey", "Arn"]}
    assert key["EnableKeyRotation"] is True
    own = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert publishing == {
        "cloudwatch.amazonaws.com": own,
        "codestar-notifications.amazonaws.com": own,
        "events.amazonaws.com": None,
    }
    assert encrypting == dict.fromkeys(publishing)
    assert denials(policy)["OnlyEncryptedTransport"]["Action"] == "sns:Publish"


def test_somebody_is_told_by_email_if_an_address_is_given(platform: Mapping[str, Any]) -> None:
    """Nobody else subscribes."""
    subscription = platform["OperationsSubscription"]

    assert subscription["Condition"] == "Emails"
    assert subscription["Properties"]["Endpoint"] == {"Ref": "OperationsEmail"}


def test_environments_of_one_account_need_not_fight_for_the_gateways_log_role(
    rendered: Mapping[str, Rendered], platform: Mapping[str, Any]
) -> None:
    """One sets it, others leave it; it outlives the stack that did."""
    parameter = rendered["platform"].template["Parameters"]["GatewayLogRole"]
    account, role = platform["GatewayAccount"], platform["GatewayLogWriter"]

    assert parameter["AllowedValues"] == ["create", "none"]
    for each in (account, role):
        assert each["Condition"] == "SetsGatewayLogRole"
        assert each["DeletionPolicy"] == "RetainExceptOnCreate"
    assert account["Properties"]["CloudWatchRoleArn"] == {"Fn::GetAtt": ["GatewayLogWriter", "Arn"]}
