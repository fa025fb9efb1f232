"""Limits, patterns and formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.checking import CHECKED_FORMATS
from pactwright.release.comparison.schemas.difference import Difference, Hit
from pactwright.release.comparison.schemas.parts import Part
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.values import Limit, implied, number

_NUMBERS: Final = frozenset({"integer", "fraction"})
_ANY_TEXT: Final = frozenset({"", "^", ".*", "^.*"})
"""Patterns that every string matches."""

_TEXT_FORMATS: Final = frozenset(
    [
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uuid",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "byte",
        "binary",
        "password",
    ]
)
_NUMBER_FORMATS: Final = frozenset({"int32", "int64", "float", "double"})
_WIDER: Final = {"int32": "int64", "float": "double"}

_LOWER: Final = (
    Kind.MINIMUM_ADDED,
    Kind.MINIMUM_REMOVED,
    Kind.MINIMUM_RAISED,
    Kind.MINIMUM_LOWERED,
)
_UPPER: Final = (
    Kind.MAXIMUM_ADDED,
    Kind.MAXIMUM_REMOVED,
    Kind.MAXIMUM_LOWERED,
    Kind.MAXIMUM_RAISED,
)
"""What a limit is that is new, gone, tighter or looser."""

Strictness = Callable[[Limit], tuple[object, bool]]


def compared(old: Schema, new: Schema, types: frozenset[str]) -> Iterator[Difference]:
    """What two schemas differ in for the scalar types that both take."""
    if types & _NUMBERS:
        yield from _ranges(old, new, whole="fraction" not in types)
        yield from _multiples(old, new, whole="fraction" not in types)
    if "string" in types:
        yield from lengths(old, new, "Length")
        yield from _patterns(old, new)
    yield from _formats(old, new, types)


def _ranges(old: Schema, new: Schema, *, whole: bool) -> Iterator[Difference]:
    def low(limit: Limit) -> tuple[object, bool]:
        return limit.lower(whole=whole)

    def high(limit: Limit) -> tuple[object, bool]:
        return limit.upper(whole=whole)

    yield from _limits(old, new, _bounds(old, "minimum"), _bounds(new, "minimum"), low)
    yield from _limits(old, new, _bounds(old, "maximum"), _bounds(new, "maximum"), high)


def lengths(old: Schema, new: Schema, what: str) -> Iterator[Difference]:
    """How long texts may be, how many items or properties there may be."""

    def low(limit: Limit) -> tuple[object, bool]:
        return limit.lower(whole=True)

    def high(limit: Limit) -> tuple[object, bool]:
        return limit.upper(whole=True)

    least = [[each for each in _said(s, f"min{what}") if each.value > 0] for s in (old, new)]
    yield from _limits(old, new, least[0], least[1], low)
    yield from _limits(old, new, _said(old, f"max{what}"), _said(new, f"max{what}"), high)


def _bounds(schema: Schema, keyword: str) -> list[Limit]:
    """Both spellings: the exclusive one is a number of its own, in OpenAPI 3.0 a boolean."""
    exclusive = f"exclusive{keyword.capitalize()}"
    found = _said(schema, exclusive, exclusive=True)
    for part in schema.having(keyword):
        flagged = part.get(exclusive) is True
        found += _limit(part, keyword, exclusive=flagged)
    return found


def _said(schema: Schema, keyword: str, *, exclusive: bool = False) -> list[Limit]:
    parts = schema.having(keyword)
    return [limit for part in parts for limit in _limit(part, keyword, exclusive=exclusive)]


def _limit(part: Part, keyword: str, *, exclusive: bool) -> list[Limit]:
    value = number(part.get(keyword))
    return [] if value is None else [Limit(value, exclusive, keyword, part.child(keyword).place)]


def _limits(
    old: Schema, new: Schema, before: list[Limit], after: list[Limit], strict: Strictness
) -> Iterator[Difference]:
    """The tightest limit counts."""
    one = max(before, key=strict, default=None)
    other = max(after, key=strict, default=None)
    if one is other or (one and other and strict(one) == strict(other)):
        return
    lower = any(each and "min" in each.keyword.lower() for each in (one, other))
    added, removed, tighter, looser = _LOWER if lower else _UPPER
    if one is None or other is None:
        kind = added if one is None else removed
    else:
        kind = tighter if strict(other) > strict(one) else looser
    yield Difference(
        kind=kind,
        message=f"{other}, was {one or 'without'}" if other else f"no limit, was {one}",
        old=one.place if one else old.place,
        new=other.place if other else new.place,
        schemas=(old, new),
    )


def _multiples(old: Schema, new: Schema, *, whole: bool) -> Iterator[Difference]:
    keyword = "multipleOf"
    one, other = (
        {
            value
            for part in schema.having(keyword)
            if (value := number(part.get(keyword)))
            and not (whole and implied(value, [Fraction(1)]))
        }
        for schema in (old, new)
    )
    narrows = any(not implied(each, one) for each in other)
    widens = any(not implied(each, other) for each in one)
    kinds = {
        (True, False): Kind.MULTIPLE_NARROWED,
        (False, True): Kind.MULTIPLE_WIDENED,
        (True, True): Kind.MULTIPLE_CHANGED,
    }
    if kind := kinds.get((narrows, widens)):
        yield _keyword(kind, keyword, old, new)


def _patterns(old: Schema, new: Schema) -> Iterator[Difference]:
    one, other = (
        {str(part.get("pattern")) for part in schema.having("pattern")} - _ANY_TEXT
        for schema in (old, new)
    )
    if one - other and other - one:
        yield _keyword(Kind.PATTERN_CHANGED, "pattern", old, new)
    elif one - other:
        yield _keyword(Kind.PATTERN_REMOVED, "pattern", old, new)
    elif other - one:
        yield _keyword(Kind.PATTERN_ADDED, "pattern", old, new)


def _formats(old: Schema, new: Schema, types: frozenset[str]) -> Iterator[Difference]:
    one, other = (
        {
            name
            for part in schema.having("format")
            if _concerns(name := str(part.get("format")), types)
        }
        for schema in (old, new)
    )
    gone = {name for name in one - other if not _follows(name, other)}
    come = {name for name in other - one if not _follows(name, one)}
    hit = Hit.REFUSED if come <= CHECKED_FORMATS else Hit.PRESENT
    if gone and come:
        yield _keyword(Kind.FORMAT_CHANGED, "format", old, new, hit)
    elif gone:
        yield _keyword(Kind.FORMAT_WIDENED, "format", old, new, hit)
    elif come:
        yield _keyword(Kind.FORMAT_NARROWED, "format", old, new, hit)


def _concerns(name: str, types: frozenset[str]) -> bool:
    """Whether a format says anything of the values of some types; one that is not known does."""
    if name in _TEXT_FORMATS:
        return "string" in types
    return name not in _NUMBER_FORMATS or bool(types & _NUMBERS)


def _follows(name: str, given: set[str]) -> bool:
    """Whether what is of one of some formats is of another one, too."""
    return any(_WIDER.get(each) == name for each in given)


def _keyword(
    kind: Kind, keyword: str, old: Schema, new: Schema, hit: Hit = Hit.REFUSED
) -> Difference:
    before, after = (_values(schema, keyword) for schema in (old, new))
    return Difference(
        kind=kind,
        message=f"{keyword} {after or 'none'}, was {before or 'none'}",
        old=old.place_of(keyword),
        new=new.place_of(keyword),
        schemas=(old, new),
        hit=hit,
    )


def _values(schema: Schema, keyword: str) -> str:
    return " and ".join(dict.fromkeys(str(part.get(keyword)) for part in schema.having(keyword)))
