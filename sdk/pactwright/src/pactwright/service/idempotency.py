"""Idempotency keys kept in a table, so that a request sent several times is done once.

A key is claimed before the work is begun, and completed in the very transaction that does the work.
A claim is a lease: who holds it may be gone, and after its end the next one takes over. Whoever
comes late with an outdated claim has the transaction cancelled.

::

    nothing ── claim ──> claimed ── the work's transaction ──> completed ── 24 hours ──> nothing
                            └── release, or the lease's end ──> free for a repetition

Source: draft-ietf-httpapi-idempotency-key-header; Amazon DynamoDB Developer Guide, "Using time to
live (TTL)": expired items are deleted late, so expiry is checked where a key is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pactwright.service.dynamodb import Expression, Table, Update
from pactwright.service.errors import ConditionFailed, DependencyError, Transient
from pactwright.service.problem import ProblemError
from pactwright.service.problems import InvalidRequest
from pactwright.wire.problems import FieldError

LEASE_SECONDS: Final = 15
"""How long a claim is held at most; longer than a function runs, so that its holder is gone."""

LIFE_SECONDS: Final = 24 * 60 * 60
"""How long a key is known, from its first request."""

_SORT_KEY: Final = "IDEMPOTENCY"


class KeyInUse(ProblemError):
    """409: a request with this key is at work.

    Args:
        seconds: in how many it certainly isn't any more; Retry-After.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            409,
            "idempotency-key-in-use",
            detail=f"A request with this Idempotency-Key is at work. Repeat it in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )


class KeyReused(InvalidRequest):
    """422: the key belongs to a request that said something else."""

    name = "idempotency-key-reused"
    default = "This Idempotency-Key belongs to another request. Send a new one."

    def __init__(self) -> None:
        detail = "belongs to a request that said something else"
        place = FieldError(location="header", pointer="/Idempotency-Key", detail=detail)
        super().__init__(errors=[place])


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do a request's work, until another takes it over.

    Attributes:
        key: the item's.
        holder: what tells this claim from all others.
    """

    key: Mapping[str, str]
    holder: str

    def completed(self, result: str) -> Update:
        """The write that goes into the work's own transaction; it fails for an outdated claim.

        Args:
            result: what a repetition is told by, such as the id of what was made.
        """
        done = Expression(
            "SET #result = :result REMOVE lease_until", {"#result": "result"}, {":result": result}
        )
        return Update(self.key, done, _held_by(self.holder))


@dataclass(frozen=True, slots=True)
class Completed:
    """What has been done with a key.

    Attributes:
        result: as it was given to `Claim.completed`.
    """

    result: str


class IdempotencyKeys:
    """The keys of one table, as items with the partition key `pk` and the sort key `sk`.

    Args:
        table: where they are kept; its TTL attribute is expires_at.
        clock: seconds since the epoch.
        new_holder: a new unguessable name for a claim.
    """

    def __init__(
        self, table: Table, clock: Callable[[], float], new_holder: Callable[[], str]
    ) -> None:
        self._table = table
        self._clock = clock
        self._new_holder = new_holder

    def claim(self, scope: str, key: str, subject: str) -> Claim | Completed:
        """Claim a key, or learn what was done with it.

        Args:
            scope: within which a key is one, such as the operation and who calls it.
            key: as the caller gave it; only its hash is kept.
            subject: what the request is about. It is kept as it is, so it holds no secret, and must
                be the same for each request with the key.

        Raises:
            KeyInUse: another request with it is at work.
            KeyReused: its subject is another.
        """
        item_key, now = _key(scope, key), int(self._clock())
        claim = Claim(item_key, self._new_holder())
        try:
            self._take(claim, subject, now)
        except ConditionFailed as refused:
            return _told(refused.item or {}, subject, now)
        except DependencyError:
            self.release(claim)  # it may have been taken: whether it was is not known
            raise
        return claim

    def release(self, claim: Claim) -> None:
        """Give a claim up, so that a repetition needn't wait for the lease's end.

        Of no effect where the work was done, another has taken over, or the table is away.
        """
        try:
            self._table.delete(claim.key, condition=_held_by(claim.holder))
        except (ConditionFailed, Transient):
            return

    def _take(self, claim: Claim, subject: str, now: int) -> None:
        item = {
            **claim.key,
            "holder": claim.holder,
            "subject": subject,
            "lease_until": now + LEASE_SECONDS,
            "expires_at": now + LIFE_SECONDS,
        }
        free = Expression(
            "attribute_not_exists(pk) OR expires_at <= :now"
            " OR (lease_until <= :now AND subject = :subject)",
            {},
            {":now": now, ":subject": subject},
        )
        self._table.put(item, condition=free)


def _told(item: Mapping[str, Any], subject: str, now: int) -> Completed:
    """What a key's item says to another request with it."""
    if item.get("subject", subject) != subject:
        raise KeyReused
    if "result" not in item:
        raise KeyInUse(max(1, int(item.get("lease_until", now)) - now))
    return Completed(item["result"])


def _held_by(holder: str) -> Expression:
    """Completed keys have no lease: they are nobody's any more."""
    return Expression("holder = :holder AND attribute_exists(lease_until)", {}, {":holder": holder})


def _key(scope: str, key: str) -> dict[str, str]:
    digest = hashlib.sha256(f"{scope}\0{key}".encode()).hexdigest()
    return {"pk": f"IDEMPOTENCY#{digest}", "sk": _SORT_KEY}
