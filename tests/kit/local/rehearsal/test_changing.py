"""Change sets are made and executed as CodePipeline does it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pactwright.local.rehearsal.changing import Changes
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.structure import Action

TEMPLATE = {"Parameters": {"Needed": {"Type": "String"}, "Other": {"Default": "o"}}}
NO_CHANGE = "The submitted information didn't contain changes."


class CloudFormation:
    """One stack: what becomes of its change sets is told before."""

    def __init__(
        self, *, up: bool = False, refusal: str = "", end: str = "CREATE_COMPLETE"
    ) -> None:
        self.status = "CREATE_COMPLETE" if up else None
        self.refusal = refusal
        self.end = end
        self.made: dict[str, Any] = {}
        self.executed = 0

    def describe_stacks(self, **_: Any) -> Any:
        if self.status is None:
            error: Any = {"Error": {"Code": "ValidationError", "Message": "it does not exist"}}
            raise ClientError(error, "DescribeStacks")
        outputs = [{"OutputKey": "ApiUrl", "OutputValue": "https://a"}]
        return {"Stacks": [{"StackStatus": self.status, "Outputs": outputs}]}

    def delete_change_set(self, **_: Any) -> None:
        self.made = {}

    def create_change_set(self, **given: Any) -> None:
        self.made = given

    def describe_change_set(self, **_: Any) -> Any:
        status = "FAILED" if self.refusal else "CREATE_COMPLETE"
        return {"Status": status, "StatusReason": self.refusal}

    def execute_change_set(self, **_: Any) -> None:
        self.executed += 1
        self.status = self.end


def action(mode: str = "CHANGE_SET_REPLACE", **more: str) -> Action:
    given = {"ActionMode": mode, "StackName": "s", "ChangeSetName": "c"}
    if mode == "CHANGE_SET_REPLACE":
        given |= {"TemplatePath": "Built::template.json", "RoleArn": "arn:role"}
    return Action("Staging", "Change", "Deploy", "CloudFormation", 1, given | more)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE))
    return tmp_path


def changes(stack: CloudFormation) -> Changes:
    return Changes(lambda _: stack, "store", sleep=lambda _: None, patience=3)


def carry_out(stack: CloudFormation, built: Path, made: Action) -> Mapping[str, str]:
    return changes(stack).carry_out(made, {"Built": built})


def given(stack: CloudFormation) -> dict[str, str]:
    return {each["ParameterKey"]: each["ParameterValue"] for each in stack.made["Parameters"]}


def test_parameters_come_from_configuration_and_overrides(built: Path) -> None:
    """The overrides win, and may name a value in a file of an artifact."""
    stack = CloudFormation()
    configuration = {"Parameters": {"Needed": "n", "Other": "1"}, "Tags": {"team": "t"}}
    (built / "parameters.json").write_text(json.dumps(configuration))
    (built / "more.json").write_text('{"key": "2"}')
    overrides = json.dumps({"Other": {"Fn::GetParam": ["Built", "more.json", "key"]}})

    carry_out(
        stack,
        built,
        action(
            TemplateConfiguration="Built::parameters.json",
            ParameterOverrides=overrides,
            Capabilities="CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND",
        ),
    )

    assert given(stack) == {"Needed": "n", "Other": "2"}
    assert stack.made["Tags"] == [{"Key": "team", "Value": "t"}]
    assert stack.made["Capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert stack.made["RoleARN"] == "arn:role"


@pytest.mark.parametrize(("up", "kind"), [(False, "CREATE"), (True, "UPDATE")])
def test_a_stack_is_made_or_updated(built: Path, *, up: bool, kind: str) -> None:
    """As CHANGE_SET_REPLACE does it."""
    stack = CloudFormation(up=up)

    carry_out(stack, built, action(ParameterOverrides='{"Needed": "n"}'))

    assert stack.made["ChangeSetType"] == kind


@pytest.mark.parametrize(
    ("configuration", "overrides", "said"),
    [
        ({"Parameters": {"Needed": 1}}, {}, r"Parameters\.Needed must be a text"),
        ({"Params": {}}, {}, "'Params'"),
        ({}, {}, "nothing gives the template's parameters Needed"),
        ({"Parameters": {"Needed": "n", "X": "x"}}, {}, "has no parameters X"),
        ({}, {"Needed": 1}, "Needed is neither a text nor"),
        ({}, {"Needed": {"Fn::GetParam": ["Built", "no.json", "k"]}}, "no file no.json"),
    ],
)
def test_wrong_parameters_are_told(
    built: Path, configuration: Any, overrides: Any, said: str
) -> None:
    """The emulator would take them."""
    (built / "parameters.json").write_text(json.dumps(configuration))
    made = action(
        TemplateConfiguration="Built::parameters.json", ParameterOverrides=json.dumps(overrides)
    )

    with pytest.raises(RehearsalError, match=said):
        carry_out(CloudFormation(), built, made)


@pytest.mark.parametrize("text", ["not json", "[]"])
def test_what_is_no_json_object_is_told(built: Path, text: str) -> None:
    """By the setting's name."""
    (built / "parameters.json").write_text(text)

    with pytest.raises(RehearsalError, match="TemplateConfiguration"):
        carry_out(CloudFormation(), built, action(TemplateConfiguration="Built::parameters.json"))


def test_a_change_set_without_changes_is_no_failure(built: Path) -> None:
    """And nothing is executed then."""
    stack = CloudFormation(up=True, refusal=NO_CHANGE)
    made = changes(stack)

    made.carry_out(action(ParameterOverrides='{"Needed": "n"}'), {"Built": built})
    outputs = made.carry_out(action("CHANGE_SET_EXECUTE"), {})

    assert outputs == {"ApiUrl": "https://a"}
    assert stack.executed == 0


def test_a_refused_change_set_is_told(built: Path) -> None:
    """With CloudFormation's reason."""
    stack = CloudFormation(refusal="Template error")

    with pytest.raises(RehearsalError, match="Template error"):
        carry_out(stack, built, action(ParameterOverrides='{"Needed": "n"}'))


@pytest.mark.parametrize(
    ("end", "said"),
    [("ROLLBACK_COMPLETE", "is now ROLLBACK_COMPLETE"), ("CREATE_IN_PROGRESS", "still not done")],
)
def test_a_stack_that_fails_is_told(end: str, said: str) -> None:
    """Also one that never ends."""
    with pytest.raises(RehearsalError, match=said):
        changes(CloudFormation(up=True, end=end)).carry_out(action("CHANGE_SET_EXECUTE"), {})
