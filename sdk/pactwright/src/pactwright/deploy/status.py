"""What runs where: the stacks of an environment, and which bundle each service runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pactwright.deploy.account import Clients
from pactwright.deploy.environments import stack_name
from pactwright.deploy.live import live_digest, live_versions
from pactwright.deploy.parameters import PLATFORM
from pactwright.deploy.placing import digest_in
from pactwright.deploy.stacks import Stacks
from pactwright.schema.project import Project

_ABSENT: Final = "not there"
_HEADS: Final = ("", "stack", "changed", "bundle", "version", "URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A stack of an environment.

    Attributes:
        name: a service, or the platform.
        stack: the stack's name.
        state: CloudFormation's word, or that there is none.
        changed: when it was last changed, in ISO 8601; "" if it is not there.
        digest: of the bundle that it was last given; "" for the platform.
        live: of the bundle that the alias leads to, which is another where somebody pointed it
            elsewhere; "" if there is no alias.
        versions: the function's versions that the alias leads to, with the share of each: a canary
            has two.
        url: where the service answers.
    """

    name: str
    stack: str
    state: str = _ABSENT
    changed: str = ""
    digest: str = ""
    live: str = ""
    versions: Mapping[str, float] = field(default_factory=dict)
    url: str = ""


def status(project: Project, environment: str, stacks: Stacks, clients: Clients) -> list[Status]:
    """The stacks of an environment, the platform's first.

    Raises:
        AccountError: the function's alias can't be asked for.
        StackError: CloudFormation can't be asked.
    """
    names = (PLATFORM, *project.services)
    return [
        _status(name, stack_name(project, environment, name), stacks, clients) for name in names
    ]


def table(found: Sequence[Status]) -> Iterator[str]:
    """The stacks for a terminal: each on a line."""
    rows = [_HEADS, *(_row(each) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _status(name: str, stack: str, stacks: Stacks, clients: Clients) -> Status:
    described = stacks.describe(stack)
    if described is None:
        return Status(name=name, stack=stack)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}
    given = {each["ParameterKey"]: each["ParameterValue"] for each in described["Parameters"]}
    changed = described.get("LastUpdatedTime", described["CreationTime"])
    function = outputs.get("FunctionName")
    return Status(
        name=name,
        stack=stack,
        state=described["StackStatus"],
        changed=changed.isoformat(timespec="seconds"),
        digest=digest_in(given.get("BundleKey", "")),
        live=live_digest(function, clients("lambda")) if function else "",
        versions=live_versions(function, clients("lambda")) if function else {},
        url=outputs.get("ApiUrl", ""),
    )


def _row(each: Status) -> tuple[str, ...]:
    versions = ", ".join(
        version if share == 1 else f"{version} ({share:.0%})"
        for version, share in each.versions.items()
    )
    bundle = (each.live or each.digest)[:12]
    if each.live not in ("", each.digest):
        bundle += f" (the stack: {each.digest[:12]})"
    return (each.name, each.state, each.changed, bundle, versions, each.url)
