"""Where people are, asked of the location service; a profile is served also when it is away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from hereabouts import PROBLEM_TYPES
from hereabouts.location import LocationClient
from hereabouts.location.models import Location, LocationInput
from pactwright import service
from pactwright.client import Bearer, ClientError
from pactwright.client.errors import (
    Forbidden,
    InvalidRequest,
    NotFound,
    StatusError,
    Unauthorized,
)
from pactwright.service import Call, ProblemError
from pactwright.service.errors import Unavailable
from pactwright.service.threads import begin

Status = Literal["known", "unknown", "unavailable"]

_LOGGER: Final = logging.getLogger("hereabouts.profile")
READ_SECONDS: Final = 2.0
_WRITE_SECONDS: Final = 8.0
_RETRY_AFTER: Final = 5
_RESERVE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of where somebody is; the location only where it is known."""

    status: Status
    location: Location | None = None


class Locations:
    """Reads with the service's own token, writes with the user's.

    Args:
        client: a client of the location service, with credentials that may read.
    """

    def __init__(self, client: LocationClient) -> None:
        self._client = client

    @contextmanager
    def asked(
        self, call: Call, user_id: UUID, executor: Executor
    ) -> Iterator[Callable[[], Whereabouts]]:
        """Ask where somebody is while the block runs; gives what waits for it, as `find` tells it.

        Where the block ends without it, nobody is asked any more.
        """
        begun = begin(executor, self.find, call, user_id)

        def told() -> Whereabouts:
            try:
                return begun.result(_within(call, READ_SECONDS))
            except Unavailable as error:
                return _unavailable(call, error)

        try:
            yield told
        finally:
            begun.give_up()

    def find(self, call: Call, user_id: UUID) -> Whereabouts:
        """Where somebody is, or why that can't be told. Never fails, never takes long."""
        seconds = _within(call, READ_SECONDS)
        try:
            location = self._client.get_location(user_id, deadline=seconds)
        except NotFound as error:
            if _is_ours(error, "not-found"):
                return Whereabouts("unknown")
            return _unavailable(call, error)
        except ClientError as error:
            return _unavailable(call, error)
        if location.user_id != user_id:
            return _unavailable(call, LookupError("somebody else's location"))
        return Whereabouts("known", location)

    def put(self, call: Call, user_id: UUID, place: LocationInput) -> Location:
        """Set where the caller is, with the caller's own token.

        Raises:
            ProblemError: the location service refuses it, or can't be reached.
        """
        seconds = _within(call, _WRITE_SECONDS)
        token = call.token
        if token is None:
            raise service.Unauthenticated("Send a user's token.", challenge="Bearer")
        try:
            return self._client.put_location(
                user_id, place, credentials=Bearer(token), deadline=seconds
            )
        except ClientError as error:
            raise _problem(error) from error


def _within(call: Call, most: float) -> float:
    """The seconds that may be taken: some are kept for the answer."""
    return min(most, max(0.0, call.remaining() - _RESERVE))


def _unavailable(call: Call, error: Exception) -> Whereabouts:
    call.degrade("location")
    _LOGGER.warning("location is unavailable: %s", type(error).__name__)
    return Whereabouts("unavailable")


def _is_ours(error: StatusError, slug: str) -> bool:
    """Whether it is the service's own word, not that of something on the way to it."""
    return error.problem is not None and error.problem.type == PROBLEM_TYPES + slug


def _problem(error: ClientError) -> ProblemError:
    """The problem that the caller of this service gets for one of the location service's."""
    if isinstance(error, Unauthorized) and _is_ours(error, "unauthenticated"):
        challenge = 'Bearer error="invalid_token"'
        return service.Unauthenticated(
            "The token is unknown, expired or revoked.", challenge=challenge
        )
    if isinstance(error, Forbidden) and _is_ours(error, "forbidden"):
        return service.Forbidden("Only the user whose location it is may change it.")
    if isinstance(error, InvalidRequest) and error.errors:
        return service.InvalidRequest("Some values aren't allowed.", errors=error.errors)
    return service.TemporarilyUnavailable(
        _RETRY_AFTER,
        f"Locations can't be written just now. Try again in {_RETRY_AFTER} seconds.",
        slug="location-unavailable",
    )
