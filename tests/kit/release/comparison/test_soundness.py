"""No breaking change is hidden: whatever value tells two schemas apart, the comparison says so.

Pairs of schemas are drawn, and a few hundred values are held against both by jsonschema, which
knows nothing of the comparison. What the old schema takes and the new one refuses breaks callers;
what the new one takes and the old one refuses breaks readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Final, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pactwright.release.comparison.kinds import Direction
from tests.kit.release.comparison.schemata import differences, schema

Way = tuple[str, ...]
Among = Literal["one", "parts", "arms"]
ITSELF: Final = {"$ref": "#/components/schemas/It"}
Pair = tuple[Any, Any]
"""Two schemas, the old and the new."""

_SCALARS: Final = [None, False, True, -1, 0, 1, 2, 3, 4, 0.5, 1.5, "", "a", "ab", "abc", "b", "1"]
_ITEMS: Final = [None, 0, 2, 1.5, "", "ab", True]
_NAMES: Final = [["a", "b"], ["c", "d"], ["e"]]
"""What members are called: on each level otherwise, so that what nobody declares can be told."""


def values() -> list[Any]:
    """A few of each type, and some inside of others."""
    arrays = [[], *([one] for one in _ITEMS), *map(list, product(_ITEMS, _ITEMS)), [0, 2, 0]]
    inner = [{}, *({"c": one} for one in _ITEMS), {"c": 0, "d": "ab"}, {"d": 2}, [0], ["ab", "ab"]]
    members = [*_ITEMS, *inner]
    objects = [{}, *({n: one} for n in ("a", "b", "x") for one in members)]
    objects += [{"a": one, "b": other} for one, other in product(_ITEMS, _ITEMS)]
    objects += [{"a": one, "b": 2, "x": 0} for one in members]
    return [*_SCALARS, *arrays, *objects]


VALUES: Final = values()


@st.composite
def pairs(draw: st.DrawFn, depth: int = 0, *, among: Among = "one") -> Pair:
    """A schema, and the same or another one.

    Args:
        draw: from Hypothesis.
        depth: of the level that they are on.
        among: what they are in. A part of `allOf` doesn't hold the whole again; an arm of a union
            says what else may be in its objects, for it can't be told which member is declared.
    """
    form = draw(st.sampled_from(_FORMS if depth < 2 else _FLAT))
    if depth and among == "one" and draw(st.integers(0, 5)) == 0:
        return ITSELF, ITSELF
    if form == "other":
        one, _ = draw(pairs(depth, among=among))
        _, other = draw(pairs(depth, among=among))
        return one, other
    if form == "same":
        one, _ = draw(pairs(depth, among=among))
        return one, one
    if form == "object":
        return draw(objects(depth, among=among))
    if form == "array":
        return draw(arrays(depth, among=among))
    if form in ("anyOf", "oneOf", "allOf", "not", "if"):
        return draw(combinations(depth, form, among=among))
    return draw(plain(form))


_FLAT: Final = ["number", "integer", "string", "enum", "const", "types", "boolean"]
_FORMS: Final = [
    *_FLAT,
    "object",
    "object",
    "object",
    "array",
    "array",
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "if",
    "same",
    "other",
]

_LIMITS: Final[dict[str, dict[str, st.SearchStrategy[Any]]]] = {
    "number": {
        "minimum": st.sampled_from([0, 1, 0.5]),
        "exclusiveMinimum": st.sampled_from([0, 1]),
        "maximum": st.sampled_from([1, 2, 1.5]),
        "exclusiveMaximum": st.sampled_from([2, 3]),
        "multipleOf": st.sampled_from([1, 2, 0.5, 1.5]),
    },
    "string": {
        "minLength": st.sampled_from([0, 1, 2]),
        "maxLength": st.sampled_from([1, 2, 3]),
        "pattern": st.sampled_from(["^a", "b$", "", ".*", "^[ab]*$"]),
    },
    "array": {
        "minItems": st.sampled_from([0, 1, 2]),
        "maxItems": st.sampled_from([1, 2]),
        "uniqueItems": st.booleans(),
    },
    "object": {
        "minProperties": st.sampled_from([0, 1, 2]),
        "maxProperties": st.sampled_from([1, 2]),
        "dependentRequired": st.sampled_from([{"a": ["b"]}, {"a": []}]),
        "propertyNames": st.sampled_from([True, {"pattern": "a"}, {"maxLength": 1}]),
    },
}


@st.composite
def limits(draw: st.DrawFn, of: str) -> Pair:
    """Limits of a type; each side may leave one out, or have another one."""
    one: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for keyword, given_values in _LIMITS[of].items():
        if draw(st.integers(0, 4)) == 0:
            value = draw(given_values)
            one |= {keyword: value} if draw(st.booleans()) else {}
            again = value if draw(st.booleans()) else draw(given_values)
            other |= {keyword: again} if draw(st.booleans()) else {}
    return one, other


@st.composite
def plain(draw: st.DrawFn, form: str) -> Pair:
    """Schemas of scalars."""
    if form in ("enum", "const"):
        listed = st.lists(st.sampled_from(_SCALARS), min_size=1, max_size=4)
        key = "enum" if form == "enum" else draw(st.sampled_from(["const", "enum"]))
        given_values = draw(listed), draw(listed)
        one, other = ({"const": v[0]} if key == "const" else {"enum": v} for v in given_values)
        also: list[dict[str, Any]] = [{}, {"type": "string"}, {"type": ["integer", "null"]}]
        more = draw(st.sampled_from(also))
        return {**one, **more}, draw(st.sampled_from([other, {**other, **more}, more]))
    if form == "types":
        names = st.lists(st.sampled_from(["null", "integer", "number", "string", "boolean"]))
        given_types = [{"type": each} if each else {} for each in (draw(names), draw(names))]
        extra = draw(limits("number"))
        return {**given_types[0], **extra[0]}, {**given_types[1], **extra[1]}
    limited = (
        draw(limits("number" if form == "integer" else form)) if form != "boolean" else ({}, {})
    )
    other_form = draw(st.sampled_from([form, form, form, "number", "integer"]))
    return {"type": form, **limited[0]}, {"type": other_form, **limited[1]}


@st.composite
def objects(draw: st.DrawFn, depth: int, *, among: Among) -> Pair:
    """Schemas of objects."""
    one, other = ({"type": "object", "properties": {}, **each} for each in draw(limits("object")))
    names = _NAMES[depth]
    for name in names:
        member = draw(pairs(depth + 1, among=among))
        for side, content in zip((one, other), member, strict=True):
            if draw(st.integers(0, 3)):
                side["properties"][name] = content
    for side in (one, other):
        side["required"] = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
    rest = draw(st.sampled_from(["none", "false", "true", "schema", "patterns"]))
    if rest in ("false", "true"):
        given_rest: list[Any] = [rest == "true", draw(st.booleans())]
    elif rest in ("schema", "patterns") or among == "arms":
        given_rest = list(draw(plain("integer")))
    else:
        return one, other
    for side, content in zip((one, other), given_rest, strict=True):
        if rest == "patterns":
            side["patternProperties"] = {draw(st.sampled_from(["^x", "a", "^x"])): content}
        if among == "arms" or draw(st.integers(0, 3)):
            side["additionalProperties"] = content
    return one, other


@st.composite
def arrays(draw: st.DrawFn, depth: int, *, among: Among) -> Pair:
    """Schemas of arrays."""
    one, other = ({"type": "array", **each} for each in draw(limits("array")))
    items = draw(pairs(depth + 1, among=among))
    first = draw(pairs(2, among=among))
    count = draw(st.integers(0, 4))
    for side, content, at_first in zip((one, other), items, first, strict=True):
        if draw(st.integers(0, 3)):
            side["items"] = content
        if draw(st.integers(0, 4)) == 0:
            side["prefixItems"] = [at_first]
        if count == 0:
            side["contains"] = content
    return one, other


@st.composite
def combinations(draw: st.DrawFn, depth: int, form: str, *, among: Among) -> Pair:
    """Schemas out of others."""
    within: Among = "arms" if among == "arms" or form != "allOf" else "parts"
    inside = st.lists(
        pairs(depth + (form in ("not", "if")), among=within),
        min_size=3 if form == "if" else 1,
        max_size=3,
    )
    arms = draw(inside)
    if form == "if":
        words = ("if", "then", "else")
        one, other = (dict(zip(words, side, strict=True)) for side in zip(*arms, strict=True))
        return one, other
    if form == "not":
        return {"not": arms[0][0]}, {"not": arms[0][1]}
    mine, theirs = [arm for arm, _ in arms], [arm for _, arm in arms]
    if len(theirs) > 1 and draw(st.booleans()):
        (mine if draw(st.booleans()) else theirs).pop()
    if draw(st.booleans()):
        theirs.reverse()
    unwrapped = draw(st.integers(0, 5)) == 0
    return {form: mine}, theirs[0] if unwrapped else {form: theirs}


_INNER: Final[dict[str, Way]] = {
    **dict.fromkeys(("items", "contains", "prefixItems"), ("[]",)),
    **dict.fromkeys(("anyOf", "oneOf", "allOf", "not", "if", "then", "else"), ()),
}
"""Keywords that hold schemas, and how one gets from the value to what those are of."""


def _declared(content: Any, way: Way = ()) -> Iterator[Way]:
    """The members that a schema speaks of, with the way to each; "?" stands for any name."""
    for keyword, value in content.items() if isinstance(content, dict) else ():
        if keyword == "$ref":
            yield (*way, "from the start")
        elif keyword == "properties":
            for name, member in value.items():
                yield (*way, name)
                yield from _declared(member, (*way, name))
        elif keyword == "patternProperties":
            names = (*_NAMES[0], *_NAMES[1], "x")
            yield from ((*way, n) for n in names for pattern in value if re.search(pattern, n))
        elif keyword == "additionalProperties":
            yield (*way, "?")
            yield from _declared(value, (*way, "?"))
        elif keyword in _INNER:
            for arm in value if isinstance(value, list) else [value]:
                yield from _declared(arm, (*way, *_INNER[keyword]))


def _strays(value: Any, declared: set[Way], way: Way = ()) -> bool:
    """Whether a value has a member that its sender's schema doesn't speak of."""
    if (*way, "from the start") in declared:
        way = ()
    if isinstance(value, dict):
        for name, member in value.items():
            inner = (*way, name) if (*way, name) in declared else (*way, "?")
            if inner not in declared or _strays(member, declared, inner):
                return True
        return False
    items = value if isinstance(value, list) else []
    return any(_strays(item, declared, (*way, "[]")) for item in items)


def _validator(content: Any) -> Draft202012Validator:
    return Draft202012Validator({**ITSELF, "components": {"schemas": {"It": content}}})


def _broken(sender: Any, receiver: Any) -> list[Any]:
    """What the one may send and the other refuses.

    A member that the sender's schema doesn't speak of is not sent: that is what makes it possible
    to add an optional property at all.
    """
    taken, refused = _validator(sender), _validator(receiver)
    declared = set(_declared(sender))
    return [
        value
        for value in VALUES
        if not _strays(value, declared)
        if taken.is_valid(value) and not refused.is_valid(value)
    ]


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(pairs())
def test_no_breaking_change_is_hidden(pair: Pair) -> None:
    """A value that only one of two schemas takes is in no pair that is said to be compatible."""
    old, new = pair
    found = differences(schema(old), schema(new))
    ways: list[tuple[Direction, list[Any]]] = [
        ("request", _broken(old, new)),
        ("response", _broken(new, old)),
    ]
    for way, broken in ways:
        if broken:
            assert any(each.kind.value.verdict(way).breaks for each in found), (way, broken[:3])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(pairs())
def test_a_schema_does_not_differ_from_itself(pair: Pair) -> None:
    """Whatever it is made of."""
    for one in pair:
        assert differences(schema(one), schema(one)) == []
