"""Writing profiles, as callers see it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hereabouts.profile import ProfileClient
from hereabouts.profile.models import (
    HandleTakenProblem,
    InvalidRequestProblem,
    NotFoundProblem,
    ProfileInput,
    ProfilePatch,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    Conflict,
    NotFound,
    PreconditionFailed,
)
from tests.services.answers import kind_of, pointers, refused, slug
from tests.services.composition import Hereabouts, SignedIn

INES = ProfileInput(
    handle="ines", display_name="Inês", bio="I draw trams.", website="https://ines.example/trams"
)
BARE = ProfileInput(handle="ines_a", display_name="Inês Almeida")


def test_first_profile_is_created(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """With the times of the service, a tag, and where it is."""
    answer = with_response(client.put_profile)(ines.user_id, INES)

    profile = answer.value
    assert answer.status == 201
    assert answer.headers["Location"] == str(ines.user_id)
    assert answer.etag
    assert profile.model_dump(include=set(ProfileInput.model_fields)) == INES.model_dump()
    assert profile.created_at == profile.updated_at
    assert profile.created_at.timestamp() == hereabouts.clock()
    assert (profile.location_status, profile.location) == ("unknown", None)


def test_next_profile_takes_its_place(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """What is left out is removed; when it was created stays."""
    first = with_response(client.put_profile)(ines.user_id, INES)
    hereabouts.clock.forward(60)

    second = with_response(client.put_profile)(ines.user_id, BARE, if_match=first.etag)

    assert second.status == 200
    assert "Location" not in second.headers
    assert second.etag != first.etag
    assert (second.value.bio, second.value.website) == (None, None)
    assert second.value.created_at == first.value.created_at
    assert second.value.updated_at > first.value.updated_at
    assert client.get_profile(ines.user_id) == second.value


def test_taken_handle_is_a_conflict(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """For a new profile, a replaced one and a patched one; nothing changes."""
    kamau = hereabouts.person("kamau")
    other = hereabouts.profile.client(kamau.bearer)
    client.put_profile(ines.user_id, INES)
    calls = [
        lambda: other.put_profile(kamau.user_id, INES, if_match="*"),
        lambda: other.patch_profile(kamau.user_id, ProfilePatch(handle="ines")),
    ]
    refused(Conflict, lambda: other.put_profile(kamau.user_id, INES))
    mine = other.put_profile(kamau.user_id, ProfileInput(handle="kamau", display_name="Kamau"))

    for call in calls:
        error = refused(Conflict, call)
        assert kind_of(error) == "handle-taken"
        assert isinstance(error.body, HandleTakenProblem)

    assert other.get_profile(kamau.user_id) == mine


def test_freed_handle_can_be_had(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """After a change and after a deletion."""
    kamau = hereabouts.person("kamau")
    other = hereabouts.profile.client(kamau.bearer)
    client.put_profile(ines.user_id, INES)

    client.put_profile(ines.user_id, BARE, if_match="*")
    assert other.put_profile(kamau.user_id, INES).handle == "ines"
    client.delete_profile(ines.user_id)

    assert other.patch_profile(kamau.user_id, ProfilePatch(handle="ines_a")).handle == "ines_a"


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ({"bio": "New."}, {"bio": "New."}),
        ({"bio": None}, {"bio": None}),
        ({"website": None, "bio": None}, {"website": None, "bio": None}),
        ({"handle": "ines_a"}, {"handle": "ines_a"}),
        ({"handle": "ines"}, {}),
        ({"display_name": "I. A."}, {"display_name": "I. A."}),
    ],
)
def test_patch_sets_what_is_given(
    hereabouts: Hereabouts,
    client: ProfileClient,
    ines: SignedIn,
    patch: dict[str, Any],
    changed: dict[str, Any],
) -> None:
    """Null removes, what is left out stays (RFC 7396)."""
    before = client.put_profile(ines.user_id, INES)
    hereabouts.clock.forward(60)

    answer = with_response(client.patch_profile)(ines.user_id, ProfilePatch(**patch))

    assert answer.status == 200
    after = answer.value
    assert after.updated_at > before.updated_at
    assert after == before.model_copy(update={**changed, "updated_at": after.updated_at})
    assert client.get_profile(ines.user_id) == after


def test_empty_patch_changes_nothing(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """Neither the time nor the tag."""
    before = with_response(client.put_profile)(ines.user_id, INES)
    hereabouts.clock.forward(60)

    after = with_response(client.patch_profile)(ines.user_id, ProfilePatch())

    assert after.value == before.value
    assert after.etag == before.etag


def test_nothing_is_patched_that_is_not_there(client: ProfileClient, ines: SignedIn) -> None:
    """A patch makes no profile."""
    error = refused(NotFound, lambda: client.patch_profile(ines.user_id, ProfilePatch(bio="New.")))

    assert kind_of(error) == "not-found"
    assert isinstance(error.body, NotFoundProblem)


def test_deleted_profile_is_gone(
    client: ProfileClient, anyone: ProfileClient, ines: SignedIn
) -> None:
    """With its handle; a second deletion succeeds too, but not with If-Match."""
    client.put_profile(ines.user_id, INES)

    assert with_response(client.delete_profile)(ines.user_id).status == 204
    assert with_response(client.delete_profile)(ines.user_id).status == 204

    refused(NotFound, lambda: anyone.get_profile(ines.user_id))
    refused(NotFound, lambda: anyone.find_profile("ines"))
    refused(PreconditionFailed, lambda: client.delete_profile(ines.user_id, if_match="*"))
    assert anyone.list_profiles().items == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/handle", "/display_name"}),
        ({"handle": "in", "display_name": "I"}, {"/handle"}),
        ({"handle": "Ines", "display_name": "I"}, {"/handle"}),
        ({"handle": "ines\n", "display_name": "I"}, {"/handle"}),
        ({"handle": "ines", "display_name": ""}, {"/display_name"}),
        ({"handle": "ines", "display_name": "I\nA"}, {"/display_name"}),
        ({"handle": "ines", "display_name": "I", "bio": ""}, {"/bio"}),
        ({"handle": "ines", "display_name": "I", "bio": None}, {"/bio"}),
        ({"handle": "ines", "display_name": "I", "bio": "x" * 501}, {"/bio"}),
        ({"handle": "ines", "display_name": "I", "website": "http://x"}, {"/website"}),
        ({"handle": "ines", "display_name": "I", "website": "javascript:x"}, {"/website"}),
        ({"handle": "ines", "display_name": "I", "website": "https://"}, {"/website"}),
        *(
            ({"handle": "ines", "display_name": text}, {"/display_name"})
            for text in ("a\0b", "a\rb", "a\u2028b", "a\x1b[31m", "\u202ea", "\u200b", "\u200d")
        ),
        *(
            ({"handle": "ines", "display_name": "I", "website": url}, {"/website"})
            for url in ("https://x.example/\0", "https://g.example@evil.example/", "https://\\e")
        ),
        ({"handle": "ines", "display_name": "I", "bio": " \n "}, {"/bio"}),
        ({"handle": "ines", "display_name": "I", "user_id": "x"}, {"/user_id"}),
        ([], {""}),
    ],
)
def test_invalid_profile_is_told_place_by_place(
    hereabouts: Hereabouts, ines: SignedIn, body: object, wrong: set[str]
) -> None:
    """And nothing is written; of a patch too, but for what is missing."""
    path = f"/profiles/{ines.user_id}"
    authorization = f"Bearer {ines.access}"

    response = hereabouts.profile.send(
        "PUT",
        path,
        json.dumps(body),
        Content_Type="application/json",
        Authorization=authorization,
    )

    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert pointers(response) == {f"body {pointer}" for pointer in wrong}
    assert hereabouts.profile.send("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"handle": None}, {"/handle"}),
        ({"display_name": None}, {"/display_name"}),
        ({"bio": "", "website": 7}, {"/bio", "/website"}),
        ({"created_at": "2026-11-20T09:30:00Z"}, {"/created_at"}),
        (None, {""}),
    ],
)
def test_invalid_patch_is_told_place_by_place(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn, body: object, wrong: set[str]
) -> None:
    """What a profile must have can't be removed."""
    before = client.put_profile(ines.user_id, INES)

    response = hereabouts.profile.send(
        "PATCH",
        f"/profiles/{ines.user_id}",
        json.dumps(body),
        Content_Type="application/merge-patch+json",
        Authorization=f"Bearer {ines.access}",
    )

    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert pointers(response) == {f"body {pointer}" for pointer in wrong}
    assert InvalidRequestProblem.model_validate_json(response.content).status == 422
    assert client.get_profile(ines.user_id) == before
