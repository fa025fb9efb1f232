"""JSON Schema of OpenAPI 3.1 -> the models of API Gateway, a subset of JSON Schema draft 4.

A model accepts at least what the schema accepts: what the subset can't say is left out, never
bent into something stricter, because the Lambda validates in full and must have the last word.
Therefore what stands under a negation (`not`, `if`, oneOf's "no more than one") is left out
altogether: to weaken it would be to tighten the whole.

Sources: "Data models for REST APIs" and "Amazon API Gateway important notes", API Gateway
Developer Guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pactwright.schema.pointer import join

Schema = Mapping[str, Any]
Model = dict[str, Any]

_PREFIX: Final = "#/components/schemas/"
_TYPES: Final = {
    "object": "object",
    "array": "array",
    "string": "string",
    "boolean": "boolean",
    "number": "number",
    "integer": "number",  # 1.0 is an integer since draft 6; draft 4 would refuse it
}
_UNITS_PER_CHARACTER: Final = 2  # some validators count UTF-16 units, JSON Schema code points
_ANNOTATIONS: Final = frozenset(
    {
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "xml",
        "externalDocs",
        "discriminator",
        "format",
        "contentMediaType",
        "contentEncoding",
        "contentSchema",
        "$comment",
        "$schema",
        "$id",
        "$anchor",
        "$dynamicAnchor",
        "$defs",
    }
)


@dataclass(frozen=True)
class Weakener:
    """Translates the schemas of one document.

    Attributes:
        names: what the gateway calls each of the document's named schemas.
        report: called with a JSON pointer and a sentence for each thing that is left out.
    """

    names: Mapping[str, str]
    report: Callable[[str, str], object]

    def weaken(self, schema: object, place: str) -> Model:
        """A model that accepts whatever the schema at the JSON pointer `place` accepts."""
        if not isinstance(schema, Mapping) or schema.get("nullable") is True:
            if schema is not True:
                self.report(place, "the model can't say this schema: any value passes")
            return {}
        model: Model = {}
        for keyword in schema:
            translate = _KEYWORDS.get(keyword)
            if translate is not None:
                model.update(translate(self, schema, f"{place}/{keyword}"))
            elif keyword not in _ANNOTATIONS and not keyword.startswith("x-"):
                self.report(f"{place}/{keyword}", "the model leaves this keyword out")
        return _without_siblings(model)


def model_names(names: Iterable[str]) -> dict[str, str]:
    """The gateway's name for each schema: letters and digits only, each once."""
    chosen: dict[str, str] = {}
    for name in names:
        base = re.sub(r"[^0-9A-Za-z]", "", name) or "Model"
        candidates = (base, *(f"{base}V{number}" for number in range(2, len(chosen) + 3)))
        chosen[name] = next(each for each in candidates if each not in chosen.values())
    return chosen


def references(roots: object, schemas: Mapping[str, Any]) -> list[str]:
    """The names of the schemas that `roots` lead to, directly or not, in the document's order."""
    found: set[str] = set()
    queue = list(_targets(roots))
    while queue:
        name = queue.pop()
        if name in schemas and name not in found:
            found.add(name)
            queue += _targets(schemas[name])
    return [name for name in schemas if name in found]


def _targets(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        target = value.get("$ref")
        if isinstance(target, str) and target.startswith(_PREFIX):
            yield target.removeprefix(_PREFIX)
    inside = value.values() if isinstance(value, Mapping) else value
    for child in inside if isinstance(inside, Iterable) and not isinstance(inside, str) else ():
        yield from _targets(child)


def _type(weakener: Weakener, schema: Schema, place: str) -> Model:
    name = _TYPES.get(schema["type"]) if isinstance(schema["type"], str) else None
    if name is None:
        weakener.report(place, "the model can't say this type: any type passes")
    return {"type": name} if name else {}


def _reference(weakener: Weakener, schema: Schema, place: str) -> Model:
    name = str(schema["$ref"]).removeprefix(_PREFIX)
    if name not in weakener.names:
        weakener.report(place, f"the model can't refer to {schema['$ref']}: any value passes")
        return {}
    return {"$ref": _PREFIX + weakener.names[name]}


def _properties(weakener: Weakener, schema: Schema, place: str) -> Model:
    written = {
        name: weakener.weaken(inner, place + join((name,)))
        for name, inner in schema["properties"].items()
        if not _read_only(inner)
    }
    return {"properties": written}


def _items(weakener: Weakener, schema: Schema, place: str) -> Model:
    if "prefixItems" in schema:  # then it is about the remaining items only
        return {}
    return {"items": weakener.weaken(schema["items"], place)}


def _all(weakener: Weakener, schema: Schema, place: str) -> Model:
    return {"allOf": _arms(weakener, schema["allOf"], place)}


def _any(weakener: Weakener, schema: Schema, place: str) -> Model:
    return {"anyOf": _arms(weakener, schema["anyOf"], place)}


def _one(weakener: Weakener, schema: Schema, place: str) -> Model:
    if "anyOf" in schema:
        weakener.report(place, "the model leaves oneOf out, beside anyOf")
        return {}
    weakener.report(place, "the model takes it for anyOf")
    return {"anyOf": _arms(weakener, schema["oneOf"], place)}


def _arms(weakener: Weakener, arms: Iterable[object], place: str) -> list[Model]:
    return [weakener.weaken(arm, f"{place}/{index}") for index, arm in enumerate(arms)]


def _required(_: Weakener, schema: Schema, __: str) -> Model:
    # What is read-only, here or in another arm of an allOf, is required of answers alone.
    properties = schema.get("properties", {})
    names = [
        name
        for name in schema["required"]
        if name in properties and not _read_only(properties[name])
    ]
    return {"required": names} if names else {}  # draft 4 forbids an empty list


def _values(_: Weakener, schema: Schema, __: str) -> Model:
    values = [schema["const"]] if "const" in schema else schema["enum"]
    return {"enum": list({json.dumps(_plain(value)): value for value in values}.values())}


def _plain(value: object) -> object:
    """A value as JSON Schema compares it: 1.0 is 1, the order of members means nothing."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(value[name]) for name in sorted(value)}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _lower(_: Weakener, schema: Schema, __: str) -> Model:
    return _bound(schema, "minimum", "exclusiveMinimum", max)


def _upper(_: Weakener, schema: Schema, __: str) -> Model:
    return _bound(schema, "maximum", "exclusiveMaximum", min)


def _bound(
    schema: Schema, inclusive: str, exclusive: str, tightest: Callable[[list[float]], float]
) -> Model:
    values = [schema[name] for name in (inclusive, exclusive) if name in schema]
    numbers = [value for value in values if not isinstance(value, bool)]
    return {inclusive: tightest(numbers)} if numbers else {}


def _max_length(_: Weakener, schema: Schema, __: str) -> Model:
    return {"maxLength": schema["maxLength"] * _UNITS_PER_CHARACTER}


def _same(keyword: str) -> Callable[[Weakener, Schema, str], Model]:
    return lambda _, schema, __: {keyword: schema[keyword]}


def _without_siblings(model: Model) -> Model:
    # Draft 4 ignores whatever stands beside a $ref.
    if "$ref" not in model or len(model) == 1:
        return model
    rest = {keyword: value for keyword, value in model.items() if keyword not in ("$ref", "allOf")}
    return {"allOf": [{"$ref": model["$ref"]}, *model.get("allOf", []), *([rest] if rest else [])]}


def _read_only(schema: object) -> bool:
    return isinstance(schema, Mapping) and schema.get("readOnly") is True


_KEYWORDS: Final[Mapping[str, Callable[[Weakener, Schema, str], Model]]] = {
    "$ref": _reference,
    "type": _type,
    "enum": _values,
    "const": _values,
    "properties": _properties,
    "required": _required,
    "items": _items,
    "allOf": _all,
    "anyOf": _any,
    "oneOf": _one,
    "minimum": _lower,
    "exclusiveMinimum": _lower,
    "maximum": _upper,
    "exclusiveMaximum": _upper,
    "minLength": _same("minLength"),
    "maxLength": _max_length,
    "minItems": _same("minItems"),
    "maxItems": _same("maxItems"),
}
