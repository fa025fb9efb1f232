"""Which interactions a change breaks, told from what they send and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

from pactwright.release.comparison.changes import Concern, nobody
from pactwright.release.comparison.recorded import Recorded, found_at
from pactwright.release.comparison.schemas.difference import Difference, Hit, Path
from pactwright.wire import mediatypes

_UNSUPPORTED: Final = 415


class Test(Protocol):
    """Asks about a value."""

    def __call__(self, value: Any, *, texts: bool) -> bool:
        """Whether it is so; `texts`: all in the value is written as texts."""
        ...


def sends(location: str, *names: str) -> Concern:
    """Who sends a parameter, under any of the names that it may have."""
    return lambda it: not it.is_refused and _is_sent(it, location, names)


def lacks(location: str, *names: str) -> Concern:
    """Who doesn't send a parameter."""
    return lambda it: not it.is_refused and not _is_sent(it, location, names)


def _is_sent(it: Recorded, location: str, names: tuple[str, ...]) -> bool:
    return any(it.parameter(location, name) is not None for name in names)


def sends_body(media_type: str = "") -> Concern:
    """Who sends a body; with a media type, who sends one of that."""

    def concerned(it: Recorded) -> bool:
        given = it.request_type
        if it.is_refused or given is None:
            return False
        return not media_type or mediatypes.find(given, [media_type]) is not None

    return concerned


def lacks_body() -> Concern:
    """Who sends no body."""
    return lambda it: not it.is_refused and it.request_type is None


def succeeds() -> Concern:
    """Who gets what it asks for."""
    return lambda it: it.succeeds


def is_refused_without(location: str, *names: str) -> Concern:
    """Who relies on being refused without a parameter."""
    return lambda it: it.is_refused and not _is_sent(it, location, names)


def is_refused_without_body() -> Concern:
    """Who relies on being refused without a body."""
    return lambda it: it.is_refused and it.request_type is None


def is_refused_of(media_type: str) -> Concern:
    """Who relies on a media type's being refused."""
    return lambda it: it.status == _UNSUPPORTED and _is_of(it, media_type)


def sends_value(difference: Difference, media_type: str) -> Concern:
    """Who sends a body that a difference hits."""

    def concerned(it: Recorded) -> bool:
        known, value = it.sent
        if it.is_refused or not _is_of(it, media_type):
            return False
        return not known or _finds(difference, value, difference.hits, texts=it.is_form)

    return concerned


def is_refused_for_value(difference: Difference, media_type: str) -> Concern:
    """Who relies on being refused for what a difference lets pass."""

    def concerned(it: Recorded) -> bool:
        known, value = it.sent
        if not it.is_refused or not known or not _is_of(it, media_type):
            return False
        return _finds(difference, value, difference.admits, texts=it.is_form)

    return concerned


def _is_of(it: Recorded, media_type: str) -> bool:
    given = it.request_type
    return given is not None and mediatypes.find(given, [media_type]) is not None


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter whose schemas differ, and whose values are read from what is sent.

    Attributes:
        delimiter: what is between the items of an array; "" where each is sent by itself.
    """

    difference: Difference
    location: str
    name: str
    delimiter: str

    def sent(self, it: Recorded) -> bool:
        """Whether an interaction sends a value that the difference hits."""
        texts = it.parameter(self.location, self.name)
        return not it.is_refused and texts is not None and self._finds(texts, self.difference.hits)

    def refused(self, it: Recorded) -> bool:
        """Whether it relies on being refused for a value that the difference lets pass."""
        texts = it.parameter(self.location, self.name)
        return it.is_refused and texts is not None and self._finds(texts, self.difference.admits)

    def _finds(self, texts: tuple[str, ...], test: Test) -> bool:
        path, types = self.difference.path, self.difference.schemas[0].types
        if path or "array" in types:
            items = [t for text in texts for t in self._split(text)]
            if _finds(self.difference, items, test, texts=True):
                return True
        return not path and any(_finds(self.difference, text, test, texts=True) for text in texts)

    def _split(self, text: str) -> list[str]:
        return text.split(self.delimiter) if self.delimiter else [text]


def _finds(difference: Difference, value: Any, test: Test, *, texts: bool) -> bool:
    """Whether a test is true of what is at a difference's place in a value.

    Args:
        difference: whose place.
        value: the whole body or parameter.
        test: asks about what is there; of what may not be there, about what it is not in.
        texts: whether all in the value is written as texts.
    """
    path = difference.path
    if difference.hit is Hit.ABSENT and path:
        inside = [each for each in found_at(value, path[:-1]) if isinstance(each, dict)]
        return any(path[-1] not in each and test(each, texts=texts) for each in inside)
    return any(test(found, texts=texts) for found in found_at(value, path))


def reads_value(difference: Difference, answered: Concern) -> Concern:
    """Who relies on what a difference of an answer takes away.

    Args:
        difference: of the answer's schemas.
        answered: whether an interaction is answered so.
    """
    if difference.tolerated:
        return nobody
    path = difference.path

    def concerned(it: Recorded) -> bool:
        if not answered(it):
            return False
        return it.reads(path) or (difference.demanded and it.needs(path))

    return concerned


def reads_header(name: str, answered: Concern) -> Concern:
    """Who reads a header of an answer."""
    return lambda it: answered(it) and it.reads_header(name)


def of_status(status: str, declared: frozenset[str]) -> Concern:
    """Who relies on a status, or a class of them, as a document declares them."""

    def concerned(it: Recorded) -> bool:
        exact, of_class = str(it.status), f"{it.status // 100}XX"
        found = next((key for key in (exact, of_class, "default") if key in declared), None)
        return found == status

    return concerned


def of_media_type(media_type: str, answered: Concern) -> Concern:
    """Who relies on an answer's media type: reads it, or has a client that reads it."""

    def concerned(it: Recorded) -> bool:
        given = it.response_type
        fits = given is None or mediatypes.find(given, [media_type]) is not None
        return answered(it) and fits and (it.interaction.response.has_body or it.needs(()))

    return concerned


def reads_of(media_type: str, answered: Concern) -> Concern:
    """Whether an interaction is answered with a media type, as far as it tells."""

    def concerned(it: Recorded) -> bool:
        given = it.response_type
        return answered(it) and (given is None or mediatypes.find(given, [media_type]) is not None)

    return concerned


def member(path: Path) -> str:
    """A place in a body, as reports have it."""
    return "".join(f".{token}" for token in path)
