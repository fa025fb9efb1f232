"""What consumers newly rely on, and what no more: two versions of their pacts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pactwright.contract.coverage import relied_on
from pactwright.contract.pacts import Interaction, Pact


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What a consumer relies on otherwise, in one interaction.

    Attributes:
        request: method and path, or which message.
        interaction: what it is called.
        more: what it newly asks or relies on.
        less: what it asks or relies on no more.
    """

    consumer: str
    provider: str
    request: str
    interaction: str
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


def compare(old: Iterable[Pact], new: Iterable[Pact]) -> tuple[Shift, ...]:
    """What consumers newly rely on, or no more, by interaction."""
    before = {(pact.consumer, pact.provider): pact for pact in old}
    after = {(pact.consumer, pact.provider): pact for pact in new}
    pairs = dict.fromkeys((*before, *after))
    return tuple(
        shift for pair in pairs for shift in _shifts(pair, before.get(pair), after.get(pair))
    )


def _shifts(pair: tuple[str, str], old: Pact | None, new: Pact | None) -> Iterator[Shift]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        earlier, later = (set(_said(each)) if each else set() for each in (one, other))
        more, less = tuple(sorted(later - earlier)), tuple(sorted(earlier - later))
        shown = other or one
        if (more or less) and shown is not None:
            request = f"message {shown.message}" if shown.message else str(shown.request)
            yield Shift(
                consumer=pair[0],
                provider=pair[1],
                request=request,
                interaction=name,
                more=more,
                less=less,
            )


def _by_name(pact: Pact | None) -> Mapping[str, Interaction]:
    return {each.description: each for each in pact.interactions} if pact else {}


def _said(interaction: Interaction) -> Iterator[str]:
    """All that an interaction asks and relies on, one by one."""
    request, response = interaction.request, interaction.response
    if interaction.message is not None:
        yield f"takes the message {interaction.message}"
    else:
        yield f"asks {request}"
        yield f"relies on status {response.status}"
    for name, values in request.query.items():
        yield f"sends query.{name} = {', '.join(values)}"
    for name, value in request.headers.items():
        yield f"sends header.{name} = {_short(value)}"
    if request.media_type is not None:
        yield from (f"sends {place}" for place in _members("body", request.body))
    yield from (f"in the state {state}" for state in interaction.states)
    for read in relied_on(response):
        where = f"body{read if read != '/' else ''}" if read.startswith("/") else f"header.{read}"
        yield f"reads {where.replace('/', '.')}"
    yield from _rules(response.rules)
    yield from (f"relies on {place}" for place in _pinned(interaction))


def _members(where: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _members(f"{where}.{name}", member)
    else:
        yield f"{where} = {_short(json.dumps(value, ensure_ascii=False))}"


def _rules(rules: Mapping[str, Any]) -> Iterator[str]:
    """How what is read has to be; a place without a rule is pinned by value."""
    for part, by_place in sorted(rules.items()):
        for place, rule in sorted(by_place.items()):
            kinds = [_rule(each) for each in rule.get("matchers", ())]
            yield f"matches {part} {place} by {' and '.join(kinds)}"


def _rule(matcher: Mapping[str, Any]) -> str:
    details = {name: value for name, value in matcher.items() if name != "match"}
    return f"{matcher['match']}{f' {json.dumps(details, sort_keys=True)}' if details else ''}"


def _pinned(interaction: Interaction) -> Iterator[str]:
    """The values that have to be just so."""
    response = interaction.response
    for place, rule in response.rules.get("body", {}).items():
        if any(each.get("match") == "equality" for each in rule.get("matchers", ())):
            for value in _at(response.body, place):
                yield f"body {place} = {_short(json.dumps(value, ensure_ascii=False))}"


def _at(value: Any, place: str) -> list[Any]:
    """What is at a place such as ``$.errors[*].pointer``."""
    found = [value]
    for name in place.removeprefix("$").replace("[*]", ".*").split("."):
        if name == "*":
            found = [item for each in found if isinstance(each, list) for item in each]
        elif name:
            found = [each[name] for each in found if isinstance(each, dict) and name in each]
    return found


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def lines(shifts: Sequence[Shift]) -> Iterator[str]:
    """The report as lines of text."""
    for shift in shifts:
        yield f"{shift.consumer} → {shift.provider}: {shift.interaction!r} ({shift.request})"
        yield from (f"    + {each}" for each in shift.more)
        yield from (f"    - {each}" for each in shift.less)
        yield ""
    if not shifts:
        yield "all rely on what they relied on"
        return
    who = sorted({f"{shift.consumer} → {shift.provider}" for shift in shifts if shift.more})
    differ = "interaction differs" if len(shifts) == 1 else "interactions differ"
    yield f"{len(shifts)} {differ}; newly relied on: {', '.join(who) or 'nothing'}"


def as_json(shifts: Sequence[Shift]) -> str:
    """The report as a JSON document."""
    content = [
        {
            "consumer": each.consumer,
            "provider": each.provider,
            "interaction": each.interaction,
            "request": each.request,
            "more": list(each.more),
            "less": list(each.less),
        }
        for each in shifts
    ]
    return json.dumps({"interactions": content}, ensure_ascii=False, indent=2)
