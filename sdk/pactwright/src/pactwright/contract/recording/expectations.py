"""What a consumer's test expects: a request or a message, and what the consumer reads of it."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from pactwright.contract.declarations import Declaration
from pactwright.contract.errors import ExpectationError
from pactwright.contract.pacts import Request, State
from pactwright.contract.schemas import ABSENT, Schema
from pactwright.schema.document import Node, is_mapping, is_sequence
from pactwright.wire import PROBLEM_JSON, Model, mediatypes

Path: TypeAlias = tuple[str | int, ...]
"""A place in a JSON value: the names and indexes on the way to it."""


class _Asked:
    def __repr__(self) -> str:
        return "ASKED"


ASKED: Final = _Asked()
"""Stands for a value that is expected, whichever the document has for it."""


@dataclass(frozen=True, slots=True)
class Partial:
    """Some fields of a model; see `only`."""

    model: type[Model]
    fields: Mapping[str, object]


def only(model: type[Model], /, *names: str, **fields: object) -> Any:
    """Just some fields of an answer: those that the consumer reads.

    ``only(models.Tokens, "token_type", access_token="…", expires_in=900)``

    Args:
        model: the answer's.
        names: fields that are expected with the constant or example of the document.
        fields: fields that are expected with a value; that may be an `only` again, or a list of
            them.

    Raises:
        ExpectationError: the model has no such field.
    """
    __tracebackhide__ = True  # whoever reads it looks for the test's line
    given: dict[str, object] = {**dict.fromkeys(names, ASKED), **fields}
    for name in given:
        if name not in model.model_fields:
            known = ", ".join(model.model_fields)
            raise ExpectationError(f"{model.__name__} has no field {name!r}: it has {known}")
    return Partial(model, given)


def json_of(value: object) -> Any:
    """What stands on the wire for a value: a model's fields that are set, or those of an `only`."""
    if isinstance(value, Partial):
        return _members(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
    if isinstance(value, Mapping):
        return {str(name): json_of(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [json_of(item) for item in value]
    return value if value is ASKED else to_jsonable_python(value)


def _members(partial: Partial) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in partial.fields.items():
        inside = json_of(value)
        if not _is_written(partial.model, name, value):
            continue
        found[wire_name(partial.model, name)] = inside
    return found


def _is_written(model: type[BaseModel], name: str, value: object) -> bool:
    """Whether a value stands on the wire: None in an omittable field is left out."""
    excluded = model.model_fields[name].exclude_if
    return excluded is None or not excluded(value)


def wire_name(model: type[BaseModel], name: str) -> str:
    """A field's name in JSON."""
    described = model.model_fields[name]
    return described.serialization_alias or described.alias or name


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected(ABC):
    """What is read of what a provider sends: of an answer, or of a message.

    Attributes:
        description: unique in the pact.
        states: what is so before.
        sent: what was said before by name, which may be said again.
        content_type: the served body's Content-Type; None where there is no body.
        schema: the body's; None where there is none, or none for it.
        body: what is expected of the body; `ABSENT` where nothing is.
        served: the whole body that the consumer gets; `ABSENT` where there is none.
        headers: the headers that are expected.
    """

    description: str
    states: tuple[State, ...]
    sent: Mapping[str, Any] = field(default_factory=dict[str, Any])
    content_type: str | None = None
    schema: Schema | None = None
    body: Any = ABSENT
    served: Any = ABSENT
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    @abstractmethod
    def answer(self) -> str:
        """How errors and waivers call it, in two words: ``get_location 200``."""

    @property
    @abstractmethod
    def place(self) -> Node | None:
        """Where its body and headers are declared, as `content` and `headers`."""

    @abstractmethod
    def declared_header(self, name: str) -> Node | None:
        """What the document says of a header, whatever the case of its name."""

    @abstractmethod
    def header_schema(self, name: str) -> Schema | None:
        """The schema of a header that is declared, one that takes anything by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(Expected):
    """One request to be sent, and what is read of what comes back.

    Attributes:
        declaration: the operation, in the provider's document.
        request: what the client sends; what it says is `sent`: path, query, header and body values.
        status: the answer's.
    """

    declaration: Declaration
    request: Request
    status: int

    @property
    def answer(self) -> str:
        """How errors and waivers call the answer: ``get_location 200``."""
        return f"{self.declaration.operation.name} {self.status}"

    @property
    def place(self) -> Node | None:
        """The answer in the document."""
        return self.declaration.response(self.status)

    def declared_header(self, name: str) -> Node | None:
        """What the document says of a header of the answer."""
        return self.declaration.response_headers(self.status).get(name.lower())

    def header_schema(self, name: str) -> Schema | None:
        """The schema of a header of the answer."""
        node = self.declared_header(name)
        return self.declaration.schema(node) if node else None


def without_asked(value: Any) -> Any:
    """A value without what is only asked for."""
    if is_mapping(value):
        return {n: without_asked(v) for n, v in value.items() if v is not ASKED}
    if is_sequence(value):
        return [{} if item is ASKED else without_asked(item) for item in value]
    return value


def answered(expected: Any, whole: Any, where: str) -> Any:
    """What is expected, with the values of a whole body where they are only asked for.

    Raises:
        ExpectationError: the body has no such value.
    """
    if expected is ASKED:
        if whole is ABSENT:
            raise ExpectationError(
                f"{where} is optional, so the document says no value for it: give one by name"
            )
        return whole
    if is_mapping(expected) and is_mapping(whole):
        return {
            name: answered(value, whole.get(name, ABSENT), f"{where}/{name}")
            for name, value in expected.items()
        }
    if is_sequence(expected) and is_sequence(whole):
        pairs: Sequence[tuple[Any, Any]] = list(zip(expected, whole, strict=True))
        return [answered(one, other, f"{where}/{i}") for i, (one, other) in enumerate(pairs)]
    return expected


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places of a JSON value that hold nothing else: scalars, and what is empty."""
    if is_mapping(value) and value:
        for name, member in value.items():
            yield from leaves(member, (*path, name))
    elif is_sequence(value) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif value is not ABSENT:
        yield path


def at(value: Any, path: Path) -> Any:
    """What stands at a place of a JSON value; `ABSENT` where nothing does."""
    for part in path:
        if is_mapping(value) and isinstance(part, str):
            value = value.get(part, ABSENT)
        elif is_sequence(value) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return ABSENT
    return value


def is_json(content_type: str | None) -> bool:
    """Whether a body of a Content-Type is JSON."""
    media_type = mediatypes.parse(content_type) if content_type else None
    return media_type is not None and media_type.is_json


def is_problem(content_type: str | None) -> bool:
    """Whether a body of a Content-Type is problem details."""
    media_type = mediatypes.parse(content_type) if content_type else None
    return str(media_type) == PROBLEM_JSON


def text_of(body: Any, content_type: str) -> str:
    """A body as it is sent."""
    return json.dumps(body, ensure_ascii=False) if is_json(content_type) else str(body)
