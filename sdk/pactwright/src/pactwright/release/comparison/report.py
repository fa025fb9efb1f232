"""Changes as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pactwright.release.comparison.changes import Broken, Change, Site
from pactwright.release.comparison.kinds import Verdict
from pactwright.schema.faults import Place

_MOST_SITES: Final = 8
_UNTOLD: Final = "whom it breaks besides, no pact can tell"


def lines(changes: Sequence[Change]) -> Iterator[str]:
    """The report as lines of text."""
    for change in changes:
        yield from _lines(change)
        yield ""
    yield from _summary(changes)


def _lines(change: Change) -> Iterator[str]:
    way = f" ({change.direction})" if change.verdict.breaks else ""
    yield f"{_mark(change)}: {change.message}{way}  [{change.kind.label}]"
    if change.old is not None:
        yield f"    old  {change.old}"
    if change.new is not None:
        yield f"    new  {change.new}"
    for line in _sites(change.sites):
        yield f"    at   {line}"
    for broken in change.broken:
        yield f"    breaks {broken}  ({_quoted(broken)})"
    if change.broken and not change.verdict.breaks:
        yield "    for what is refused there is not refused any more"
    if change.untold:
        yield f"    {_UNTOLD}"
    elif change.verdict.breaks and not change.broken:
        yield "    breaks nobody in fact"


def _mark(change: Change) -> str:
    if change.verdict is Verdict.UNKNOWN:
        return "can't tell, so breaking"
    return str(change.verdict)


def _quoted(broken: Broken) -> str:
    first, *others = broken.interactions
    return f"{first!r}{f' and {len(others)} more' if others else ''}"


def _sites(sites: Sequence[Site]) -> Iterator[str]:
    """The sites, those of an operation on one line."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for site in sites:
        grouped.setdefault((site.provider, site.operation), []).append(site.where)
    for (provider, operation), places in list(grouped.items())[:_MOST_SITES]:
        yield f"{provider}: {operation} {', '.join(filter(None, places))}".rstrip(" :")
    if len(grouped) > _MOST_SITES:
        yield f"{len(grouped) - _MOST_SITES} more operations; --json names them"


def _summary(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield "no change on the wire"
        return
    breaking = [each for each in changes if each.verdict.breaks]
    who = sorted({one.consumer for each in changes for one in each.broken})
    untold = sum(each.untold for each in changes)
    in_fact = sum(bool(each.broken) for each in changes)
    broken = f"{in_fact} {'breaks' if in_fact == 1 else 'break'} {', '.join(who)}"
    yield (
        f"{_count(len(changes), 'change')}, {len(breaking)} breaking in principle; "
        f"{broken if in_fact else 'none breaks anybody'} in fact"
        f"{f', of {untold} no pact can tell' if untold else ''}"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def as_json(changes: Sequence[Change]) -> str:
    """The report as a JSON document."""
    content = {
        "changes": [_content(change) for change in changes],
        "breaking": sum(change.verdict.breaks for change in changes),
        "breaking_in_fact": sum(change.breaks_in_fact for change in changes),
        "broken": sorted({one.consumer for change in changes for one in change.broken}),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _content(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.label,
        "direction": change.direction,
        "verdict": change.verdict.value,
        "message": change.message,
        "old": _place(change.old),
        "new": _place(change.new),
        "at": [
            {"provider": site.provider, "operation": site.operation, "where": site.where}
            for site in change.sites
        ],
        "breaks_in_fact": change.breaks_in_fact,
        "broken": [_broken(one) for one in change.broken],
        "untold": change.untold,
    }


def _place(place: Place | None) -> str | None:
    return None if place is None else str(place)


def _broken(broken: Broken) -> dict[str, Any]:
    return {
        "consumer": broken.consumer,
        "provider": broken.provider,
        "operation": broken.operation,
        "where": broken.where,
        "interactions": list(broken.interactions),
    }
