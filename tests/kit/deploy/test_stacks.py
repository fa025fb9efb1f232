"""Stacks are created and updated by change set, and failures are told in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pactwright.deploy.errors import StackError
from pactwright.deploy.stacks import Stacks

Event = tuple[str, str, str]


@dataclass
class FakeCloudFormation:
    """As much of CloudFormation as a deployment sees. What an execution does is told beforehand."""

    status: str | None = None
    """Of the only stack; None if there is none."""
    ends: str = "CREATE_COMPLETE"
    """The status that an executed change set leads to."""
    happens: tuple[Event, ...] = ()
    """The events of the execution: logical id, status, reason."""
    refusal: str | None = None
    """Why change sets fail."""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        if self.status is None:
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": "Stack with id s does not exist"}},
                "DescribeStacks",
            )
        outputs = [{"OutputKey": "ApiUrl", "OutputValue": "https://a"}]
        return {"Stacks": [{"StackStatus": self.status, "Outputs": outputs}]}

    def create_change_set(self, **given: Any) -> dict[str, str]:
        self.calls.append(("create_change_set", given))
        self.status = self.status or "REVIEW_IN_PROGRESS"
        return {"Id": "change"}

    def describe_change_set(self, **_: Any) -> dict[str, str]:
        if self.refusal:
            return {"Status": "FAILED", "StatusReason": self.refusal}
        return {"Status": "CREATE_COMPLETE"}

    def execute_change_set(self, **given: Any) -> None:
        self.calls.append(("execute_change_set", given))
        for name, status, reason in self.happens:
            self.tell(name, status, reason)
        self.status = self.ends

    def delete_change_set(self, **given: Any) -> None:
        self.calls.append(("delete_change_set", given))

    def delete_stack(self, **given: Any) -> None:
        self.calls.append(("delete_stack", given))
        self.status = None

    def get_paginator(self, _: str) -> FakeCloudFormation:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"StackEvents": self.events[::-1]}]

    def tell(self, name: str, status: str, reason: str = "") -> None:
        event = {
            "EventId": str(len(self.events)),
            "LogicalResourceId": name,
            "ResourceStatus": status,
        }
        self.events.append(event | {"ResourceStatusReason": reason, "ResourceType": "AWS::X::Y"})

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def stacks(cloudformation: FakeCloudFormation, **settings: Any) -> Stacks:
    """Stacks that do not wait."""
    return Stacks(cloudformation, sleep=lambda _: None, **settings)


def test_a_new_stack_is_created() -> None:
    """By a change set of that type, with parameters; its outputs come back."""
    cloudformation = FakeCloudFormation()

    outputs = stacks(cloudformation).deploy("s", "{}", {"A": "1"})

    assert outputs == {"ApiUrl": "https://a"}
    given = cloudformation.calls[0][1]
    assert given["ChangeSetType"] == "CREATE"
    assert given["TemplateBody"] == "{}"
    assert given["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "1"}]


def test_a_stack_that_is_there_is_updated() -> None:
    """By a change set of that type."""
    cloudformation = FakeCloudFormation(status="UPDATE_COMPLETE", ends="UPDATE_COMPLETE")

    stacks(cloudformation).deploy("s", "{}", {})

    assert cloudformation.calls[0][1]["ChangeSetType"] == "UPDATE"


def test_a_stack_left_in_review_is_created() -> None:
    """An earlier change set that was never executed leaves it so."""
    cloudformation = FakeCloudFormation(status="REVIEW_IN_PROGRESS")

    stacks(cloudformation).deploy("s", "{}", {})

    assert cloudformation.calls[0][1]["ChangeSetType"] == "CREATE"


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit …",
        "No updates are to be performed.",
    ],
)
def test_no_change_is_no_failure(reason: str) -> None:
    """The empty change set is removed, the outputs come back."""
    lines: list[str] = []
    cloudformation = FakeCloudFormation(status="CREATE_COMPLETE", refusal=reason)

    assert stacks(cloudformation, progress=lines.append).deploy("s", "{}", {}) == {
        "ApiUrl": "https://a"
    }
    assert cloudformation.names() == ["create_change_set", "delete_change_set"]
    assert lines == ["s: no change"]


def test_a_refused_change_set_tells_why() -> None:
    """Nothing is executed."""
    cloudformation = FakeCloudFormation(refusal="Transform failed: no such property")

    with pytest.raises(StackError, match="Transform failed"):
        stacks(cloudformation).deploy("s", "{}", {})
    assert "execute_change_set" not in cloudformation.names()


def test_a_rolled_back_stack_names_the_causes() -> None:
    """What failed and why, the first cause first; not what was cancelled because of it."""
    cloudformation = FakeCloudFormation(
        status="UPDATE_COMPLETE",
        ends="UPDATE_ROLLBACK_COMPLETE",
        happens=(
            ("Table", "UPDATE_FAILED", "Table name taken"),
            ("Role", "UPDATE_FAILED", "Resource update cancelled"),
            ("s", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed"),
        ),
    )
    cloudformation.tell("Old", "CREATE_FAILED", "of an earlier run")

    with pytest.raises(StackError) as caught:
        stacks(cloudformation).deploy("s", "{}", {})

    assert caught.value.failures == (("Table", "AWS::X::Y", "Table name taken"),)
    assert str(caught.value) == (
        "stack s: failed and is now UPDATE_ROLLBACK_COMPLETE\n  Table (AWS::X::Y): Table name taken"
    )


def test_what_is_left_of_a_failed_creation_is_removed_first() -> None:
    """CloudFormation can't update a stack that was rolled back at its creation."""
    cloudformation = FakeCloudFormation(status="ROLLBACK_COMPLETE")

    stacks(cloudformation).deploy("s", "{}", {})

    assert cloudformation.names() == ["delete_stack", "create_change_set", "execute_change_set"]
    assert cloudformation.calls[1][1]["ChangeSetType"] == "CREATE"


def test_resources_are_told_as_they_are_done() -> None:
    """A line each, in order."""
    lines: list[str] = []
    happens = (
        ("A", "CREATE_IN_PROGRESS", ""),
        ("A", "CREATE_COMPLETE", ""),
        ("s", "CREATE_COMPLETE", ""),
    )

    stacks(FakeCloudFormation(happens=happens), progress=lines.append).deploy("s", "{}", {})

    assert lines == ["s: A CREATE_COMPLETE"]


def test_a_long_template_goes_through_the_bucket() -> None:
    """CloudFormation takes 51,200 bytes in a request, not characters."""
    cloudformation = FakeCloudFormation()
    template = "é" * 25_601

    stacks(cloudformation, upload=lambda text: f"https://b/{len(text)}").deploy("s", template, {})

    assert cloudformation.calls[0][1]["TemplateURL"] == "https://b/25601"


def test_a_change_that_never_ends_is_given_up() -> None:
    """After the time that the caller allows."""
    cloudformation = FakeCloudFormation(ends="CREATE_IN_PROGRESS")

    with pytest.raises(StackError, match="still not done after 4 s"):
        stacks(cloudformation, patience=4, interval=2).deploy("s", "{}", {})


def test_an_unreachable_account_is_a_stack_error() -> None:
    """No library's error comes through."""

    class Unreachable(FakeCloudFormation):
        def describe_stacks(self, **_: Any) -> dict[str, Any]:
            raise EndpointConnectionError(endpoint_url="https://cloudformation")

    with pytest.raises(StackError, match="https://cloudformation"):
        stacks(Unreachable()).deploy("s", "{}", {})
