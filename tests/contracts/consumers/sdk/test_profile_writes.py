"""What callers rely on to write their own profile."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hereabouts.profile import ProfileClient, models
from hereabouts.profile.operations import DELETE_PROFILE, PATCH_PROFILE, PUT_PROFILE
from pactwright.client import with_response
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.wire import Model, Operation
from tests.contracts.cast import INES, NEW, STALE
from tests.contracts.consumers.calls import call
from tests.contracts.consumers.sdk.profiles import LEAST, at, shown, variants
from tests.contracts.roles import Place
from tests.contracts.times import CHANGED, WRITTEN, moment

pytestmark = pytest.mark.pact("sdk", "profile")

INPUT: Final = models.ProfileInput(**INES.described)
OTHER: Final = models.ProfileInput(handle=INES.handle, display_name="Inês from Alfama")
PATCH: Final = models.ProfilePatch(display_name="Inês from Alfama")


@variants
def test_the_first_profile(
    pact: Recorder, said: dict[str, str], place: Place | None, which: str
) -> None:
    """A user who makes a profile is told where it is, and its entity tag."""
    body = models.ProfileInput(**said)
    profile = shown(INES, place, said=said, created_at=WRITTEN, updated_at=WRITTEN)
    pact.expect(
        f"the first profile of a user, {which}",
        PUT_PROFILE,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in, *at(place)],
        credentials=INES.bearer,
        status=201,
        answer=profile,
        headers={"ETag": NEW, "Location": str(INES.user_id)},
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    answer = with_response(client.put_profile)(INES.user_id, body)

    assert answer.value == profile
    assert answer.etag == NEW
    assert answer.headers["Location"] == str(INES.user_id)


@variants
def test_the_next_profile(
    pact: Recorder, said: dict[str, str], place: Place | None, which: str
) -> None:
    """The next profile takes the place of the one before, for who has read that."""
    said = said | {"display_name": "Inês from Alfama"}
    body = models.ProfileInput(**said)
    profile = shown(INES, place, said=said, updated_at=WRITTEN)
    pact.expect(
        f"the next profile of a user, {which}",
        PUT_PROFILE,
        user_id=INES.user_id,
        body=body,
        if_match=INES.profile_etag,
        given=[INES.signed_in, INES.profile, *at(place)],
        credentials=INES.bearer,
        answer=profile,
        headers={"ETag": NEW},
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    answer = with_response(client.put_profile)(INES.user_id, body, if_match=INES.profile_etag)

    assert answer.value == profile
    assert answer.etag == NEW


@variants
def test_changing_parts(
    pact: Recorder, said: dict[str, str], place: Place | None, which: str
) -> None:
    """What is given is set, null removes, what is left out stays."""
    removed: dict[str, Any] = dict.fromkeys(INES.optional) if said == LEAST else {}
    body = models.ProfilePatch(display_name="Inês from Alfama", **removed)
    said = said | {"display_name": "Inês from Alfama"}
    profile = shown(INES, place, said=said, updated_at=WRITTEN)
    pact.expect(
        f"a profile that is changed in parts, {which}",
        PATCH_PROFILE,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in, INES.profile, *at(place)],
        credentials=INES.bearer,
        answer=profile,
        headers={"ETag": NEW},
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    answer = with_response(client.patch_profile)(INES.user_id, body)

    assert answer.value == profile
    assert answer.etag == NEW


@pytest.mark.parametrize(
    ("operation", "body", "condition", "given", "status"),
    [
        (PUT_PROFILE, INPUT, {"if_none_match": "*"}, [], 201),
        (PUT_PROFILE, OTHER, {"if_match": INES.profile_etag}, [INES.profile], 200),
        (PATCH_PROFILE, PATCH, {"if_match": INES.profile_etag}, [INES.profile], 200),
    ],
    ids=["put new", "put same", "patch same"],
)
def test_a_profile_that_is_as_demanded(
    pact: Recorder,
    operation: Operation[models.Profile],
    body: Model,
    condition: dict[str, Any],
    given: list[State],
    status: int,
) -> None:
    """Who demands that there is no profile, or the same as before, writes it if that is so."""
    pact.expect(
        f"{operation.name} of a profile that is {'still the same' if given else 'not there yet'}",
        operation,
        user_id=INES.user_id,
        body=body,
        **condition,
        given=[INES.signed_in, *given],
        credentials=INES.bearer,
        status=status,
        answer=only(models.Profile, user_id=INES.user_id),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    written = call(client, operation, user_id=INES.user_id, body=body, **condition)

    assert written.user_id == INES.user_id


@pytest.mark.parametrize(
    ("condition", "what"),
    [({}, "as it is"), ({"if_match": STALE}, "as it is, once more")],
    ids=["again", "repeated"],
)
def test_the_same_profile(pact: Recorder, condition: dict[str, Any], what: str) -> None:
    """Who puts what is there has it, also where the first answer to the same was lost."""
    pact.expect(
        f"a profile {what}",
        PUT_PROFILE,
        user_id=INES.user_id,
        body=INPUT,
        **condition,
        given=[INES.signed_in, INES.profile],
        credentials=INES.bearer,
        status=200,
        answer=only(models.Profile, updated_at=moment(CHANGED)),
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    written = client.put_profile(INES.user_id, INPUT, **condition)

    assert written.updated_at == moment(CHANGED)


@pytest.mark.parametrize(
    ("given", "condition", "what"),
    [
        ([INES.profile], {}, "a profile"),
        ([INES.profile], {"if_match": INES.profile_etag}, "a profile that is still the same"),
        ([], {}, "a profile that there is not"),
    ],
    ids=["there", "same", "gone"],
)
def test_deleting(pact: Recorder, given: list[State], condition: dict[str, Any], what: str) -> None:
    """Afterwards there is no profile, whether there was one or not."""
    pact.expect(
        f"the deletion of {what}",
        DELETE_PROFILE,
        user_id=INES.user_id,
        **condition,
        given=[INES.signed_in, *given],
        credentials=INES.bearer,
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    client.delete_profile(INES.user_id, **condition)
