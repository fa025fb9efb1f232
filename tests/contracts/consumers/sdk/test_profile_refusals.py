"""What callers rely on where a write of a profile is refused."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hereabouts.profile import ProfileClient, models
from hereabouts.profile.operations import (
    DELETE_PROFILE,
    PATCH_PROFILE,
    PUT_PROFILE,
    PUT_PROFILE_LOCATION,
)
from pactwright.client.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unauthorized,
)
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.wire import Model, Operation
from tests.contracts.cast import AT_SEA, INES, KAMAU, NOBODY, PROFILE, STALE
from tests.contracts.consumers.calls import call, named, refused

pytestmark = pytest.mark.pact("sdk", "profile")

INPUT: Final = models.ProfileInput(**INES.described)
OTHER: Final = models.ProfileInput(handle=INES.handle, display_name="Inês from Alfama")
PATCH: Final = models.ProfilePatch(bio="I draw ferries, too.")
THERE: Final = models.LocationInput(**AT_SEA.given)

writes = pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (PUT_PROFILE, {"body": INPUT}),
        (PATCH_PROFILE, {"body": PATCH}),
        (DELETE_PROFILE, {}),
        (PUT_PROFILE_LOCATION, {"body": THERE}),
    ],
    ids=named,
)


@writes
def test_a_token_that_nobody_has(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any]
) -> None:
    """Nothing is written without a token that works."""
    pact.expect(
        f"{operation.name} with a token that nobody has",
        operation,
        user_id=INES.user_id,
        **arguments,
        given=[INES.profile],
        credentials=NOBODY,
        status=401,
        answer=only(models.UnauthenticatedProblem, "type"),
    )
    client = pact.client(ProfileClient, credentials=NOBODY)

    with refused(Unauthorized, "unauthenticated"):
        call(client, operation, user_id=INES.user_id, **arguments)


def test_a_token_for_another_service(pact: Recorder) -> None:
    """Profile's own token is meant for location: it writes no profile."""
    pact.expect(
        "a profile written with a token for another service",
        PUT_PROFILE,
        user_id=INES.user_id,
        body=INPUT,
        given=[PROFILE.signed_in, INES.profile],
        credentials=PROFILE.bearer,
        status=401,
        answer=only(models.UnauthenticatedProblem, "type"),
    )
    client = pact.client(ProfileClient, credentials=PROFILE.bearer)

    with refused(Unauthorized, "unauthenticated"):
        client.put_profile(INES.user_id, INPUT)


@writes
def test_somebody_elses_profile(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any]
) -> None:
    """A user writes their own profile only."""
    pact.expect(
        f"{operation.name} of somebody else's profile",
        operation,
        user_id=KAMAU.user_id,
        **arguments,
        given=[INES.signed_in, KAMAU.profile],
        credentials=INES.bearer,
        status=403,
        answer=only(models.ForbiddenProblem, "type"),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    with refused(Forbidden, "forbidden"):
        call(client, operation, user_id=KAMAU.user_id, **arguments)


@pytest.mark.parametrize(
    ("operation", "body"),
    [(PATCH_PROFILE, PATCH), (PUT_PROFILE_LOCATION, THERE)],
    ids=named,
)
def test_a_profile_that_there_is_not(
    pact: Recorder, operation: Operation[Any], body: Model
) -> None:
    """Who has made no profile can change no part of it."""
    pact.expect(
        f"{operation.name} of somebody who has no profile",
        operation,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in],
        credentials=INES.bearer,
        status=404,
        answer=only(models.NotFoundProblem, "type"),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    with refused(NotFound, "not-found"):
        call(client, operation, user_id=INES.user_id, body=body)


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (PUT_PROFILE, models.ProfileInput(handle=KAMAU.handle, display_name=INES.display_name)),
        (PATCH_PROFILE, models.ProfilePatch(handle=KAMAU.handle)),
    ],
    ids=named,
)
def test_a_handle_that_is_taken(pact: Recorder, operation: Operation[Any], body: Model) -> None:
    """A handle belongs to one profile only."""
    pact.expect(
        f"{operation.name} with a handle that is taken",
        operation,
        user_id=INES.user_id,
        body=body,
        if_match=INES.profile_etag,
        given=[INES.signed_in, INES.profile, KAMAU.profile],
        credentials=INES.bearer,
        status=409,
        answer=only(models.HandleTakenProblem, "type"),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    with refused(Conflict, "handle-taken"):
        call(client, operation, user_id=INES.user_id, body=body, if_match=INES.profile_etag)


def test_a_profile_that_nobody_has_read(pact: Recorder) -> None:
    """What may have been written in between is not replaced by who doesn't say what was read."""
    pact.expect(
        "a profile in place of another that was not read",
        PUT_PROFILE,
        user_id=INES.user_id,
        body=OTHER,
        given=[INES.signed_in, INES.profile],
        credentials=INES.bearer,
        status=428,
        answer=only(models.PreconditionRequiredProblem, "type"),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    with refused(PreconditionRequired, "precondition-required"):
        client.put_profile(INES.user_id, OTHER)


@pytest.mark.parametrize(
    ("operation", "arguments", "what"),
    [
        (PUT_PROFILE, {"body": OTHER, "if_match": STALE}, "that has changed meanwhile"),
        (PUT_PROFILE, {"body": INPUT, "if_none_match": "*"}, "that must not be there yet"),
        (PATCH_PROFILE, {"body": PATCH, "if_match": STALE}, "that has changed meanwhile"),
        (DELETE_PROFILE, {"if_match": STALE}, "that has changed meanwhile"),
    ],
)
def test_a_profile_that_is_not_as_demanded(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any], what: str
) -> None:
    """A write that demands another state than there is writes nothing."""
    pact.expect(
        f"{operation.name} of a profile {what}",
        operation,
        user_id=INES.user_id,
        **arguments,
        given=[INES.signed_in, INES.profile],
        credentials=INES.bearer,
        status=412,
        answer=only(models.PreconditionFailedProblem, "type"),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    with refused(PreconditionFailed, "precondition-failed"):
        call(client, operation, user_id=INES.user_id, **arguments)


@pytest.mark.parametrize(
    ("operation", "body", "pointer"),
    [
        (
            PUT_PROFILE,
            models.ProfileInput.model_construct(handle="Inês", display_name=INES.display_name),
            "/handle",
        ),
        (PATCH_PROFILE, models.ProfilePatch.model_construct(website="http://ines"), "/website"),
        (
            PUT_PROFILE_LOCATION,
            models.LocationInput.model_construct(latitude=90.5, longitude=0.5),
            "/latitude",
        ),
    ],
)
def test_a_value_that_is_not_allowed(
    pact: Recorder, operation: Operation[Any], body: Model, pointer: str
) -> None:
    """Who sends a value that can't be is told which one."""
    wrong = only(models.FieldError, location="body", pointer=pointer)
    pact.expect(
        f"{operation.name} with a value at {pointer} that is not allowed",
        operation,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in, INES.profile],
        credentials=INES.bearer,
        status=422,
        answer=only(models.InvalidRequestProblem, "type", errors=[wrong]),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    with refused(InvalidRequest, "invalid-request") as raised:
        call(client, operation, user_id=INES.user_id, body=body)
    assert [(e.location, e.pointer) for e in raised.value.errors] == [("body", pointer)]
