"""The public page of a person."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hereabouts.location.models import LocationInput
from hereabouts.profile import ProfileClient
from hereabouts.profile.models import Profile, ProfileInput, ProfileLocation
from pactwright.client import with_response
from pactwright.client.errors import NotFound
from services.profile.page import CONTENT_SECURITY_POLICY, render, render_missing
from tests.services.answers import refused
from tests.services.composition import Hereabouts, SignedIn

HOSTILE = "<script>alert(1)</script>\"' onload=x &amp; </title></style>"
NOW = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "p", "a", "time"),
}


class Page(HTMLParser):
    """What a browser makes of a page: elements, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self) -> set[str]:
        return {name for _, attributes in self.elements for name in attributes}


def profile(
    name: str = "Inês",
    bio: str | None = None,
    website: str | None = None,
    location: ProfileLocation | None = None,
) -> Profile:
    """A profile with texts that no document would allow, for the page can't know."""
    shown = Profile(
        user_id=UUID(int=1, version=4),
        handle="ines",
        display_name="Inês",
        location_status="known" if location else "unknown",
        created_at=NOW,
        updated_at=NOW,
    )
    texts = {"display_name": name, "bio": bio, "website": website, "location": location}
    return shown.model_copy(update=texts)


def place(label: str | None = None, latitude: float = 1, longitude: float = 2) -> ProfileLocation:
    """As `profile`."""
    where = ProfileLocation(latitude=latitude, longitude=longitude, updated_at=NOW)
    return where.model_copy(update={"label": label})


PRINTABLE = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40
).filter(lambda text: text == text.strip())


@given(PRINTABLE, PRINTABLE, PRINTABLE)
def test_nothing_that_people_write_is_markup(name: str, bio: str, label: str) -> None:
    """Whatever it is: no element and no attribute comes of it, and it is read as it was written."""
    page = Page(render(profile(name, bio, f"https://ines.example/{HOSTILE}", place(label))))

    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert page.attributes() <= {
        *("lang", "charset", "name", "content", "class", "href", "rel", "datetime"),
    }
    for text in (name, bio, label):
        assert "".join(text.split()) in "".join(page.text.split())


def test_hostile_texts_are_shown_as_texts() -> None:
    """In the title, the heading, the bio, the website and the label."""
    html = render(profile(HOSTILE, HOSTILE, "https://x/\"onclick='x'", place(HOSTILE)))

    page = Page(html)
    assert "<script" not in html
    assert page.text.count(HOSTILE) == 4
    hrefs = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert hrefs == ["https://x/\"onclick='x'"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "shown"),
    [
        (38.7223, -9.1393, "38.7223° N, 9.1393° W"),
        (-1.2921, 36.8219, "1.2921° S, 36.8219° E"),
        (0, 0, "0.0000° N, 0.0000° E"),
    ],
)
def test_coordinates_are_shown_with_their_directions(
    latitude: float, longitude: float, shown: str
) -> None:
    """Once, and the time in words, in UTC."""
    html = render(profile(location=place(None, latitude, longitude)))

    assert html.count(shown) == 1
    assert '<time datetime="2026-11-20T09:05:00+00:00">20 November 2026, 09:05 UTC</time>' in html


@pytest.mark.parametrize("html", [render(profile(bio="x")), render_missing()])
def test_policy_allows_the_own_style_and_nothing_else(html: str) -> None:
    """Its hash is that of the style that is in the page."""
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    policy = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"


def test_page_is_answered_as_html(
    hereabouts: Hereabouts, client: ProfileClient, anyone: ProfileClient, ines: SignedIn
) -> None:
    """With the location, its own policy, and to be asked for again."""
    body = ProfileInput(handle="ines", display_name="Inês <b>", bio="One.\nTwo.")
    client.put_profile(ines.user_id, body)
    unknown = anyone.profile_page("ines")
    lisbon = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon & Porto")
    hereabouts.location.client(ines.bearer).put_location(ines.user_id, lisbon)

    answer = with_response(anyone.profile_page)("ines")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<h1>Inês &lt;b&gt;</h1>" in answer.value
    assert "Lisbon &amp; Porto" in answer.value
    assert "No location yet." in unknown


@pytest.mark.parametrize("handle", ["nobody", "NOBODY", "x", "%3Cscript%3E", "a" * 31])
def test_missing_page_is_a_page(hereabouts: Hereabouts, handle: str) -> None:
    """For a handle that nobody has, and for one that nobody can have; it repeats nothing."""
    response = hereabouts.profile.send("GET", f"/people/{handle}", Accept="text/html")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.text == render_missing()


def test_missing_page_is_an_error_of_the_client(anyone: ProfileClient) -> None:
    """Its body is the page."""
    error = refused(NotFound, lambda: anyone.profile_page("nobody"))

    assert error.body == render_missing()
    assert error.problem is None
