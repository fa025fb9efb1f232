"""Stacks are created and updated by change set, and failures are told in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pactwright.deploy.changes import ChangeSet
from pactwright.deploy.errors import Busy, Declined, Failure, StackError
from pactwright.deploy.stacks import Stacks

Event = tuple[str, str, str]


def refusal(operation: str, code: str = "ValidationError", message: str = "no") -> ClientError:
    """An answer of AWS's that is an error."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


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
    changes: tuple[Mapping[str, Any], ...] = ()
    """What a change set would do."""
    drift: str = "NOT_CHECKED"
    deletes_to: str | None = None
    """The status that a deletion leads to."""
    fails: dict[str, list[Exception]] = field(default_factory=dict)
    """What calls raise, by operation, one after the other."""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        self._fail("describe_stacks")
        if self.status is None:
            raise refusal("DescribeStacks", message="Stack with id s does not exist")
        outputs = [{"OutputKey": "ApiUrl", "OutputValue": "https://a"}]
        drift = {"StackDriftStatus": self.drift}
        return {
            "Stacks": [{"StackStatus": self.status, "Outputs": outputs, "DriftInformation": drift}]
        }

    def create_change_set(self, **given: Any) -> dict[str, str]:
        self._fail("create_change_set")
        self.calls.append(("create_change_set", given))
        self.status = self.status or "REVIEW_IN_PROGRESS"
        return {"Id": "change"}

    def describe_change_set(self, **_: Any) -> dict[str, str]:
        if self.refusal:
            return {"Status": "FAILED", "StatusReason": self.refusal}
        return {"Status": "CREATE_COMPLETE"}

    def execute_change_set(self, **given: Any) -> None:
        self._fail("execute_change_set")
        self.calls.append(("execute_change_set", given))
        self.tell("s", self.ends.partition("_")[0] + "_IN_PROGRESS", "User Initiated")
        for name, status, reason in self.happens:
            self.tell(name, status, reason)
        self.status = self.ends

    def delete_change_set(self, **given: Any) -> None:
        self.calls.append(("delete_change_set", given))

    def delete_stack(self, **given: Any) -> None:
        self.calls.append(("delete_stack", given))
        self.status = self.deletes_to

    def get_paginator(self, operation: str) -> Pages:
        return Pages(self, operation)

    def tell(self, name: str, status: str, reason: str = "") -> None:
        event = {
            "EventId": str(len(self.events)),
            "LogicalResourceId": name,
            "ResourceStatus": status,
        }
        self.events.append(event | {"ResourceStatusReason": reason, "ResourceType": "AWS::X::Y"})

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    def _fail(self, operation: str) -> None:
        if waiting := self.fails.get(operation):
            raise waiting.pop(0)


@dataclass(frozen=True)
class Pages:
    """Pages of one entry each, as an account with a long history has them."""

    cloudformation: FakeCloudFormation
    operation: str

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        self.cloudformation._fail(self.operation)
        if self.operation == "describe_change_set":
            yield from ({"Changes": [change]} for change in self.cloudformation.changes)
        else:
            yield from ({"StackEvents": [event]} for event in self.cloudformation.events[::-1])


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

    assert caught.value.failures == (Failure("Table", "AWS::X::Y", "Table name taken"),)
    assert caught.value.status == "UPDATE_ROLLBACK_COMPLETE"
    assert str(caught.value) == (
        "stack s: the change was rolled back; all is as it was before, and serves "
        "(UPDATE_ROLLBACK_COMPLETE)\n"
        "  the first cause: Table (AWS::X::Y): Table name taken\n"
        "  what to do: mend the cause and deploy again"
    )


def test_a_rollback_that_fails_tells_what_kept_it_and_how_to_go_on() -> None:
    """After the cause of the rollback itself."""
    cloudformation = FakeCloudFormation(
        status="UPDATE_COMPLETE",
        ends="UPDATE_ROLLBACK_FAILED",
        happens=(
            ("Function", "UPDATE_FAILED", "no such code"),
            ("s", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed: [Function]"),
            ("Role", "UPDATE_FAILED", "not allowed"),
            ("s", "UPDATE_ROLLBACK_FAILED", "The following resource(s) failed: [Role]"),
        ),
    )

    with pytest.raises(StackError) as caught:
        stacks(cloudformation).deploy("s", "{}", {})

    assert str(caught.value).splitlines()[1:3] == [
        "  the first cause: Function (AWS::X::Y): no such code",
        "  then: while rolling back, Role (AWS::X::Y): not allowed",
    ]
    assert "continue-update-rollback --stack-name s" in str(caught.value)


def test_a_failure_that_is_no_resources_is_told_too() -> None:
    """An output that can't be resolved fails the stack as a whole."""
    cloudformation = FakeCloudFormation(
        ends="ROLLBACK_COMPLETE", happens=(("s", "CREATE_FAILED", "no attribute Arm of Table"),)
    )

    with pytest.raises(StackError, match="no attribute Arm of Table"):
        stacks(cloudformation).deploy("s", "{}", {})


def test_a_canary_that_was_rolled_back_leads_to_its_alarms() -> None:
    """They ended it; the logs say what went wrong."""
    cloudformation = FakeCloudFormation(
        status="UPDATE_COMPLETE",
        ends="UPDATE_ROLLBACK_COMPLETE",
        happens=(("FunctionAliaslive", "UPDATE_FAILED", "alarm AliasErrors"),),
    )
    original = cloudformation.tell

    def tell(name: str, status: str, reason: str = "") -> None:
        original(name, status, reason)
        cloudformation.events[-1]["ResourceType"] = "AWS::Lambda::Alias"

    cloudformation.tell = tell  # type: ignore[method-assign]

    with pytest.raises(StackError, match="what to do: look at the alarms that end a canary"):
        stacks(cloudformation).deploy("s", "{}", {})


def test_what_is_left_of_a_failed_creation_is_removed_first() -> None:
    """CloudFormation can't update a stack that was rolled back at its creation."""
    cloudformation = FakeCloudFormation(status="ROLLBACK_COMPLETE")

    stacks(cloudformation).deploy("s", "{}", {})

    assert cloudformation.names() == ["delete_stack", "create_change_set", "execute_change_set"]
    assert cloudformation.calls[1][1]["ChangeSetType"] == "CREATE"


def test_what_can_not_be_removed_is_told() -> None:
    """Nothing is deployed over it."""
    cloudformation = FakeCloudFormation(status="ROLLBACK_FAILED", deletes_to="DELETE_FAILED")

    with pytest.raises(StackError, match=r"could not be \(DELETE_FAILED\)"):
        stacks(cloudformation).deploy("s", "{}", {})
    assert cloudformation.names() == ["delete_stack"]


@pytest.mark.parametrize(
    "status", ["UPDATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"]
)
def test_two_deployments_of_a_stack_do_not_meet(status: str) -> None:
    """The second says that the first is at work."""
    cloudformation = FakeCloudFormation(status=status)

    with pytest.raises(Busy, match=rf"another deployment is at work on it \({status}\)"):
        stacks(cloudformation).deploy("s", "{}", {})
    assert cloudformation.names() == []


@pytest.mark.parametrize("operation", ["create_change_set", "execute_change_set"])
def test_a_stack_that_becomes_busy_meanwhile_is_told_so(operation: str) -> None:
    """Whatever CloudFormation's own words for that are."""

    class Racing(FakeCloudFormation):
        def _fail(self, called: str) -> None:
            if called == operation:
                self.status = "UPDATE_IN_PROGRESS"
            super()._fail(called)

    cloudformation = Racing(status="UPDATE_COMPLETE", fails={operation: [refusal(operation)]})

    with pytest.raises(Busy):
        stacks(cloudformation).deploy("s", "{}", {})


def test_a_change_set_that_another_deployment_made_obsolete_is_told() -> None:
    """That one is done already; nothing was changed by this one."""
    stale = refusal("ExecuteChangeSet", "InvalidChangeSetStatus", "[OBSOLETE]")
    cloudformation = FakeCloudFormation(
        status="UPDATE_COMPLETE", fails={"execute_change_set": [stale]}
    )

    with pytest.raises(StackError, match=r"(?s)OBSOLETE.*another deployment may have come first"):
        stacks(cloudformation).deploy("s", "{}", {})


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "UPDATE_FAILED"])
def test_a_stack_that_is_stuck_is_not_deployed_to(status: str) -> None:
    """What to do is told, by its name."""
    cloudformation = FakeCloudFormation(status=status)

    with pytest.raises(StackError, match="--stack-name s`") as caught:
        stacks(cloudformation).deploy("s", "{}", {})
    assert caught.value.status == status
    assert cloudformation.names() == []


def test_a_change_that_is_not_approved_leaves_nothing_behind() -> None:
    """Neither the change set nor the empty stack that was made for it."""
    cloudformation = FakeCloudFormation()

    with pytest.raises(Declined):
        stacks(cloudformation, approve=lambda _: False).deploy("s", "{}", {})
    assert cloudformation.names() == ["create_change_set", "delete_change_set", "delete_stack"]


def test_an_interrupted_question_leaves_nothing_behind() -> None:
    """Nor does whatever else keeps it from being answered."""

    def interrupted(_: ChangeSet) -> bool:
        raise KeyboardInterrupt

    cloudformation = FakeCloudFormation(status="UPDATE_COMPLETE")

    with pytest.raises(KeyboardInterrupt):
        stacks(cloudformation, approve=interrupted).deploy("s", "{}", {})
    assert cloudformation.names() == ["create_change_set", "delete_change_set"]


def test_the_whole_change_is_shown() -> None:
    """Each page of it, and that the stack has drifted."""
    changes = tuple(
        {"ResourceChange": {"Action": "Add", "LogicalResourceId": name}} for name in "AB"
    )
    shown: list[ChangeSet] = []
    cloudformation = FakeCloudFormation(
        status="UPDATE_COMPLETE", ends="UPDATE_COMPLETE", changes=changes, drift="DRIFTED"
    )

    def approve(change_set: ChangeSet) -> bool:
        shown.append(change_set)
        return True

    stacks(cloudformation, approve=approve).deploy("s", "{}", {})

    (change_set,) = shown
    assert [change.resource for change in change_set.changes] == ["A", "B"]
    assert change_set.drifted
    assert not change_set.is_new


def test_resources_are_told_as_they_are_done() -> None:
    """A line each, in order, with the reason of what fails."""
    lines: list[str] = []
    happens = (
        ("A", "CREATE_IN_PROGRESS", ""),
        ("A", "CREATE_COMPLETE", ""),
        ("B", "CREATE_FAILED", "taken"),
        ("s", "CREATE_COMPLETE", ""),
    )

    stacks(FakeCloudFormation(happens=happens), progress=lines.append).deploy("s", "{}", {})

    assert lines == ["s: A CREATE_COMPLETE", "s: B CREATE_FAILED: taken"]


@pytest.mark.parametrize("operation", ["describe_stack_events", "describe_stacks"])
@pytest.mark.parametrize(
    "passing",
    [
        refusal("DescribeStackEvents", "Throttling", "Rate exceeded"),
        EndpointConnectionError(endpoint_url="https://cloudformation"),
    ],
)
def test_looking_on_outlasts_what_passes(operation: str, passing: Exception) -> None:
    """A change goes on whether we can see it or not."""

    class Passing(FakeCloudFormation):
        def execute_change_set(self, **given: Any) -> None:
            super().execute_change_set(**given)
            self.fails[operation] = [passing, passing]

    lines: list[str] = []
    cloudformation = Passing(happens=(("A", "CREATE_COMPLETE", ""),))

    outputs = stacks(cloudformation, progress=lines.append).deploy("s", "{}", {})

    assert outputs == {"ApiUrl": "https://a"}
    assert lines == ["s: A CREATE_COMPLETE"]


def test_a_status_of_before_is_not_taken_for_the_end() -> None:
    """CloudFormation may tell it for a moment after it was asked for a change."""

    class Slow(FakeCloudFormation):
        looked = 0

        def execute_change_set(self, **given: Any) -> None:
            self.calls.append(("execute_change_set", given))

        def describe_stacks(self, **given: Any) -> dict[str, Any]:
            if "execute_change_set" in self.names():
                self.looked += 1
            if self.looked == 3:
                self.tell("s", "UPDATE_IN_PROGRESS")
                self.tell("Table", "UPDATE_FAILED", "too small")
                self.status = "UPDATE_ROLLBACK_COMPLETE"
            return super().describe_stacks(**given)

    with pytest.raises(StackError, match="too small"):
        stacks(Slow(status="UPDATE_COMPLETE")).deploy("s", "{}", {})


def test_a_change_that_takes_long_is_told_to_be_at_work() -> None:
    """Each minute; a canary may take hours."""
    lines: list[str] = []
    cloudformation = FakeCloudFormation(ends="CREATE_IN_PROGRESS")

    with pytest.raises(StackError):
        stacks(cloudformation, progress=lines.append, patience=150).deploy("s", "{}", {})
    assert len(lines) == 2
    assert "s: still at it after 6" in lines[0]


def test_stacks_get_tags() -> None:
    """Which CloudFormation passes on to their resources."""
    cloudformation = FakeCloudFormation()

    stacks(cloudformation, tags={"team": "maps"}).deploy("s", "{}", {})

    assert cloudformation.calls[0][1]["Tags"] == [{"Key": "team", "Value": "maps"}]


@pytest.mark.parametrize(
    ("status", "is_up"),
    [
        ("CREATE_COMPLETE", True),
        ("UPDATE_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("ROLLBACK_COMPLETE", False),
        ("REVIEW_IN_PROGRESS", False),
        (None, False),
    ],
)
def test_a_stack_that_was_never_finished_has_no_outputs(status: str | None, is_up: bool) -> None:
    """Nobody is to rely on what is left of it."""
    found = stacks(FakeCloudFormation(status=status)).outputs("s")

    assert (found is not None) is is_up


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
