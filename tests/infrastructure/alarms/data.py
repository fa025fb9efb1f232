"""Metric data, minute by minute, and their statistics."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import accumulate

from tests.infrastructure.alarms.stacks import Metric

Samples = Counter[float]
"""The samples of a minute: how often each value came."""


class Data:
    """The metrics of an account, at a resolution of a minute."""

    def __init__(self) -> None:
        self._metrics: dict[Metric, dict[int, Samples]] = defaultdict(dict)
        self._sums: dict[Metric, _Sums] = {}
        self._known: dict[tuple[Metric, str, int, int], float | None] = {}

    def put(self, metric: Metric, minute: int, value: float, times: int = 1) -> None:
        """Add samples of a value."""
        if times > 0:
            self._metrics[metric].setdefault(minute, Counter())[float(value)] += times
            if self._sums:
                self._sums.clear()
                self._known.clear()

    @property
    def metrics(self) -> frozenset[Metric]:
        """Those that have samples."""
        return frozenset(self._metrics)

    def statistic(self, metric: Metric, stat: str, begin: int, end: int) -> float | None:
        """A statistic of the minutes from `begin` to before `end`; None if there are no samples.

        Raises:
            ValueError: the statistic is not known.
        """
        asked = (metric, stat, begin, end)
        if asked not in self._known:
            self._known[asked] = self._statistic(*asked)
        return self._known[asked]

    def _statistic(self, metric: Metric, stat: str, begin: int, end: int) -> float | None:
        if metric not in self._metrics:
            return None
        count, total = self._summed(metric).between(begin, end)
        if count == 0:
            return None
        if stat in ("SampleCount", "Sum", "Average"):
            return {"SampleCount": float(count), "Sum": total, "Average": total / count}[stat]
        stored = self._metrics[metric]
        samples: Samples = Counter()
        for minute in range(begin, end):
            samples.update(stored.get(minute, {}))
        if stat in ("Minimum", "Maximum"):
            return min(samples) if stat == "Minimum" else max(samples)
        return _percentile(samples, stat)

    def _summed(self, metric: Metric) -> _Sums:
        if metric not in self._sums:
            self._sums[metric] = _Sums(self._metrics[metric])
        return self._sums[metric]


class _Sums:
    """Counts and totals of all minutes up to each, so that those of any span are a difference."""

    def __init__(self, minutes: dict[int, Samples]) -> None:
        self._first = min(minutes)
        span = range(self._first, max(minutes) + 1)
        counts = (minutes[at].total() if at in minutes else 0 for at in span)
        totals = (
            sum(value * times for value, times in minutes[at].items()) if at in minutes else 0.0
            for at in span
        )
        self._counts = [0, *accumulate(counts)]
        self._totals = [0.0, *accumulate(totals)]

    def between(self, begin: int, end: int) -> tuple[int, float]:
        """Count and total of the minutes from one to before another."""
        first, last = (
            min(max(at - self._first, 0), len(self._counts) - 1) for at in (begin, max(begin, end))
        )
        return self._counts[last] - self._counts[first], self._totals[last] - self._totals[first]


def _percentile(samples: Samples, stat: str) -> float:
    """The value below or at which that share of the samples is."""
    match = re.fullmatch(r"p(\d{1,2}(?:\.\d{1,10})?|100)", stat)
    if match is None:
        raise ValueError(f"the statistic {stat} is not known here")
    rank = float(match[1]) / 100 * samples.total()
    seen = 0
    for value in sorted(samples):
        seen += samples[value]
        if seen >= rank:
            return value
    return max(samples)
