"""Media types: parsing, matching and negotiation (RFC 9110 sections 8.3 and 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or a range of them, lower-cased, with its parameters."""

    type: str
    subtype: str
    parameters: dict[str, str] = field(default_factory=dict[str, str], hash=False)

    def __str__(self) -> str:
        return f"{self.type}/{self.subtype}"

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON: application/json or any ``+json``."""
        return self.subtype == "json" or self.subtype.endswith("+json")

    @property
    def is_text(self) -> bool:
        """Whether the body is text."""
        return self.type == "text"

    @property
    def charset(self) -> str:
        """The declared charset, else UTF-8."""
        return self.parameters.get("charset", "utf-8")

    def includes(self, other: MediaType) -> bool:
        """Whether this range takes in the other type: ``*/*``, ``text/*`` or the same."""
        if self.type == "*":
            return True
        return self.type == other.type and self.subtype in ("*", other.subtype)

    def overlaps(self, other: MediaType) -> bool:
        """Whether one of them takes in the other."""
        return self.includes(other) or other.includes(self)


@lru_cache(maxsize=256)
def parse(text: str) -> MediaType | None:
    """Read a Content-Type or one part of an Accept header; None where it is neither."""
    message = Message()
    message["Content-Type"] = text.replace("\r", " ").replace("\n", " ")
    parameters = message.get_params() or [("", "")]
    kind, slash, subtype = parameters[0][0].strip().lower().partition("/")
    if not (kind and slash and subtype) or " " in kind + subtype:
        return None
    return MediaType(kind, subtype, {k.lower(): str(v) for k, v in parameters[1:]})


def find(given: str | None, declared: Iterable[str]) -> str | None:
    """The declared media type that a Content-Type matches, the most specific first.

    Parameters tell apart only what is otherwise the same.
    """
    media_type = parse(given) if given else None
    if media_type is None:
        return None
    ranges = [(candidate, parse(candidate)) for candidate in declared]
    matching = [(c, r) for c, r in ranges if r is not None and r.includes(media_type)]
    given_parameters = media_type.parameters.items()

    def generality(pair: tuple[str, MediaType]) -> tuple[bool, bool, int, int]:
        shared = pair[1].parameters.items() & given_parameters
        other = len(pair[1].parameters) - len(shared)
        return pair[1].type == "*", pair[1].subtype == "*", other, -len(shared)

    return min(matching, key=generality)[0] if matching else None


def negotiate(accept: str | None, offered: Sequence[str]) -> str | None:
    """The offered media type that the Accept header likes best; None where it takes none.

    Without the header the first one offered is taken.
    """
    if not accept or not accept.strip():
        return offered[0] if offered else None
    ranges = [r for part in accept.split(",") if (r := parse(part)) is not None]
    best, best_quality = None, 0.0
    for candidate in offered:
        quality = _quality(ranges, candidate)
        if quality > best_quality:
            best, best_quality = candidate, quality
    return best


def _quality(ranges: Sequence[MediaType], candidate: str) -> float:
    media_type = parse(candidate)
    matching = [r for r in ranges if media_type is not None and r.overlaps(media_type)]
    if not matching:
        return 0.0
    closest = min(matching, key=lambda r: (r.type == "*", r.subtype == "*"))
    try:
        return float(closest.parameters.get("q", "1"))
    except ValueError:
        return 0.0
