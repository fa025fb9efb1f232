"""The request that an operation answers, and who makes it; the message that is handled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pactwright.wire.operation import Operation
from pactwright.wire.trace import Trace


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling.

    Attributes:
        subject: the user's id, or the client's for a service.
        kind: whether it is a person or a service.
        scopes: what it may do.
        client_id: the OAuth client that the credentials were given to, if any.
        expires_at: when the credentials end, in seconds since the epoch; None where not known.
        claims: whatever else the credentials say.
    """

    subject: str
    kind: Literal["user", "service"] = "user"
    scopes: frozenset[str] = frozenset()
    client_id: str | None = None
    expires_at: float | None = None
    claims: Mapping[str, Any] = field(
        default_factory=dict[str, Any], hash=False, compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an operation. Its representation shows no headers or query: they hold secrets.

    Attributes:
        operation: the operation that is called.
        request_id: the gateway's id of the request.
        principal: who calls; None where the operation is open to anyone.
        headers: by lower-case name; repeated ones are joined as RFC 9110 section 5.3 has it.
        query: names and values, decoded, also those that the operation does not know.
        source: the caller's IP address as the gateway saw it; None where it did not say.
        base_url: where the gateway has the API, up to and including its stage; None where it
            can't be told. A caller may choose it, where the gateway does not check Host.
        deadline: when the answer must be there, in seconds of `clock`.
        trace: what outgoing calls carry on.
        clock: a monotonic clock, in seconds.
        degraded: what the answer has to do without, such as the name of a service that is away;
            see `degrade`.
    """

    operation: Operation[Any]
    request_id: str
    principal: Principal | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str], hash=False, repr=False)
    query: Sequence[tuple[str, str]] = field(default=(), hash=False, repr=False)
    source: str | None = field(default=None, repr=False)
    base_url: str | None = None
    deadline: float = float("inf")
    trace: Trace = field(default_factory=Trace, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)
    degraded: set[str] = field(default_factory=set[str], hash=False, compare=False)

    def degrade(self, what: str) -> None:
        """Note that the answer is good, but has to do without something that is away.

        It is no error to the caller; those who run the service are told by the log and by a metric.

        Args:
            what: what is away, in one word.
        """
        self.degraded.add(what)

    def remaining(self) -> float:
        """How many seconds are left to answer; 0 once there are none."""
        return max(0.0, self.deadline - self.clock())

    @property
    def token(self) -> str | None:
        """The bearer token that came with the request (RFC 6750 section 2.1), as it was sent."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of a message or a change to its handler.

    Attributes:
        service: whose handler it is.
        name: what the message, or who follows the changes, is called.
        message_id: the same at each delivery of the message or change.
        attempt: how often it was delivered by now; None where that is not known.
        deadline: when the handler must be done, in seconds of `clock`.
        trace: what outgoing calls carry on.
        clock: a monotonic clock, in seconds.
    """

    service: str
    name: str
    message_id: str
    attempt: int | None = None
    deadline: float = float("inf")
    trace: Trace = field(default_factory=Trace, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)

    def remaining(self) -> float:
        """How many seconds are left to handle it; 0 once there are none."""
        return max(0.0, self.deadline - self.clock())


current: Final[ContextVar[Call | Delivery | None]] = ContextVar("pactwright_call", default=None)
"""The call that this thread is answering, or the delivery that it handles. A new thread starts
without: see `threads`. How much time is left is told by `pactwright.wire.deadlines`."""
