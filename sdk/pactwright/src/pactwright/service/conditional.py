"""Conditional requests (RFC 9110 section 13): entity tags, If-Match and If-None-Match.

A header that is no list of entity tags matches nothing: If-Match then fails, which is safe, and
If-None-Match has the answer sent in full.
"""

from __future__ import annotations

import re
from typing import Final

from pactwright.service.problems import PreconditionFailed

_OPAQUE: Final = r'"[\x21\x23-\x7e\x80-\xff]*"'
_ONE: Final = rf"(?:W/)?{_OPAQUE}"
_TAG: Final = re.compile(_ONE)
_LIST: Final = re.compile(rf"[ \t]*+(?:{_ONE})?+(?:[ \t]*+,[ \t]*+(?:{_ONE})?+)*+[ \t]*+")


def etag(version: int | str) -> str:
    """The strong entity tag of a version: ``etag(3)`` is ``"3"``, with the quotes.

    Raises:
        ValueError: the version has characters that no tag may have.
    """
    tag = f'"{version}"'
    if not re.fullmatch(_OPAQUE, tag):
        raise ValueError(f"an entity tag can't hold {version!r}")
    return tag


def tags(header: str) -> tuple[str, ...]:
    """The entity tags of a list, weak ones with their ``W/``; () where it is none."""
    return tuple(_TAG.findall(header)) if _LIST.fullmatch(header) else ()


def versions(if_match: str) -> tuple[str, ...]:
    """The versions that If-Match allows: what `etag` made its strong tags of.

    Weak tags never match; ``*``, any version, is for the caller to tell first.
    """
    return tuple(tag[1:-1] for tag in tags(if_match) if not tag.startswith("W/"))


def matches(if_match: str | None, current: str | None) -> bool:
    """Whether If-Match holds: the strong comparison of section 8.8.3.2.

    Args:
        if_match: the header; None where it was not sent, and then it holds.
        current: the resource's entity tag; None where there is no resource.
    """
    if if_match is None:
        return True
    if current is None:
        return False
    if if_match.strip() == "*":
        return True
    return not current.startswith("W/") and current in tags(if_match)


def none_matches(if_none_match: str | None, current: str | None) -> bool:
    """Whether If-None-Match holds: the weak comparison of section 8.8.3.2.

    Args:
        if_none_match: the header; None where it was not sent, and then it holds.
        current: the resource's entity tag; None where there is no resource.
    """
    if if_none_match is None or current is None:
        return True
    if if_none_match.strip() == "*":
        return False
    return current.removeprefix("W/") not in {tag.removeprefix("W/") for tag in tags(if_none_match)}


def not_modified(if_none_match: str | None, current: str | None) -> bool:
    """Whether the caller's copy is current, so that a GET is answered with 304."""
    return not none_matches(if_none_match, current)


def check_preconditions(
    current: str | None, *, if_match: str | None = None, if_none_match: str | None = None
) -> None:
    """Refuse a write whose preconditions do not hold, in the order of section 13.2.2.

    Args:
        current: the resource's entity tag; None where there is no resource.
        if_match: the header, or None.
        if_none_match: the header, or None.

    Raises:
        PreconditionFailed: one does not hold.
    """
    if not matches(if_match, current):
        raise PreconditionFailed
    if not none_matches(if_none_match, current):
        raise PreconditionFailed("There is one already, and the request must not replace it.")
