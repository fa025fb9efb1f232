"""Templates are evaluated as CloudFormation does it."""

from __future__ import annotations

from typing import Any

import pytest

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.intrinsics import Evaluation, arguments
from pactwright.local.rehearsal.resources import Place

PLACE = Place("123456789012", "eu-west-1")
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Name": {"Type": "String"}, "Loud": {"Type": "String", "Default": "no"}},
    "Mappings": {"Sizes": {"small": {"memory": 128}}},
    "Conditions": {
        "IsLoud": {"Fn::Equals": [{"Ref": "Loud"}, "yes"]},
        "IsQuiet": {"Fn::Not": [{"Condition": "IsLoud"}]},
        "Both": {"Fn::And": [{"Condition": "IsLoud"}, {"Condition": "IsQuiet"}]},
        "Either": {"Fn::Or": [{"Condition": "IsLoud"}, {"Condition": "IsQuiet"}]},
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": {"Fn::Sub": "r-${Name}"}}},
        "Topic": {"Type": "AWS::SNS::Topic", "Condition": "IsLoud"},
        "Strange": {"Type": "AWS::Strange::Thing"},
    },
}


def evaluated(node: Any, **parameters: str) -> Any:
    given = {"Name": "n", "Loud": "no"} | parameters
    return Evaluation(TEMPLATE, "stack", given, PLACE).value(node)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Name"}, "n"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "Role"}, "r-n"),
        ({"Ref": "Bucket"}, "stack-bucket-1a2b3c4d5e6f"),
        ({"Ref": "Topic"}, "arn:aws:sns:eu-west-1:123456789012:stack-Topic-1A2B3C4D5E6F"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "arn:aws:iam::123456789012:role/r-n"),
        ({"Fn::GetAtt": ["Role", "Id"]}, "r-n"),
        ({"Fn::GetAtt": "Role.Arn"}, "arn:aws:iam::123456789012:role/r-n"),
        (
            {"Fn::Sub": "${Name}/${Role.Arn}/${!Name}"},
            "n/arn:aws:iam::123456789012:role/r-n/${Name}",
        ),
        ({"Fn::Sub": ["${Own}-${Name}", {"Own": {"Ref": "Loud"}}]}, "no-n"),
        ({"Fn::If": ["IsLoud", "a", {"Ref": "Name"}]}, "n"),
        ({"Fn::If": ["IsQuiet", "a", "b"]}, "a"),
        ({"Fn::If": ["Both", "a", "b"]}, "b"),
        ({"Fn::If": ["Either", "a", "b"]}, "a"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-n"),
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::FindInMap": ["Sizes", "small", "memory"]}, 128),
        (["a", {"Ref": "AWS::NoValue"}, "b"], ["a", "b"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
    ],
)
def test_functions(node: Any, value: Any) -> None:
    """Each gives what CloudFormation's gives."""
    assert evaluated(node) == value


def test_resources_are_those_whose_condition_holds() -> None:
    """A topic only where it is loud."""
    quiet = Evaluation(TEMPLATE, "s", {"Name": "n", "Loud": "no"}, PLACE).resources()
    loud = Evaluation(TEMPLATE, "s", {"Name": "n", "Loud": "yes"}, PLACE).resources()

    assert set(loud) - set(quiet) == {"Topic"}


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"Ref": "Nobody"}, "no resource or parameter 'Nobody'"),
        ({"Fn::GetAtt": ["Bucket", "WebsiteURL"]}, "known once the stack exists"),
        ({"Fn::GetAtt": ["Strange", "Arn"]}, "AWS::Strange::Thing"),
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue can't be evaluated"),
        ({"Fn::If": ["Nobody", 1, 2]}, "no condition 'Nobody'"),
        ({"Fn::FindInMap": ["Sizes", "large", "memory"]}, "the mappings have no 'large'"),
    ],
)
def test_what_can_not_be_evaluated_is_told(node: Any, said: str) -> None:
    """By name, instead of being taken for something."""
    with pytest.raises(RehearsalError, match=said.replace("(", r"\(")):
        evaluated(node)


def test_parameters_have_defaults() -> None:
    """What is given wins."""
    assert arguments(TEMPLATE, {"Name": "n"}) == {"Name": "n", "Loud": "no"}


@pytest.mark.parametrize(
    ("about", "given", "said"),
    [
        ({}, {}, "the parameter P must be given"),
        ({}, {"P": "p", "Q": "q"}, "no parameter 'Q'"),
        ({"AllowedValues": ["a"]}, {"P": "b"}, "can't be 'b'"),
        ({"AllowedPattern": "[a-z]+"}, {"P": "B"}, "can't be 'B'"),
    ],
)
def test_a_wrong_parameter_is_told(about: Any, given: dict[str, str], said: str) -> None:
    """As CloudFormation would."""
    with pytest.raises(RehearsalError, match=said):
        arguments({"Parameters": {"P": about}}, given)
