"""Interactions as their pacts record them: what was sent, as values, and what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from pactwright.contract.pacts import Interaction
from pactwright.release.comparison.schemas.difference import DEEP, EACH, REST, Path
from pactwright.wire import mediatypes
from pactwright.wire.bodies import FORM
from pactwright.wire.problems import PROBLEM_JSON

REFUSED: Final = (400, 401, 415, 422)
"""The answers to requests that are refused before they are understood."""

_SUCCESS: Final = 2
_FIRST_ERROR: Final = 400
_PARAMETER: Final = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True)
class Recorded:
    """An interaction of an operation.

    Attributes:
        template: the path template of the operation that it is of.
    """

    consumer: str
    interaction: Interaction
    template: str

    @property
    def status(self) -> int:
        """The status that its consumer relies on."""
        return self.interaction.response.status

    @property
    def succeeds(self) -> bool:
        """Whether the consumer gets what it asks for; 304 is such an answer."""
        return self.status < _FIRST_ERROR

    @property
    def is_refused(self) -> bool:
        """Whether what is sent is wrong on purpose: more that is wrong makes no difference."""
        return self.status in REFUSED

    # What is sent

    @property
    def request_type(self) -> str | None:
        """The media type of what is sent; None where nothing is."""
        return self.interaction.request.media_type

    @cached_property
    def sent(self) -> tuple[bool, Any]:
        """The request's body as a value, and whether it could be read as one.

        A form is an object whose members are texts, or lists of them.
        """
        request = self.interaction.request
        if request.media_type is None:
            return True, None
        media_type = mediatypes.parse(request.media_type)
        if media_type is not None and media_type.is_json:
            return True, request.body
        if str(media_type) == FORM:
            fields = parse_qs(str(request.body or ""), keep_blank_values=True)
            return True, {name: v[0] if len(v) == 1 else v for name, v in fields.items()}
        return isinstance(request.body, str) and str(media_type).startswith("text/"), request.body

    @property
    def is_form(self) -> bool:
        """Whether the request's body is a form, all of whose values are texts."""
        media_type = mediatypes.parse(self.request_type or "")
        return str(media_type) == FORM

    def parameter(self, location: str, name: str) -> tuple[str, ...] | None:
        """The texts that are sent for a parameter; None where none is."""
        request = self.interaction.request
        if location == "query":
            return request.query.get(name) or _bracketed(request.query, name)
        if location == "querystring":
            return tuple(value for values in request.query.values() for value in values) or None
        if location == "header":
            found = {key.lower(): value for key, value in request.headers.items()}
            return (found[name.lower()],) if name.lower() in found else None
        if location == "cookie":
            cookie = SimpleCookie(self.header("Cookie") or "")
            return (cookie[name].value,) if name in cookie else None
        return self._segment(name)

    def header(self, name: str) -> str | None:
        """A header of the request."""
        found = self.parameter("header", name)
        return found[0] if found else None

    def _segment(self, name: str) -> tuple[str, ...] | None:
        pairs = zip(self.template.split("/"), self.interaction.request.path.split("/"), strict=True)
        for segment, text in pairs:
            names = [each[1:-1] for each in _PARAMETER.findall(segment)]
            pattern = "(.+)".join(map(re.escape, _PARAMETER.split(segment)))
            match = re.fullmatch(pattern, unquote(text), re.DOTALL)
            if name in names and match is not None:
                return (match.group(names.index(name) + 1),)
        return None

    # What is read

    @property
    def response_type(self) -> str | None:
        """The media type of the answer; None where the consumer relies on none."""
        response = self.interaction.response
        return response.media_type or response.headers.get("Content-Type")

    @property
    def is_problem(self) -> bool:
        """Whether the answer is problem details, which clients read member by member."""
        return str(mediatypes.parse(self.response_type or "")) == PROBLEM_JSON

    def reads(self, path: Path) -> bool:
        """Whether the consumer reads a place of the body, something in it, or all around it."""
        response = self.interaction.response
        if not response.has_body:
            return False
        ends = list(_ends(response.body, ()))
        return any(leads(path, end) or (value == {} and around(end, path)) for end, value in ends)

    def needs(self, path: Path) -> bool:
        """Whether the consumer's client has nothing for it if a place doesn't fit the document.

        A generated client reads success strictly, and an error that is of a type of its own if it
        is read; of a problem it leaves out the members that don't fit.
        """
        response = self.interaction.response
        if not self.succeeds:
            if not response.has_body:
                return False
            return self.reads(path[:1]) if self.is_problem else True
        return self.status // 100 == _SUCCESS and self.interaction.request.method != "HEAD"

    def reads_header(self, name: str) -> bool:
        """Whether the consumer reads a header."""
        return name.lower() in {each.lower() for each in self.interaction.response.headers}


def _bracketed(query: Any, name: str) -> tuple[str, ...] | None:
    """What is sent for the members of an object: ``name[member]=…``."""
    found = [
        value for key, values in query.items() if key.startswith(f"{name}[") for value in values
    ]
    return tuple(found) or None


def _ends(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The places at which a value has nothing inside, with what is there."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _ends(member, (*path, name))
    elif isinstance(value, list) and value:
        for item in value:
            yield from _ends(item, (*path, EACH))
    else:
        yield path, value


def leads(pattern: Path, path: Path) -> bool:
    """Whether a path leads to what a pattern stands for, or into it."""
    if not pattern:
        return True
    first, *rest = pattern
    if first == DEEP:
        return any(leads(tuple(rest), path[skipped:]) for skipped in range(len(path) + 1))
    return bool(path) and _fits(first, path[0]) and leads(tuple(rest), path[1:])


def around(path: Path, pattern: Path) -> bool:
    """Whether what a path leads to holds what a pattern stands for."""
    if not path or DEEP in pattern[: len(path)]:
        return True
    pairs = zip(pattern, path, strict=False)
    return len(path) <= len(pattern) and all(_fits(one, other) for one, other in pairs)


def _fits(token: str, name: str) -> bool:
    return token in (name, REST) or (name == EACH and token.isdecimal())


def found_at(value: Any, path: Path) -> Iterator[Any]:
    """What is at each place of a value that a path leads to."""
    if not path:
        yield value
        return
    first, *rest = path
    if first == DEEP:
        yield from found_at(value, tuple(rest))
        for inner in _members(value):
            yield from found_at(inner, path)
        return
    if isinstance(value, list):
        if first == EACH:
            chosen = value
        else:
            chosen = value[int(first) : int(first) + 1] if first.isdecimal() else []
    elif isinstance(value, dict):
        chosen = list(value.values()) if first == REST else [value[first]] if first in value else []
    else:
        chosen = []
    for inner in chosen:
        yield from found_at(inner, tuple(rest))


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
