"""Reading profiles, as callers see it."""

from __future__ import annotations

from functools import partial
from itertools import islice
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hereabouts.location.models import LocationInput
from hereabouts.profile import ProfileClient
from hereabouts.profile.models import InvalidRequestProblem, NotFoundProblem, ProfileInput
from pactwright.client import with_response
from pactwright.client.errors import InvalidRequest, NotFound, NotModified, PreconditionFailed
from tests.services.answers import kind_of, pointers, refused, slug
from tests.services.composition import Hereabouts, SignedIn

INES = ProfileInput(handle="ines", display_name="Inês")
LISBON = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon", accuracy_m=25)


@pytest.fixture
def etag(client: ProfileClient, ines: SignedIn) -> str:
    """The tag of a profile that has no location yet."""
    found = with_response(client.put_profile)(ines.user_id, INES).etag
    assert found is not None
    return found


@pytest.fixture
def people(hereabouts: Hereabouts) -> list[str]:
    """The handles of seven people, the newest first; two are of the same moment."""
    handles = [f"h{n}" + "_" * 2 for n in range(7)]
    for number, handle in enumerate(handles):
        hereabouts.clock.forward(number % 2)
        person = hereabouts.person(handle)
        body = ProfileInput(handle=handle, display_name="Somebody")
        hereabouts.profile.client(person.bearer).put_profile(person.user_id, body)
    return handles[::-1]


def test_profile_is_read_by_anyone(anyone: ProfileClient, ines: SignedIn, etag: str) -> None:
    """By id and by handle: the same, with the same tag, and to be asked for again."""
    by_id = with_response(anyone.get_profile)(ines.user_id)
    by_handle = with_response(anyone.find_profile)("ines")

    assert by_id.value == by_handle.value
    assert by_id.value.location_status == "unknown"
    assert by_id.etag == by_handle.etag == etag
    assert by_id.headers["Cache-Control"] == "public, no-cache"
    assert by_handle.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.usefixtures("etag")
def test_location_is_shown_without_its_accuracy(
    hereabouts: Hereabouts, anyone: ProfileClient, ines: SignedIn
) -> None:
    """As the location service has it; how exact it is, is nobody's business."""
    hereabouts.location.client(ines.bearer).put_location(ines.user_id, LISBON)

    profile = anyone.get_profile(ines.user_id)

    assert profile.location_status == "known"
    assert profile.location is not None
    assert profile.location.model_dump(exclude={"updated_at"}) == LISBON.model_dump(
        exclude={"accuracy_m"}
    )
    raw = hereabouts.profile.send("GET", f"/profiles/{ines.user_id}").text
    assert "accuracy" not in raw


def test_missing_profile_is_not_found(anyone: ProfileClient) -> None:
    """By id and by handle."""
    for call in (
        lambda: anyone.get_profile(UUID(int=0, version=4)),
        lambda: anyone.find_profile("nobody"),
    ):
        error = refused(NotFound, call)
        assert kind_of(error) == "not-found"
        assert isinstance(error.body, NotFoundProblem)


@pytest.mark.parametrize(
    "path", ["/profiles/ines", "/profiles/0", "/handles/IN", "/handles/a%2Fb", "/handles/%C3%AA"]
)
def test_malformed_name_is_not_found(hereabouts: Hereabouts, path: str) -> None:
    """As one that nobody has."""
    response = hereabouts.profile.send("GET", path)

    assert (response.status_code, slug(response)) == (404, "not-found")


def test_current_copy_is_not_sent_again(anyone: ProfileClient, ines: SignedIn, etag: str) -> None:
    """For its tag, weak or strong, in a list, or any."""
    for tags in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        error = refused(
            NotModified,
            partial(anyone.get_profile, ines.user_id, if_none_match=tags),
        )
        assert error.etag == etag
        assert error.headers["Cache-Control"] == "public, no-cache"
    assert anyone.get_profile(ines.user_id, if_none_match='"other"').handle == "ines"


def test_tag_changes_with_the_location(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn, etag: str
) -> None:
    """For readers; who writes the profile over it is not disturbed."""
    place = hereabouts.location.client(ines.bearer)
    place.put_location(ines.user_id, LISBON)
    known = with_response(client.get_profile)(ines.user_id, if_none_match=etag).etag
    assert known not in (None, etag)
    refused(NotModified, lambda: client.get_profile(ines.user_id, if_none_match=known))
    place.put_location(ines.user_id, LocationInput(latitude=38.7223, longitude=-9.14))
    assert with_response(client.get_profile)(ines.user_id).etag not in (known, etag)

    place.delete_location(ines.user_id)

    assert with_response(client.get_profile)(ines.user_id).etag == etag
    new = ProfileInput(handle="ines", display_name="Inês Almeida")
    assert client.put_profile(ines.user_id, new, if_match=known).display_name == "Inês Almeida"
    refused(PreconditionFailed, lambda: client.put_profile(ines.user_id, INES, if_match=known))


def test_list_is_newest_first(
    hereabouts: Hereabouts, anyone: ProfileClient, people: list[str]
) -> None:
    """Without locations; one page takes all, and there is no next."""
    answer = with_response(anyone.list_profiles)()

    listed = [item.created_at for item in answer.value.items]
    assert listed == sorted(listed, reverse=True)
    assert {item.handle for item in answer.value.items} == set(people)
    assert answer.value.next_cursor is None
    assert "Link" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, no-cache"
    raw = hereabouts.profile.send("GET", "/profiles").json()
    assert raw["next_cursor"] is None
    assert not any("location" in name for item in raw["items"] for name in item)


def test_list_of_nobody_is_empty(anyone: ProfileClient) -> None:
    """It is no error."""
    page = anyone.list_profiles(limit=1)

    assert (page.items, page.next_cursor) == ([], None)


@pytest.mark.usefixtures("people")
def test_pages_go_on_by_cursor_and_by_link(hereabouts: Hereabouts, anyone: ProfileClient) -> None:
    """Both lead to the same page."""
    first = with_response(anyone.list_profiles)(limit=3)
    assert first.value.next_cursor is not None
    assert first.headers["Link"] == (f'<?limit=3&cursor={first.value.next_cursor}>; rel="next"')

    by_cursor = anyone.list_profiles(limit=3, cursor=first.value.next_cursor)
    link = first.headers["Link"].partition(">")[0].removeprefix("<")
    by_link = hereabouts.profile.send("GET", f"/profiles{link}").json()

    assert [item.handle for item in by_cursor.items] == [i["handle"] for i in by_link["items"]]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 9))
def test_iteration_gives_everyone_once(
    anyone: ProfileClient, people: list[str], limit: int
) -> None:
    """Whatever the size of a page."""
    found = [item.handle for item in islice(anyone.iterate_profiles(limit=limit), 50)]

    assert sorted(found) == sorted(people)
    assert found == [item.handle for item in anyone.list_profiles().items]


@pytest.mark.usefixtures("people")
def test_forged_cursor_is_refused(anyone: ProfileClient) -> None:
    """Made up, changed, cut, or with another's signature."""
    cursor = anyone.list_profiles(limit=1).next_cursor
    assert cursor is not None
    payload, _, mac = cursor.partition(".")
    swapped = "a" if payload[-6] != "a" else "b"

    for forged in (
        "x",
        payload,
        f"{payload}.",
        f".{mac}",
        f"{payload[:-6]}{swapped}{payload[-5:]}.{mac}",
        f"{payload}.{mac[:-1]}",
        "W10.AAAAAAAAAAAAAAAAAAAAAA",
    ):
        error = refused(
            InvalidRequest,
            partial(anyone.list_profiles, cursor=forged),
        )
        assert kind_of(error) == "invalid-request"
        assert isinstance(error.body, InvalidRequestProblem)
        assert [(e.location, e.pointer) for e in error.errors] == [("query", "/cursor")]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=1.5", "/limit"),
        ("limit=", "/limit"),
        ("cursor=", "/cursor"),
        ("cursor=a%20b", "/cursor"),
        ("cursor=" + "x" * 1001, "/cursor"),
    ],
)
def test_invalid_query_is_told(hereabouts: Hereabouts, query: str, wrong: str) -> None:
    """Parameter by parameter."""
    response = hereabouts.profile.send("GET", f"/profiles?{query}")

    assert response.status_code == 422
    assert pointers(response) == {f"query {wrong}"}
