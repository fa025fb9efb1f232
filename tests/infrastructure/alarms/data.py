"""Metric data, minute by minute, and their statistics."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce

from tests.infrastructure.alarms.stacks import Metric


@dataclass
class Minute:
    """The samples of a metric in a minute: how often each value came."""

    counts: dict[float, int]
    count: int = 0
    total: float = 0.0

    def add(self, value: float, times: int) -> None:
        self.counts[value] = self.counts.get(value, 0) + times
        self.count += times
        self.total += value * times


class Data:
    """The metrics of an account, at a resolution of a minute."""

    def __init__(self) -> None:
        self._metrics: dict[Metric, dict[int, Minute]] = defaultdict(dict)

    def put(self, metric: Metric, minute: int, value: float, times: int = 1) -> None:
        """Add samples of a value."""
        if times > 0:
            self._metrics[metric].setdefault(minute, Minute({})).add(value, times)

    def clear(self, metric: Metric, minute: int) -> None:
        """Take a minute's samples out."""
        self._metrics[metric].pop(minute, None)

    @property
    def metrics(self) -> frozenset[Metric]:
        """Those that have samples."""
        return frozenset(metric for metric, minutes in self._metrics.items() if minutes)

    def statistic(self, metric: Metric, stat: str, begin: int, end: int) -> float | None:
        """A statistic of the minutes from `begin` to before `end`; None if there are no samples.

        Raises:
            ValueError: the statistic is not known.
        """
        stored = self._metrics.get(metric)
        minutes = [stored[at] for at in range(begin, end) if at in stored] if stored else []
        if not minutes:
            return None
        count = sum(each.count for each in minutes)
        if stat == "SampleCount":
            return float(count)
        if stat in ("Sum", "Average"):
            total = sum(each.total for each in minutes)
            return total if stat == "Sum" else total / count
        if stat in ("Minimum", "Maximum"):
            pick = min if stat == "Minimum" else max
            return pick(pick(each.counts) for each in minutes)
        return _percentile(minutes, stat)


def _percentile(minutes: list[Minute], stat: str) -> float:
    """The value below or at which that share of the samples is."""
    match = re.fullmatch(r"p(\d{1,2}(?:\.\d{1,10})?|100)", stat)
    if match is None:
        raise ValueError(f"the statistic {stat} is not known here")

    def merged(into: dict[float, int], minute: Minute) -> dict[float, int]:
        for value, times in minute.counts.items():
            into[value] = into.get(value, 0) + times
        return into

    counts = reduce(merged, minutes, dict[float, int]())
    rank = float(match[1]) / 100 * sum(counts.values())
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= rank:
            return value
    return max(counts)
