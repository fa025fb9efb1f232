"""What a change set would do is read, shown, and held against what may be lost."""

from __future__ import annotations

from typing import Any

import pytest

from pactwright.deploy.approval import Approval
from pactwright.deploy.changes import Change, ChangeSet, read
from pactwright.deploy.errors import DataLoss

TABLE = "AWS::DynamoDB::Table"
STAYS = "the one there stays, outside of the stack"
GOES = "the one there goes"


def change(action: str, kind: str = TABLE, **given: Any) -> dict[str, Any]:
    """One of DescribeChangeSet's answer."""
    about = {"Action": action, "LogicalResourceId": "Table", "ResourceType": kind}
    return {"Type": "Resource", "ResourceChange": about | given}


def only(given: dict[str, Any]) -> Change:
    """How it is read."""
    (found,) = read([{"Changes": [given]}])
    return found


def detail(name: str, **given: Any) -> dict[str, Any]:
    """What of a resource changes."""
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": "Never"}
    inner = {key: given.pop(key) for key in ("BeforeValue", "AfterValue", "Path") if key in given}
    return {"Target": target | inner, **given}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (change("Add"), f"+ add       Table                    {TABLE}"),
        (
            change("Modify", Replacement="False", Details=[detail("Tags"), detail("Tags")]),
            f"~ modify    Table                    {TABLE}  Tags",
        ),
        (
            change("Modify", Replacement="True", PolicyAction="ReplaceAndRetain"),
            f"! replace   Table                    {TABLE}  {STAYS}",
        ),
        (
            change("Modify", Replacement="Conditional", Details=[detail("KeySchema")]),
            f"! replace?  Table                    {TABLE}  KeySchema",
        ),
        (
            change("Remove", PolicyAction="Delete"),
            f"- remove    Table                    {TABLE}  {GOES}",
        ),
        (
            change("Remove", PolicyAction="Snapshot"),
            f"- remove    Table                    {TABLE}  {GOES}, after a snapshot of it",
        ),
        (change("Dynamic"), f"? dynamic?  Table                    {TABLE}"),
    ],
)
def test_a_change_is_a_line(given: dict[str, Any], line: str) -> None:
    """What is done, to what, what of it changes, and what becomes of the one there."""
    assert str(only(given)) == line


def test_short_values_are_shown_before_and_after() -> None:
    """Others by the property's name, with what makes it change."""
    found = only(
        change(
            "Modify",
            Details=[
                detail("X", Path="/Properties/MemorySize", BeforeValue="512", AfterValue="1024"),
                detail("Code", CausingEntity="BundleKey"),
                detail("Policy", BeforeValue="{" * 50, AfterValue="}" * 50),
            ],
        )
    )

    assert found.details == ("MemorySize: 512 → 1024", "Code (by BundleKey)", "Policy")


def test_what_would_be_lost_is_shown_first() -> None:
    """Whatever CloudFormation's order is."""
    pages = [
        {"Changes": [change("Add", LogicalResourceId="First")]},
        {"Changes": [change("Remove", LogicalResourceId="Last")]},
    ]

    assert [each.resource for each in read(pages)] == ["Last", "First"]


@pytest.mark.parametrize(
    ("given", "loses"),
    [
        (change("Remove"), True),
        (change("Remove", PolicyAction="Retain"), True),  # the service gets an empty one
        (change("Modify", Replacement="True"), True),
        (change("Modify", Replacement="Conditional"), True),
        (change("Modify", Replacement="False"), False),
        (change("Add"), False),
        (change("Remove", "AWS::SecretsManager::Secret"), True),
        (change("Remove", "AWS::KMS::Key"), True),
        (change("Remove", "AWS::Lambda::Version"), False),
        (change("Modify", "AWS::ApiGateway::Deployment", Replacement="True"), False),
    ],
)
def test_data_is_lost_with_what_holds_it(given: dict[str, Any], loses: bool) -> None:
    """Where it is removed, replaced, or may be."""
    assert only(given).loses_data is loses


def test_a_change_set_is_shown_with_its_stack() -> None:
    """And with a warning where the stack was changed by hand."""
    lines = list(ChangeSet("s", (Change("A", "B", "add"),), is_new=False, drifted=True).lines())

    assert lines[0] == "s is there and is changed: 1 resource"
    assert "changed by hand" in lines[2]
    assert list(ChangeSet("s", (), is_new=True).lines()) == [
        "s is made: 0 resources",
        "  only its parameters, outputs or tags change",
    ]


def approval(shown: list[str], *losses: str, answer: bool = True) -> Approval:
    """An approval by somebody who always says the same."""
    return Approval(
        show=shown.append,
        ask=lambda _: answer,
        names={"project-staging-location": "location"},
        losses=frozenset(losses),
    )


CHANGES = ChangeSet("project-staging-location", (Change("Table", TABLE, "replace"),), is_new=False)


def test_a_change_that_loses_data_is_refused_before_it_is_asked_for() -> None:
    """The option that allows it is told; it names the resource."""
    shown: list[str] = []

    with pytest.raises(DataLoss, match=r"add --allow-data-loss location\.Table$"):
        approval(shown)(CHANGES)
    assert len(shown) == 2


@pytest.mark.parametrize("losses", [["Table"], ["profile.Table"], ["location.Tables"]])
def test_only_the_very_resource_may_be_lost(losses: list[str]) -> None:
    """Not one of another stack or of another name."""
    with pytest.raises(DataLoss):
        approval([], *losses)(CHANGES)


@pytest.mark.parametrize("answer", [True, False])
def test_a_loss_that_is_allowed_is_asked_for(answer: bool) -> None:
    """As any other change."""
    assert approval([], "location.Table", answer=answer)(CHANGES) is answer
