"""JSON values and limits, compared as JSON Schema compares them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from pactwright.schema.faults import Place


def canonical(value: Any) -> str:
    """A text that two values have in common if they are equal: 1 and 1.0 are, 1 and true not."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shown(value: Any) -> str:
    """A value as reports have it: JSON, in one line."""
    return json.dumps(value, ensure_ascii=False)


def number(value: Any) -> Fraction | None:
    """A JSON number, exactly as it is written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Fraction(Decimal(str(value)))


@dataclass(frozen=True, slots=True)
class Limit:
    """A lower or an upper limit.

    Attributes:
        value: the last value that is taken, or the first that is not where it is exclusive.
        keyword: which says so.
        place: where.
    """

    value: Fraction
    exclusive: bool
    keyword: str
    place: Place

    def __str__(self) -> str:
        value = self.value
        exact = str(value.numerator) if value.denominator == 1 else f"{float(value)!r}"
        return f"{self.keyword} {exact}"

    def lower(self, *, whole: bool) -> tuple[Fraction, bool]:
        """It as a lower limit, in the order of strictness; `whole`: of integers only."""
        if not whole:
            return self.value, self.exclusive
        least = floor(self.value) + 1 if self.exclusive else ceil(self.value)
        return Fraction(least), False

    def upper(self, *, whole: bool) -> tuple[Fraction, bool]:
        """It as an upper limit, in the order of strictness, which is of negated values."""
        if not whole:
            return -self.value, self.exclusive
        most = ceil(self.value) - 1 if self.exclusive else floor(self.value)
        return Fraction(-most), False


def implied(wanted: Fraction, given: Iterable[Fraction]) -> bool:
    """Whether a multiple of any of some numbers is always a multiple of another one."""
    return any((each / wanted).denominator == 1 for each in given)
