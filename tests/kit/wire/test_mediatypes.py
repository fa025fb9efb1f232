from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.wire import mediatypes

JSON, PROBLEM, HTML = "application/json", "application/problem+json", "text/html"


def test_parse_reads_parameters_and_ignores_case() -> None:
    """Type and subtype are lower-cased, parameters are kept."""
    media_type = mediatypes.parse('Text/HTML; Charset="ISO-8859-1"')

    assert media_type is not None
    assert str(media_type) == HTML
    assert media_type.charset == "ISO-8859-1"


@given(st.text())
def test_parse_never_fails(text: str) -> None:
    """Any header value is either a media type or None."""
    result = mediatypes.parse(text)

    assert result is None or "/" in str(result)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/*", HTML),
        ("text/html, application/json;q=0.9", HTML),
        ("text/html;q=0.1, application/json;q=0.9", JSON),
        ("application/*;q=0.5, text/html;q=0", JSON),
        ("application/json;q=0, */*", HTML),
        ("image/png", None),
        ("text/html;q=nonsense", None),
    ],
)
def test_negotiate_follows_qualities(accept: str | None, expected: str | None) -> None:
    """The most liked of the offered types; the closest range decides about each."""
    assert mediatypes.negotiate(accept, [JSON, HTML]) == expected


@pytest.mark.parametrize(
    ("given_type", "expected"),
    [
        ("application/json; charset=utf-8", JSON),
        ("application/problem+json", PROBLEM),
        ("image/png", "image/*"),
        ("audio/ogg", "*/*"),
        ("nonsense", None),
        (None, None),
    ],
)
def test_find_takes_the_most_specific(given_type: str | None, expected: str | None) -> None:
    """An exact type goes before a range."""
    assert mediatypes.find(given_type, ["*/*", "image/*", JSON, PROBLEM]) == expected


@pytest.mark.parametrize(
    ("given_type", "expected"),
    [
        ("text/csv; version=2", "text/csv; version=2"),
        ("text/csv; version=2; header=present", "text/csv; version=2"),
        ("text/csv", "text/csv"),
        ("text/csv; version=3", "text/csv"),
    ],
)
def test_find_tells_parameters_apart(given_type: str, expected: str) -> None:
    """The one with the same parameters, or else the one with the least that were not given."""
    declared = ["text/csv; version=1", "text/csv", "text/csv; version=2"]

    assert mediatypes.find(given_type, declared) == expected


def test_negotiate_offers_a_range_to_who_wants_something_in_it() -> None:
    """Who answers chooses the media type within it."""
    assert mediatypes.negotiate("image/png", [JSON, "image/*"]) == "image/*"
    assert mediatypes.negotiate("text/plain", ["image/*"]) is None
