"""Entity tags and preconditions, by RFC 9110 sections 8.8.3 and 13."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.service import PreconditionFailed
from pactwright.service.conditional import (
    check_preconditions,
    etag,
    matches,
    none_matches,
    not_modified,
    tags,
    versions,
)

VERSIONS = st.integers() | st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E))
OPAQUE = VERSIONS.map(lambda v: str(v).replace('"', "'"))


@given(version=OPAQUE)
def test_a_tag_matches_itself(version: str) -> None:
    """Alone or in a list, strongly; never when it is weak."""
    tag = etag(version)

    assert matches(tag, tag)
    assert matches(f'"other" , {tag},', tag)
    assert not matches(f"W/{tag}", tag)
    assert not matches(tag, f"W/{tag}")


@given(versions=st.lists(OPAQUE))
def test_lists_come_apart(versions: list[str]) -> None:
    """Commas within a tag do not divide it."""
    listed = [etag(version) for version in versions]
    assert list(tags(", ".join(listed))) == listed


@pytest.mark.parametrize("version", ['a"b', "a b", "a\n", "€"])
def test_no_tag_of_what_none_can_hold(version: str) -> None:
    """Spaces, quotes and controls can't be in a tag."""
    with pytest.raises(ValueError, match="an entity tag can't hold"):
        etag(version)


@pytest.mark.parametrize(
    ("header", "current", "strong", "none"),
    [
        (None, '"1"', True, True),
        (None, None, True, True),
        ("*", '"1"', True, False),
        (" * ", '"1"', True, False),
        ("*", None, False, True),
        ('"1"', None, False, True),
        ('"1"', '"1"', True, False),
        ('"2"', '"1"', False, True),
        ('W/"1"', '"1"', False, False),
        ('"1"', 'W/"1"', False, False),
        ('W/"1"', 'W/"1"', False, False),
        ('"2", "1"', '"1"', True, False),
        ('"2",,"1",', '"1"', True, False),
        ("1", '"1"', False, True),
        ('"1', '"1"', False, True),
        ('"1" "1"', '"1"', False, True),
        ('*, "1"', '"1"', False, True),
        ('w/"1"', '"1"', False, True),
        ("", '"1"', False, True),
    ],
)
def test_comparisons(header: str | None, current: str | None, *, strong: bool, none: bool) -> None:
    """If-Match compares strongly, If-None-Match weakly; what is no list matches nothing."""
    assert matches(header, current) is strong
    assert none_matches(header, current) is none
    assert not_modified(header, current) is not none


@pytest.mark.parametrize(
    ("current", "if_match", "if_none_match", "passes"),
    [
        ('"1"', None, None, True),
        ('"1"', '"1"', None, True),
        ('"1"', '"2"', None, False),
        (None, '"1"', None, False),
        (None, None, "*", True),
        ('"1"', None, "*", False),
        ('"1"', '"1"', "*", False),
        ('"1"', '"2"', "*", False),
    ],
)
def test_writes_are_refused(
    current: str | None, if_match: str | None, if_none_match: str | None, *, passes: bool
) -> None:
    """A write goes ahead only if both headers allow it."""
    if passes:
        check_preconditions(current, if_match=if_match, if_none_match=if_none_match)
        return
    with pytest.raises(PreconditionFailed):
        check_preconditions(current, if_match=if_match, if_none_match=if_none_match)


@pytest.mark.parametrize("header", [", \t" * 3000 + "x", " " * 9000 + "x", '"a" ,' * 2000 + "x"])
def test_no_header_takes_long(header: str) -> None:
    """A list made to have a matcher go back and forth is told; going back, it never would be."""
    assert tags(header) == ()


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"a", "b-c"', ("a", "b-c")), ('W/"a", "b"', ("b",)), ("*", ()), ("a", ()), ("", ())],
)
def test_versions_are_those_of_strong_tags(header: str, expected: tuple[str, ...]) -> None:
    """As they were given to `etag`; a weak tag never matches a write."""
    assert versions(header) == expected
