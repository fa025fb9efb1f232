"""Holds an expectation against the provider's document, before anything is served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pactwright.contract.declarations import Declaration
from pactwright.contract.errors import ExpectationError
from pactwright.contract.recording.expectations import Expectation, Expected, at, leaves
from pactwright.contract.schemas import ABSENT, Schema, violations
from pactwright.schema.document import Node, is_sequence
from pactwright.wire.problems import pointer

_MEANT_TO_BE_REFUSED: Final = frozenset({400, 422})


def check(expected: Expectation, arguments: Mapping[str, Any]) -> None:
    """Refuse what the document doesn't allow.

    A request that is answered with 400 or 422 may be against its schema: that is what it is for.

    Args:
        expected: the expectation.
        arguments: of the operation, by their Python names, as JSON.

    Raises:
        ExpectationError: its text has a line for each fault: the rule's place in the document, the
            operation and part, the JSON pointer, and what is wrong.
    """
    faults = [*_request_faults(expected, arguments), *_answer_faults(expected)]
    if faults:
        raise ExpectationError("\n".join(faults))


def check_message(expected: Expected) -> None:
    """Refuse what the document doesn't allow of a message.

    Raises:
        ExpectationError: as `check` does.
    """
    if faults := list(_body_read_faults(expected)):
        raise ExpectationError("\n".join(faults))


def _request_faults(expected: Expectation, arguments: Mapping[str, Any]) -> Iterator[str]:
    declaration = expected.declaration
    yield from _unknown_parameters(declaration, arguments)
    if expected.status in _MEANT_TO_BE_REFUSED:
        return
    name = declaration.operation.name
    values = {
        (str(each.location), each.name.lower()): arguments.get(each.argument)
        for each in declaration.operation.parameters
    }
    for node in declaration.parameters():
        value = values.get(_identity(node))
        if value is not None:
            place = f"{name} {node.text('in')} parameter {node.text('name')}"
            yield from _against(declaration.schema(node), value, place)
        elif node.get("required") is True:
            yield f"{node.place}/required: {name}: the parameter {node.text('name')} is missing"
    yield from _body_faults(expected, arguments.get("body"))


def _unknown_parameters(declaration: Declaration, arguments: Mapping[str, Any]) -> Iterator[str]:
    known = {_identity(each) for each in declaration.parameters()}
    for parameter in declaration.operation.parameters:
        sent = arguments.get(parameter.argument) is not None
        if sent and (parameter.location, parameter.name.lower()) not in known:
            place = declaration.node.child("parameters").place
            yield (
                f"{place}: {declaration.operation.name}: there is no {parameter.location} "
                f"parameter {parameter.name}"
            )


def _identity(parameter: Node) -> tuple[str, str]:
    return parameter.text("in"), parameter.text("name").lower()


def _body_faults(expected: Expectation, body: Any) -> Iterator[str]:
    declaration, media_type = expected.declaration, expected.request.media_type
    if media_type is None:
        return
    content = declaration.request_content(media_type)
    if content is None:
        place = declaration.node.child("requestBody").place
        yield f"{place}: {declaration.operation.name}: no body of {media_type} is declared"
        return
    yield from _against(declaration.schema(content), body, f"{declaration.operation.name} request")


def _answer_faults(expected: Expectation) -> Iterator[str]:
    for name, text in expected.headers.items():
        schema = expected.header_schema(name)
        if schema is None:
            place = expected.place.child("headers").place if expected.place else ""
            yield f"{place}: {expected.answer}: there is no header {name}"
        else:
            yield from _header_faults(schema, text, f"{expected.answer} header {name}")
    yield from _body_read_faults(expected)


def _body_read_faults(expected: Expected) -> Iterator[str]:
    if expected.schema is not None and expected.served is not ABSENT:
        yield from _against(expected.schema, expected.served, expected.answer)
        yield from _unknown_members(expected)
    elif expected.content_type is not None:
        place = expected.place.child("content").place if expected.place else ""
        yield f"{place}: {expected.answer}: no body of {expected.content_type} is declared"


def _header_faults(schema: Schema, text: str, where: str) -> Iterator[str]:
    value: Any = text
    if "integer" in schema.types and text.lstrip("-").isdecimal():
        value = int(text)
    yield from _against(schema, value, where)


def _unknown_members(expected: Expected) -> Iterator[str]:
    """Members that the schema doesn't name: it may allow them, but nobody can rely on them."""
    unknown: dict[str, str] = {}
    for path in leaves(expected.body):
        schema = expected.schema
        for length, part in enumerate(path, 1):
            whole = at(expected.served, path[: length - 1])
            inside = _below(schema.fitting(whole), part) if schema else None
            if schema and inside is None:
                unknown[pointer(*path[:length])] = _members_place(schema)
            schema = inside
    for where, place in unknown.items():
        yield f"{place}: {expected.answer} {where}: there is no such member"


def _members_place(schema: Schema) -> str:
    places = [part.child("properties").place for part in schema.parts() if "properties" in part]
    return str(places[0] if places else schema.nodes[0].place)


def _below(schema: Schema, part: str | int) -> Schema | None:
    return schema.member(part) if isinstance(part, str) else schema.items()


def _against(schema: Schema, value: Any, where: str) -> Iterator[str]:
    for each in violations(schema, value):
        yield f"{each.place}: {where}{f' {each.pointer}' if each.pointer else ''}: {each.message}"


def undeclared_status(declaration: Declaration, status: int) -> ExpectationError:
    """The error for a status that the document doesn't declare."""
    responses: Node = declaration.node.child("responses")
    known = ", ".join(responses.value) if not is_sequence(responses.value) else ""
    return ExpectationError(
        f"{responses.place}: {declaration.operation.name}: there is no answer {status}: "
        f"there are {known}"
    )
