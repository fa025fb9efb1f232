"""A deployment publishes another version when, and only when, the function differs."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pactwright.deploy.versions import version_digest

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "BundleKey": {"Type": "String"},
        "LogLevel": {"Type": "String", "Default": "INFO"},
        "Quiet": {"Type": "String", "Default": "no"},
        "Url": {"Type": "String", "Default": ""},
        "RetentionDays": {"Type": "Number", "Default": 30},
        "VersionDigest": {"Type": "String"},
    },
    "Conditions": {
        "IsQuiet": {"Fn::And": [{"Condition": "SaysQuiet"}, {"Condition": "SaysQuiet"}]},
        "SaysQuiet": {"Fn::Equals": [{"Ref": "Quiet"}, "yes"]},
    },
    "Resources": {
        "Function": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": {"Key": {"Ref": "BundleKey"}},
                "AutoPublishCodeSha256": {"Ref": "VersionDigest"},
                "Timeout": 10,
                "LoggingConfig": {"Level": {"Fn::If": ["IsQuiet", "WARN", {"Ref": "LogLevel"}]}},
                "Environment": {"Variables": {"URL": {"Fn::Sub": "${ Url }/x?${!Literal}"}}},
            },
        },
        "Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"RetentionInDays": {"Ref": "RetentionDays"}},
        },
    },
}
GIVEN = {"BundleKey": "bundles/a.zip"}


def test_the_same_function_keeps_its_version() -> None:
    """Also where a default is spelt out, and whatever the digest itself was before."""
    same = {**GIVEN, "LogLevel": "INFO", "VersionDigest": "f" * 64}

    assert version_digest(TEMPLATE, same) == version_digest(copy.deepcopy(TEMPLATE), GIVEN)


@pytest.mark.parametrize(
    "given",
    [{"BundleKey": "bundles/b.zip"}, {"LogLevel": "ERROR"}, {"Url": "https://a"}, {"Quiet": "yes"}],
)
def test_another_value_that_the_function_holds_is_another_version(given: dict[str, str]) -> None:
    """By reference, inside a text, or by way of conditions."""
    assert version_digest(TEMPLATE, GIVEN | given) != version_digest(TEMPLATE, GIVEN)


def test_what_all_functions_have_is_theirs() -> None:
    """By SAM's Globals; those of other types are not."""
    template = copy.deepcopy(TEMPLATE)
    template["Globals"] = {
        "Function": {"MemorySize": {"Ref": "RetentionDays"}},
        "Api": {"Name": {"Ref": "Api"}},
    }
    before = version_digest(template, GIVEN)
    template["Globals"]["Api"] = {"Name": "other"}

    assert before != version_digest(TEMPLATE, GIVEN)
    assert before == version_digest(template, GIVEN)
    assert before != version_digest(template, GIVEN | {"RetentionDays": "60"})


def test_what_the_function_does_not_hold_is_no_reason_for_a_version() -> None:
    """A canary for a log's retention would be in vain."""
    changed = version_digest(TEMPLATE, GIVEN | {"RetentionDays": "90", "Unknown": "x"})

    assert changed == version_digest(TEMPLATE, GIVEN)


@pytest.mark.parametrize(
    "name", ["DeploymentPreference", "ReservedConcurrentExecutions", "EventInvokeConfig", "Tags"]
)
def test_what_applies_to_all_versions_is_no_reason_for_another(name: str) -> None:
    """Neither a function's own nor by SAM's Globals, nor what only tools read."""
    own, shared = copy.deepcopy(TEMPLATE), copy.deepcopy(TEMPLATE)
    own["Resources"]["Function"]["Properties"][name] = {"Ref": "RetentionDays"}
    own["Resources"]["Function"]["Metadata"] = {"tool": "ignore"}
    shared["Globals"] = {"Function": {name: {"Ref": "RetentionDays"}}}

    for template in (own, shared):
        assert version_digest(template, GIVEN) == version_digest(TEMPLATE, GIVEN)


def test_another_setting_in_the_template_is_another_version() -> None:
    """Such as a timeout; other resources have no part in it."""
    slower, kept = copy.deepcopy(TEMPLATE), copy.deepcopy(TEMPLATE)
    slower["Resources"]["Function"]["Properties"]["Timeout"] = 20
    kept["Resources"]["Logs"]["Properties"]["RetentionInDays"] = 1

    assert version_digest(slower, GIVEN) != version_digest(TEMPLATE, GIVEN)
    assert version_digest(kept, GIVEN) == version_digest(TEMPLATE, GIVEN)


def test_a_digest_fits_where_it_is_used() -> None:
    """SAM puts its beginning into a logical id."""
    assert len(version_digest(TEMPLATE, GIVEN)) == 64
    assert version_digest({}, {}).isalnum()
