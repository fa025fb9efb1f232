"""Answers and messages made whole: what a consumer doesn't read is filled in, so that it can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pactwright.contract.declarations import Declaration
from pactwright.contract.errors import ExpectationError
from pactwright.contract.schemas import ABSENT, Schema, violations
from pactwright.schema.document import Document, Node, is_mapping, is_sequence
from pactwright.wire import Operation

_FORMATTED: Mapping[str, str] = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2000-01-01",
    "date-time": "2000-01-01T00:00:00Z",
    "uri": "https://example.com/",
    "uri-reference": "/",
}


def completed(
    document: Document,
    operation: Operation[Any],
    status: int,
    body: Any = ABSENT,
    media_type: str | None = None,
) -> Any:
    """A body with all that the document requires of it; optional members are never added.

    Values come from `const`, the examples, the first of an `enum` or, where there is nothing else,
    from type and format; that of the examples is taken which agrees best with what is given.

    Args:
        document: the provider's.
        operation: what is answered.
        status: with which status.
        body: what there is of the body: a JSON value or text; `ABSENT` where there is nothing.
        media_type: the body's; None is the first that is declared.

    Returns:
        A JSON value or text; `ABSENT` where no body is declared.

    Raises:
        ExpectationError: nothing in the document tells what to fill in.
    """
    declared = Declaration.of(document, operation)
    content = answered_content(declared, status, media_type)
    if content is None:
        return body
    return filled(document, content, body, f"{operation.name} {status}")


def filled(document: Document, content: Node, body: Any, where: str) -> Any:
    """A body with all that its media type object requires of it, as in `completed`.

    Args:
        document: the provider's.
        content: the media type object.
        body: what there is of the body; `ABSENT` where there is nothing.
        where: what errors call it.

    Raises:
        ExpectationError: nothing in the document tells what to fill in.
    """
    schema = Schema(document, (content.child("schema"),) if "schema" in content else ())
    return _complete(schema, body, _content_examples(content), where)


def media_type(operation: Operation[Any], status: int) -> str | None:
    """The first media type that an operation answers a status with; None where it has no body."""
    declared = operation.response(status)
    return declared.contents[0].media_type if declared and declared.contents else None


def answered_content(declared: Declaration, status: int, wanted: str | None = None) -> Node | None:
    """What a document says of a body; None where it declares none."""
    chosen = wanted or media_type(declared.operation, status)
    return declared.response_content(status, chosen) if chosen else None


def _content_examples(content: Node) -> list[Any]:
    found = [content.value["example"]] if "example" in content else []
    named = (node for _, node in content.child("examples").members())
    return found + [node.value["value"] for node in named if "value" in node]


def _complete(schema: Schema, value: Any, examples: Sequence[Any], where: str) -> Any:
    """Fill in what is required; `where` is what errors call the place."""
    if value is ABSENT:
        value = _invented(schema, examples, where)
    if is_mapping(value):
        return _completed_object(schema.fitting(value), value, examples, where)
    if is_sequence(value):
        items = schema.items()
        if items is not None:
            inside = [item for each in examples if is_sequence(each) for item in each]
            return [_complete(items, each, inside, f"{where}/{i}") for i, each in enumerate(value)]
    return value


def _completed_object(
    schema: Schema, value: dict[str, Any], examples: Sequence[Any], where: str
) -> dict[str, Any]:
    fitting = [*_by_agreement([*examples, *schema.examples], value)]
    found: dict[str, Any] = {}
    for name in dict.fromkeys((*schema.required, *value)):
        member = schema.member(name)
        inside = [each[name] for each in fitting if name in each]
        given = value.get(name, ABSENT)
        whole = given if member is None else _complete(member, given, inside, f"{where}/{name}")
        if whole is not ABSENT:
            found[name] = whole
    return found


def _by_agreement(examples: Sequence[Any], value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The examples, those first that have most of the value's members and least others."""
    objects = [each for each in examples if is_mapping(each)]

    def disagreement(example: Mapping[str, Any]) -> tuple[int, int]:
        pairs = [(example.get(name, ABSENT), given) for name, given in value.items()]
        agreeing = sum(one is not ABSENT and one == other for one, other in pairs)
        return -agreeing, sum(one is not ABSENT and one != other for one, other in pairs)

    yield from sorted(objects, key=disagreement)


def _invented(schema: Schema, examples: Sequence[Any], where: str) -> Any:
    for candidate in _candidates(schema, examples):
        if not any(violations(schema, candidate)):
            return candidate
    if "object" in schema.types:
        return {}  # its members are filled in one by one
    place = schema.nodes[0].place if schema.nodes else "the document"
    raise ExpectationError(f"{place}: {where}: nothing to fill in: add an example to the document")


def _candidates(schema: Schema, examples: Sequence[Any] = ()) -> Iterator[Any]:
    """Values to fill in, the best first. Objects have required members only."""
    if (constant := schema.first("const")) is not ABSENT:
        yield constant
    yield from (_bared(schema, example) for example in (*examples, *schema.examples))
    listed = schema.first("enum")
    yield from listed if is_sequence(listed) else ()
    if (default := schema.first("default")) is not ABSENT:
        yield default
    yield from (each for arm in schema.arms() for each in _candidates(arm))
    if (text := _FORMATTED.get(str(schema.first("format")))) is not None:
        yield text
    for name in schema.types or ["object"]:
        yield from _of_type(schema, name)


def _of_type(schema: Schema, name: str) -> Iterator[Any]:
    """The plainest values of a type, first of those at its bounds."""
    bounds = [schema.first(keyword) for keyword in ("minimum", "maximum", "minLength")]
    least, most, shortest = (None if each is ABSENT else each for each in bounds)
    if name in ("integer", "number"):
        yield from (each for each in (least, most, 1, 0, 0.5) if each is not None)
    elif name == "string":
        yield from ("text", "t" * (shortest or 1))
    else:
        yield {"null": None, "boolean": False, "array": [], "object": {}}.get(name)


def _bared(schema: Schema, example: Any) -> Any:
    """An example without its optional members."""
    if is_mapping(example):
        fitting = schema.fitting(example)
        kept = {name: example[name] for name in fitting.required if name in example}
        members = {name: fitting.member(name) for name in kept}
        return {n: v if (m := members[n]) is None else _bared(m, v) for n, v in kept.items()}
    items = schema.items()
    if is_sequence(example) and items is not None:
        return [_bared(items, item) for item in example]
    return example
