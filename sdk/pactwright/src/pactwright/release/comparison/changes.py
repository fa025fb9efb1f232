"""Changes, as they are found and as they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pactwright.release.comparison.kinds import Direction, Kind, Verdict
from pactwright.release.comparison.recorded import Recorded
from pactwright.schema.faults import Place

Concern = Callable[[Recorded], bool]
"""Whether a change breaks what was recorded as an interaction."""


def nobody(_: Recorded) -> bool:
    """It breaks no interaction."""
    return False


def everybody(_: Recorded) -> bool:
    """It breaks every interaction of its operation."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One change of one operation.

    Attributes:
        direction: of what was changed: what is asked or what is answered.
        provider: whose document it is in.
        operation: its name; "" for a change of the whole document.
        key: method and path template, by which interactions are the operation's.
        where: what of the operation: ``body.label``, ``200 header.ETag``.
        concern: which interactions it breaks, where it may break any; None where no pact tells.
        relief: which interactions rely on being refused, and are not any more.
        hook: whether it is of what the provider asks of others: only a pact that has the message
            tells whom it breaks.
    """

    kind: Kind
    direction: Direction
    message: str
    old: Place | None
    new: Place | None
    provider: str
    operation: str = ""
    key: tuple[str, str] | None = None
    where: str = ""
    concern: Concern | None = field(default=nobody, compare=False)
    relief: Concern = field(default=nobody, compare=False)
    hook: bool = False

    @property
    def verdict(self) -> Verdict:
        """What it does in principle."""
        return self.kind.value.verdict(self.direction)


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """A consumer that a change breaks in fact.

    Attributes:
        where: what of the operation it relies on.
        interactions: those that show it.
    """

    consumer: str
    provider: str
    operation: str
    where: str
    interactions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.operation} {self.where}".rstrip()


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """Where a change reaches.

    Attributes:
        operation: "" is the whole document.
        where: what of the operation.
    """

    provider: str
    operation: str
    where: str

    def __str__(self) -> str:
        return f"{self.operation or self.provider} {self.where}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the documents, and all that it reaches.

    Attributes:
        old: the place in the old document; None where there is none.
        new: the place in the new document.
        broken: whom it breaks in fact.
        untold: whether there may be others, whom no pact can tell.
    """

    kind: Kind
    direction: Direction
    message: str
    old: Place | None
    new: Place | None
    sites: tuple[Site, ...]
    broken: tuple[Broken, ...] = ()
    untold: bool = False

    @property
    def verdict(self) -> Verdict:
        """What it does in principle."""
        return self.kind.value.verdict(self.direction)

    @property
    def breaks_in_fact(self) -> bool:
        """Whether it breaks somebody; what can't be told does."""
        return self.untold or bool(self.broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding with whom it breaks; `untold`: it may break others, whom no pact can tell."""

    finding: Finding
    broken: tuple[Broken, ...] = ()
    untold: bool = False


def grouped(judged: Iterable[Judged]) -> tuple[Change, ...]:
    """Findings of one cause as one change, in the order in which they were found."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for each in judged:
        found = each.finding
        key = (found.kind, found.direction, found.message, found.old, found.new)
        groups.setdefault(key, []).append(each)
    return tuple(_change(group) for group in groups.values())


def _change(group: list[Judged]) -> Change:
    first = group[0].finding
    sites = dict.fromkeys(
        Site(each.finding.provider, each.finding.operation, each.finding.where) for each in group
    )
    broken = dict.fromkeys(one for each in group for one in each.broken)
    return Change(
        kind=first.kind,
        direction=first.direction,
        message=first.message,
        old=first.old,
        new=first.new,
        sites=tuple(sites),
        broken=tuple(sorted(broken)),
        untold=any(each.untold for each in group),
    )
