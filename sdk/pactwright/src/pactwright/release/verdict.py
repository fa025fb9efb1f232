"""What the gate says: yes, or no with each reason, and what would take it away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

_SHOWN: Final = 12


class Kind(StrEnum):
    """What stands against a deployment."""

    UNKNOWN_BUNDLE = "unknown-bundle"
    """Nothing is on record of the bundle: it was never verified, or is not quite the one."""

    UNVERIFIED = "unverified"
    """A pact was never verified on a bundle that it would run together with."""

    FAILED = "failed"
    """A pact does not hold on a bundle that it would run together with."""

    OTHER_PLATFORM = "other-platform"
    """It was verified on another platform only."""

    DIRTY = "dirty"
    """It was built or verified from sources that are no commit's."""

    NOT_DEPLOYED = "not-deployed"
    """A service that is relied on does not run there."""

    UNKNOWN_PACTS = "unknown-pacts"
    """What a service that runs there relies on is not on record."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stands against a deployment.

    Attributes:
        kind: of which kind, for programs.
        text: what it is, by names, for people.
        commands: what would supply what is missing, in this order.
    """

    kind: Kind
    text: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """A pact that was verified on the bundle that it would run together with."""

    consumer: str
    provider: str
    pact: str
    bundle: str
    verified: str

    def __str__(self) -> str:
        return (
            f"{self.consumer} → {self.provider}: pact {short(self.pact)} on bundle "
            f"{short(self.bundle)}, verified {self.verified}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a bundle may go to an environment.

    Attributes:
        service: whose bundle.
        bundle: its digest.
        platform: that it is for.
        environment: where it is to go.
        reasons: what stands against it; nothing where it may.
        fits: what speaks for it.
        is_first: whether no service runs there yet, by the records.
    """

    service: str
    bundle: str
    platform: str
    environment: str
    reasons: tuple[Reason, ...]
    fits: tuple[Fit, ...] = ()
    is_first: bool = False

    @property
    def allowed(self) -> bool:
        """Whether it may."""
        return not self.reasons


def short(digest: str) -> str:
    """As much of a digest as people compare."""
    return digest[:_SHOWN]


def lines(verdict: Verdict) -> Iterator[str]:
    """A verdict for people."""
    what = f"{verdict.service} {short(verdict.bundle)} ({verdict.platform})"
    if verdict.allowed:
        yield f"yes: {what} can go to {verdict.environment}"
        yield from (f"  {fit}" for fit in verdict.fits)
        if verdict.is_first:
            yield f"  note: nothing runs in {verdict.environment} by these records; is that so?"
        return
    yield f"no: {what} can't go to {verdict.environment}"
    for reason in verdict.reasons:
        first, *others = reason.text.splitlines()
        yield f"  - {first}"
        yield from (f"    {other}" for other in others)
        yield from (f"      $ {command}" for command in reason.commands)


def as_json(verdict: Verdict) -> str:
    """A verdict for programs."""
    content: dict[str, Any] = {"allowed": verdict.allowed, **asdict(verdict)}
    return json.dumps(content, ensure_ascii=False, indent=2)
