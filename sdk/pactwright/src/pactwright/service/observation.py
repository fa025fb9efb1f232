"""What is told about requests and messages: to logs and metrics, and never what they hold."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pactwright.service.errors import DependencyError
from pactwright.wire.errors import WireError

_LOGGER = logging.getLogger("pactwright.service")


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was answered.

    Attributes:
        service: the service's name.
        operation: the operation's name; None where the path or the method leads nowhere.
        method: the HTTP method.
        route: the path template. Never the path: that holds ids.
        status: the answer's status.
        milliseconds: how long it took.
        request_id: the gateway's id of the request.
        principal: the kind of caller, "user" or "service"; None for anyone.
        headers: the request's, by lower-case name; to be told by an allow-list only.
        degraded: what the answer had to do without.
    """

    service: str
    operation: str | None
    method: str
    route: str | None
    status: int
    milliseconds: float
    request_id: str
    principal: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False, hash=False)
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handled:
    """A message, or a change of a table, that was delivered.

    Attributes:
        service: the service's name.
        message: what the message, or who follows the changes, is called.
        source: where it came from.
        failed: whether it has to come again.
        milliseconds: how long it took.
        message_id: its id in the queue, or its sequence number in the stream.
        attempt: how often it was delivered by now; None where that is not known.
    """

    service: str
    message: str
    source: Literal["queue", "stream"]
    failed: bool
    milliseconds: float
    message_id: str
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A fault that an operation, or the handler of a message, did not handle.

    Attributes:
        error: the type's name, with its module.
        message: the error's text, where it is the kit's own; others may hold what was sent.
        stack: file, line and function of each frame, the innermost last.
        causes: the types of the errors that led to it.
    """

    request_id: str
    operation: str | None
    error: str
    message: str | None
    stack: tuple[str, ...]
    causes: tuple[str, ...]
    transient: bool

    @classmethod
    def of(
        cls, error: BaseException, request_id: str, operation: str | None, *, transient: bool
    ) -> Failure:
        """Describe an error without what it may quote from the request."""
        frames = traceback.extract_tb(error.__traceback__)
        return cls(
            request_id=request_id,
            operation=operation,
            error=_name(error),
            message=str(error) if isinstance(error, DependencyError | WireError) else None,
            stack=tuple(f"{f.filename}:{f.lineno} {f.name}" for f in frames),
            causes=tuple(_name(cause) for cause in _causes(error)),
            transient=transient,
        )


def _name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


class Telemetry(Protocol):
    """Where an application tells what it does."""

    def served(self, record: Served) -> None:
        """A request was answered: called once for each."""
        ...

    def failed(self, failure: Failure) -> None:
        """An error was not handled by its operation: called once for each."""
        ...

    def handled(self, record: Handled) -> None:
        """A message was handled, or failed: called once for each delivery."""
        ...


class StandardLog:
    """Tells it to the standard library's logging, under ``pactwright.service``."""

    def served(self, record: Served) -> None:
        """Log a line at level INFO."""
        _LOGGER.info("%s", record)

    def failed(self, failure: Failure) -> None:
        """Log the failure: WARNING where time mends it, ERROR otherwise."""
        _LOGGER.log(logging.WARNING if failure.transient else logging.ERROR, "%s", failure)

    def handled(self, record: Handled) -> None:
        """Log a line at level INFO."""
        _LOGGER.info("%s", record)


def safely(tell: Callable[[Any], None], record: object) -> None:
    """Tell something; a log that can't be written must not cost an answer."""
    try:
        tell(record)
    except Exception:
        _LOGGER.warning("telemetry failed", exc_info=True)
