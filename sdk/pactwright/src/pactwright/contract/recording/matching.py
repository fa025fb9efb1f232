"""Matching rules of an answer or message: what is pinned by value, and what by type and format.

They come from the document's schema, not from the value; only what echoes the request or a state is
pinned beside what steers behaviour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pactwright.contract.recording.echoes import Echoes
from pactwright.contract.recording.expectations import Expected, is_json, is_problem
from pactwright.contract.schemas import ABSENT, FORMS, Schema
from pactwright.schema.document import is_mapping, is_sequence
from pactwright.schema.patterns import is_native, translate

_PROBLEM_TYPE: Final = "$.type"
_UTC: Final = re.compile(
    r"(?P<day>[0-9-]+)[Tt](?P<time>[0-9:]+)(\.(?P<fraction>[0-9]+))?([Zz]|[+-]00:00)"
)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Rules = dict[str, Any]


def rules(expected: Expected) -> Rules:
    """The matching rules of what is expected, as pact's V4 has them."""
    echoes = Echoes.of(expected)
    found: Rules = {}
    if headers := dict(_header_rules(expected, echoes)):
        found["header"] = headers
    if expected.body is ABSENT:
        return found
    if is_json(expected.content_type):
        found["body"] = dict(_body_rules("$", "", expected.body, expected.schema, echoes))
        if _PROBLEM_TYPE in found["body"] and is_problem(expected.content_type):
            found["body"][_PROBLEM_TYPE] = _rule({"match": "equality"})
    else:
        found["body"] = {"$": _text_rule(str(expected.body), echoes)}
    return found


def _text_rule(text: str, echoes: Echoes) -> Rules:
    within = echoes.within(text)
    including = [{"match": "include", "value": each} for each in within]
    return _rule(*(including or [{"match": "type"}]))


def _header_rules(expected: Expected, echoes: Echoes) -> Iterator[tuple[str, Rules]]:
    for name, text in expected.headers.items():
        schema = expected.header_schema(name)
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
    else:
        yield path, _rule(*_leaf_matchers(name, value, schema, echoes))


def _leaf_matchers(name: str, value: Any, schema: Schema | None, echoes: Echoes) -> Iterator[Rules]:
    if schema is None or value is None or _steers(schema) or isinstance(value, bool):
        yield from _exactly(schema, value)
    elif not echoes.has(name, value):
        yield from _alike(schema, value)
    elif schema.first("format") == "date-time" and (moment := _UTC.fullmatch(str(value))):
        yield {"match": "type"}
        yield {"match": "regex", "regex": _same_moment(moment)}
    else:
        yield from _exactly(schema, value)


def _same_moment(moment: re.Match[str]) -> str:
    """However it is written in UTC: any client reads the same of it."""
    fraction = (moment["fraction"] or "").rstrip("0")
    rest = rf"\.{fraction}0*" if fraction else r"(\.0+)?"
    return rf"^{moment['day']}[Tt]{moment['time']}{rest}([Zz]|[+-]00:00)$"


def _array_rules(
    path: str, name: str, value: list[Any], schema: Schema | None, echoes: Echoes
) -> Iterator[tuple[str, Rules]]:
    """What is in an array: items for themselves, so many in that order, or one or more alike.

    Items that hold an empty array are for themselves: it would be under the rule of those alike.
    """
    items = schema.items() if schema else None
    if value and _is_said(name, value, echoes):
        yield path, _rule({"match": "equality"})
        return
    alike = [dict(_body_rules(f"{path}[*]", name, item, items, echoes)) for item in value]
    differ = any(each != alike[0] for each in alike)
    if differ or _holds_empty(value) or _counts(name, value, echoes):
        for index, item in enumerate(value):
            yield from _body_rules(f"{path}[{index}]", name, item, items, echoes)
    else:
        yield path, _rule({"match": "type", "min": 1})
        yield from alike[0].items()


def _is_said(name: str, value: list[Any], echoes: Echoes) -> bool:
    """Whether an array of scalars is what a state or the request says."""
    return not _is_nested(value) and all(echoes.has(name, item) for item in value)


def _counts(name: str, value: list[Any], echoes: Echoes) -> bool:
    """Whether it matters how many items there are: they are known from a state or the request."""
    return _is_nested(value) and echoes.any_in(name, value)


def _holds_empty(value: Any) -> bool:
    """Whether a value is an empty array, or has one in it."""
    if is_mapping(value):
        return any(map(_holds_empty, value.values()))
    return is_sequence(value) and (not value or any(map(_holds_empty, value)))


def _is_nested(value: list[Any]) -> bool:
    return any(is_mapping(item) or is_sequence(item) for item in value)


def _steers(schema: Schema) -> bool:
    """Whether values of a schema steer behaviour: a constant, or one of a list."""
    return any(schema.first(keyword) is not ABSENT for keyword in ("const", "enum"))


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
    if isinstance(value, int | float):
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
        known = "^[0-9]+$" if _is_never_negative(schema) else "^-?[0-9]+$"
    return None if known is None else {"match": "regex", "regex": known}


def _is_never_negative(schema: Schema) -> bool:
    least = schema.first("minimum")
    return isinstance(least, int | float) and least >= 0


def _rule(*matchers: Rules) -> Rules:
    return {"combine": "AND", "matchers": list(matchers)}


def _step(name: str) -> str:
    return f".{name}" if _PLAIN_NAME.fullmatch(name) else f"['{name}']"
