"""Matching rules of an answer: what is pinned by value, and what by type and format.

They come from the document's schema, not from the value; only what echoes the request or a state is
pinned beside what steers behaviour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pactwright.contract.recording.echoes import Echoes
from pactwright.contract.recording.expectations import Expectation, is_json
from pactwright.contract.schemas import ABSENT, FORMS, Schema
from pactwright.schema.document import is_mapping, is_sequence
from pactwright.schema.patterns import is_native, translate

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Rules = dict[str, Any]


def rules(expected: Expectation) -> Rules:
    """The matching rules of an expectation's answer, as pact's V4 has them."""
    echoes = Echoes.of(expected)
    found: Rules = {}
    if headers := dict(_header_rules(expected, echoes)):
        found["header"] = headers
    if expected.body is ABSENT:
        return found
    if is_json(expected.content_type):
        found["body"] = dict(_body_rules("$", "", expected.body, expected.schema, echoes))
    else:
        found["body"] = {"$": _text_rule(str(expected.body), echoes)}
    return found


def _text_rule(text: str, echoes: Echoes) -> Rules:
    within = echoes.within(text)
    including = [{"match": "include", "value": each} for each in within]
    return _rule(*(including or [{"match": "type"}]))


def _header_rules(expected: Expectation, echoes: Echoes) -> Iterator[tuple[str, Rules]]:
    declared = expected.declaration.response_headers(expected.status)
    for name, text in expected.headers.items():
        node = declared.get(name.lower())
        schema = expected.declaration.schema(node) if node else None
        if schema is None or _steers(schema) or echoes.has(name, text):
            yield name, _rule({"match": "equality"})
        else:
            yield name, _rule(_form(schema) or {"match": "type"})


def _body_rules(
    path: str, name: str, value: Any, schema: Schema | None, echoes: Echoes
) -> Iterator[tuple[str, Rules]]:
    """The rules of a value and all in it; `name` is the member's that it is, or is in.

    Objects have none: the engine would hand it down to all that is in them, and never see that an
    array which is expected to be empty is not.
    """
    schema = schema.fitting(value) if schema else None
    if is_mapping(value):
        if not value:
            yield path, _rule({"match": "type"})
        for key, member in value.items():
            inside = schema.member(key) if schema else None
            yield from _body_rules(f"{path}{_step(key)}", key, member, inside, echoes)
    elif is_sequence(value):
        yield from _array_rules(path, name, value, schema, echoes)
    elif schema is None or value is None or _steers(schema) or echoes.has(name, value):
        yield path, _rule(*_exactly(schema, value))
    else:
        yield path, _rule(*_alike(schema, value))


def _array_rules(
    path: str, name: str, value: list[Any], schema: Schema | None, echoes: Echoes
) -> Iterator[tuple[str, Rules]]:
    """One item stands for one or more like it, several for themselves: so many, in that order."""
    items = schema.items() if schema else None
    if value and _is_said(name, value, echoes):
        yield path, _rule({"match": "equality"})
    elif len(value) == 1:
        yield path, _rule({"match": "type", "min": 1})
        yield from _body_rules(f"{path}[*]", name, value[0], items, echoes)
    else:
        for index, item in enumerate(value):
            yield from _body_rules(f"{path}[{index}]", name, item, items, echoes)


def _is_said(name: str, value: list[Any], echoes: Echoes) -> bool:
    """Whether an array of scalars is what a state or the request says."""
    scalars = not any(is_mapping(item) or is_sequence(item) for item in value)
    return scalars and all(echoes.has(name, item) for item in value)


def _steers(schema: Schema) -> bool:
    """Whether values of a schema steer behaviour: a constant, one of a list, yes or no."""
    named = (schema.first("const"), schema.first("enum"))
    return any(each is not ABSENT for each in named) or schema.types == ("boolean",)


def _exactly(schema: Schema | None, value: Any) -> Iterator[Rules]:
    """Equal by value; to the engine 25.0 is not 25, though to JSON it is."""
    is_number = schema is not None and "number" in schema.types and not isinstance(value, bool)
    if is_number and isinstance(value, int | float) and float(value).is_integer():
        yield {"match": "number"}
        yield {"match": "regex", "regex": rf"^{int(value)}(\.0+)?$"}
    else:
        yield {"match": "equality"}


def _alike(schema: Schema, value: Any) -> Iterator[Rules]:
    """Of the same type and form. A form alone is no type: the engine sees null as text."""
    if isinstance(value, bool):
        yield {"match": "boolean"}
    elif isinstance(value, int | float):
        yield {"match": "integer" if "integer" in schema.types else "number"}
    else:
        yield {"match": "type"}
        if (form := _form(schema)) is not None:
            yield form


def _form(schema: Schema) -> Rules | None:
    """The rule for how a text is written; None where any text will do."""
    known = FORMS.get(str(schema.first("format")))
    pattern = schema.first("pattern")
    if known is None and isinstance(pattern, str) and is_native(translate(pattern)):
        known = translate(pattern)
    if known is None and "integer" in schema.types:  # in a header
        known = "^-?[0-9]+$"
    return None if known is None else {"match": "regex", "regex": known}


def _rule(*matchers: Rules) -> Rules:
    return {"combine": "AND", "matchers": list(matchers)}


def _step(name: str) -> str:
    return f".{name}" if _PLAIN_NAME.fullmatch(name) else f"['{name}']"
