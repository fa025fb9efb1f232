"""What each service answers where its document says nothing in particular."""

from __future__ import annotations

import pytest

from tests.services.answers import pointers, slug
from tests.services.composition import Hereabouts, SignedIn

pytestmark = pytest.mark.any_table

JSON = "application/json"


@pytest.fixture
def ines(hereabouts: Hereabouts) -> SignedIn:
    """A user."""
    return hereabouts.person("ines")


@pytest.mark.parametrize("service", ["authentication", "location", "profile"])
@pytest.mark.parametrize("path", ["/", "/nothing", "/users/me/", "//users", "/profiles/x/y/z"])
def test_unknown_path_is_404(hereabouts: Hereabouts, service: str, path: str) -> None:
    """A problem like any other."""
    response = hereabouts.service(service).send("GET", path)

    assert (response.status_code, slug(response)) == (404, "not-found")


@pytest.mark.parametrize(
    ("service", "method", "path", "allowed"),
    [
        ("authentication", "GET", "/users", "POST"),
        ("authentication", "POST", "/users/me", "DELETE, GET, HEAD"),
        ("authentication", "GET", "/oauth2/token", "POST"),
        ("location", "PATCH", "/locations/x", "DELETE, GET, HEAD, PUT"),
        ("location", "POST", "/locations", "GET, HEAD"),
        ("profile", "POST", "/profiles", "GET, HEAD"),
        ("profile", "DELETE", "/people/ines", "GET, HEAD"),
        ("profile", "TRACE", "/profiles/x", "DELETE, GET, HEAD, PATCH, PUT"),
    ],
)
def test_other_method_is_405(
    hereabouts: Hereabouts, service: str, method: str, path: str, allowed: str
) -> None:
    """With those that there are, before anything else is looked at."""
    response = hereabouts.service(service).send(method, path)

    assert (response.status_code, slug(response)) == (405, "method-not-allowed")
    assert response.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("PUT", "/profiles/{user_id}", "application/json"),
        ("PATCH", "/profiles/{user_id}", "application/merge-patch+json"),
        ("PUT", "/profiles/{user_id}/location", "application/json"),
    ],
)
def test_other_content_is_415(
    hereabouts: Hereabouts, ines: SignedIn, method: str, path: str, taken: str
) -> None:
    """With the one that is taken."""
    response = hereabouts.profile.send(
        method,
        path.format(user_id=ines.user_id),
        "x",
        Content_Type="text/plain",
        Authorization=f"Bearer {ines.access}",
    )

    assert (response.status_code, slug(response)) == (415, "unsupported-media-type")
    assert response.headers["Accept"] == taken


def test_other_answer_is_406(hereabouts: Hereabouts, ines: SignedIn) -> None:
    """A page is HTML, and a profile is JSON."""
    page = hereabouts.profile.send("GET", "/people/ines", Accept="application/json")
    profile = hereabouts.profile.send("GET", f"/profiles/{ines.user_id}", Accept="text/html")

    for response in (page, profile):
        assert (response.status_code, slug(response)) == (406, "not-acceptable")


def test_large_body_is_413(hereabouts: Hereabouts) -> None:
    """More than a mebibyte."""
    response = hereabouts.authentication.send(
        "POST", "/users", "x" * (2**20 + 1), Content_Type=JSON
    )

    assert (response.status_code, slug(response)) == (413, "content-too-large")


@pytest.mark.parametrize("body", ["{", '{"username": "ines"', "\ufeff{}", '"\ud800"', b"\xff"])
def test_body_that_is_no_json_is_400(hereabouts: Hereabouts, body: str | bytes) -> None:
    """It is not repeated."""
    sent = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    response = hereabouts.authentication.send("POST", "/users", sent, Content_Type=JSON)

    assert (response.status_code, slug(response)) == (400, "malformed-request")


@pytest.mark.parametrize("path", ["/users", "/sessions"])
def test_missing_body_is_422(hereabouts: Hereabouts, path: str) -> None:
    """Its place is the whole body."""
    response = hereabouts.authentication.send("POST", path)

    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert pointers(response) == {"body "}


def test_head_is_answered_as_get_without_a_body(hereabouts: Hereabouts) -> None:
    """With the same headers, and the length that the body would have."""
    get = hereabouts.profile.send("GET", "/profiles")
    head = hereabouts.profile.send("HEAD", "/profiles")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers.keys() >= get.headers.keys()
    assert head.headers["Content-Length"] == str(len(get.content))
