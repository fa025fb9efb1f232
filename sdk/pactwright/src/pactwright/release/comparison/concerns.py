"""Which interactions a change breaks, told from what they send and read."""

from __future__ import annotations

from typing import Any

from pactwright.release.comparison.changes import Concern, nobody
from pactwright.release.comparison.recorded import Recorded, found_at
from pactwright.release.comparison.schemas.difference import Difference, Hit, Path
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.wire import mediatypes


def sends(location: str, name: str) -> Concern:
    """Who sends a parameter."""
    return lambda it: not it.is_refused and it.parameter(location, name) is not None


def lacks(location: str, name: str) -> Concern:
    """Who doesn't send a parameter."""
    return lambda it: not it.is_refused and it.parameter(location, name) is None


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


def sends_value(difference: Difference, media_type: str) -> Concern:
    """Who sends a body that a difference hits."""
    of_type = sends_body(media_type)

    def concerned(it: Recorded) -> bool:
        if not of_type(it):
            return False
        known, value = it.sent
        return not known or _hits(difference, value, texts=it.is_form)

    return concerned


def sends_argument(difference: Difference, location: str, name: str, *, several: bool) -> Concern:
    """Who sends a parameter whose value a difference hits.

    Args:
        difference: of the parameter's schemas.
        location: of the parameter.
        name: of the parameter.
        several: whether each item of an array is sent by itself.
    """

    def concerned(it: Recorded) -> bool:
        texts = it.parameter(location, name)
        if it.is_refused or texts is None:
            return False
        schema = difference.schemas[0]
        types = _root_types(difference, schema)
        if "object" in types:
            return True  # how its members are written is not read here
        if "array" in types:
            split = list(texts) if several else [t for text in texts for t in text.split(",")]
            return _hits(difference, split, texts=True)
        return any(_hits(difference, text, texts=True) for text in texts)

    return concerned


def _root_types(difference: Difference, schema: Schema) -> frozenset[str]:
    """The types of a parameter, as far as the difference tells."""
    if difference.path:
        return frozenset({"array"} if difference.path[0] in ("*", "0") else {"object"})
    return schema.types if len(schema.types) < 3 else frozenset({"string"})


def _hits(difference: Difference, value: Any, *, texts: bool) -> bool:
    """Whether a value has what a difference hits; `texts`: all in it is written as texts."""
    path = difference.path
    if difference.hit is Hit.ABSENT and path:
        containers = found_at(value, path[:-1])
        return any(isinstance(each, dict) and path[-1] not in each for each in containers)
    hits = difference.hits_text if texts else difference.hits
    return any(hits(found) for found in found_at(value, path))


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
