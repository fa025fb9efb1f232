"""Values of any JSON schema that the generated models have, as hypothesis strategies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
Data = st.SearchStrategy[Any]

TEXT = st.characters(codec="utf-8")


def of_schema(schema: Schema, definitions: Schema | None = None) -> Data:
    """Values that the schema takes: of each type, within each bound."""
    known = schema.get("$defs", {}) if definitions is None else definitions
    if "$ref" in schema:
        return of_schema(known[schema["$ref"].rpartition("/")[2]], known)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    arms = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if arms:
        return st.one_of([of_schema(arm, known) for arm in arms])
    return _OF_TYPE[schema["type"]](schema, known)


def _string(schema: Schema, _: Schema) -> Data:
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda moment: moment.isoformat() + "Z").map(_with_seconds)
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if "pattern" not in schema:
        return st.text(TEXT, min_size=least, max_size=most)
    pattern = schema["pattern"]
    if pattern.endswith("$"):  # which in Python also matches before a line break at the end
        pattern = pattern[:-1] + r"\Z"
    strings = st.from_regex(pattern, alphabet=TEXT)
    return strings.filter(lambda text: least <= len(text) <= (most or len(text)))


def _with_seconds(text: str) -> str:
    return text if len(text) >= len("0000-00-00T00:00:00Z") else f"{text[:-1]}:00Z"


def _integer(schema: Schema, _: Schema) -> Data:
    return st.integers(schema.get("minimum"), schema.get("maximum"))


def _number(schema: Schema, _: Schema) -> Data:
    return st.floats(
        schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False
    )


def _array(schema: Schema, known: Schema) -> Data:
    items = of_schema(schema["items"], known)
    most = min(schema.get("maxItems", 4), 4)
    return st.lists(items, min_size=schema.get("minItems", 0), max_size=most)


def _object(schema: Schema, known: Schema) -> Data:
    members = {
        name: of_schema(member, known) for name, member in schema.get("properties", {}).items()
    }
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: member for name, member in members.items() if name in required},
        optional={name: member for name, member in members.items() if name not in required},
    )


_OF_TYPE: Mapping[str, Callable[[Schema, Schema], Data]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": lambda _, __: st.booleans(),
    "null": lambda _, __: st.none(),
    "array": _array,
    "object": _object,
}
