"""What a change set would do, resource by resource, and which of it would lose data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

KEEPERS: Final = frozenset(
    {
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EFS::FileSystem",
        "AWS::KMS::Key",  # without it, what it encrypted is lost
        "AWS::Kinesis::Stream",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
)
"""The types of resources that hold what no deployment can make again."""

_SIGNS: Final = {"add": "+", "modify": "~", "replace": "!", "remove": "-", "import": ">"}
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Change:
    """What a change set would do to one resource.

    Attributes:
        resource: its logical id.
        kind: its type.
        action: `add`, `modify`, `replace`, `remove`, or another of CloudFormation's in lower case.
        certain: False where CloudFormation can't tell yet whether it must be replaced.
        details: what of it changes.
        fate: of the resource that is there, where it is replaced or removed; "" if that isn't
            known.
    """

    resource: str
    kind: str
    action: str
    certain: bool = True
    details: tuple[str, ...] = ()
    fate: str = ""

    @property
    def loses_data(self) -> bool:
        """Whether what the resource holds is lost to the service, even if it stays somewhere."""
        return self.kind in KEEPERS and self.action in ("replace", "remove")

    def __str__(self) -> str:
        sign = _SIGNS.get(self.action, "?")
        action = self.action if self.certain else f"{self.action}?"
        details = [*self.details, *([self.fate] if self.fate else [])]
        said = f"  {'; '.join(details)}" if details else ""
        return f"{sign} {action:<9} {self.resource:<24} {self.kind}{said}"


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change that is ready to be made.

    Attributes:
        stack: the stack's name.
        changes: what would be lost first.
        is_new: whether the stack is made by it.
        drifted: whether the stack was found to be other than its template when that was looked at.
    """

    stack: str
    changes: tuple[Change, ...]
    is_new: bool
    drifted: bool = False

    def lines(self) -> Iterator[str]:
        """The change for a terminal: each resource on a line."""
        count = len(self.changes)
        what = "is made" if self.is_new else "is there and is changed"
        yield f"{self.stack} {what}: {count} {'resource' if count == 1 else 'resources'}"
        yield from (f"  {change}" for change in self.changes)
        if not self.changes:
            yield "  only its parameters, outputs or tags change"
        if self.drifted:
            yield "  It was changed by hand since its last deployment (drift); that is undone only"
            yield "  where the template changes too. See the stack's drift in CloudFormation."


def read(pages: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes in the pages of DescribeChangeSet's answer, what would be lost first."""
    found = [
        _change(each["ResourceChange"])
        for page in pages
        for each in page.get("Changes", ())
        if "ResourceChange" in each
    ]
    return tuple(sorted(found, key=lambda change: not change.loses_data))


def _change(given: Mapping[str, Any]) -> Change:
    replacement = given.get("Replacement", "False")
    action = str(given["Action"]).lower()
    if action == "modify" and replacement != "False":
        action = "replace"
    return Change(
        resource=given["LogicalResourceId"],
        kind=given.get("ResourceType", ""),
        action=action,
        certain=replacement != "Conditional" and action != "dynamic",
        details=tuple(dict.fromkeys(_details(given))),
        fate=_fate(given.get("PolicyAction", "")),
    )


def _fate(policy: str) -> str:
    if "Retain" in policy:
        return "the one there stays, outside of the stack"
    if "Snapshot" in policy:
        return "the one there goes, after a snapshot of it"
    return "the one there goes" if policy else ""


def _details(given: Mapping[str, Any]) -> Iterator[str]:
    """Each property that changes, by its name, with its values where these are short."""
    for detail in given.get("Details", ()):
        target = detail.get("Target", {})
        attribute = target.get("Attribute", "")
        name = target.get("Path", "").removeprefix("/Properties/") or target.get("Name", attribute)
        before, after = target.get("BeforeValue"), target.get("AfterValue")
        if before is not None and after is not None and len(before + after) <= _LONGEST:
            yield f"{name}: {before} → {after}"
        elif cause := detail.get("CausingEntity"):
            yield f"{name} (by {cause})"
        else:
            yield name
