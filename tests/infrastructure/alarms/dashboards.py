"""Dashboards held against the structure that CloudWatch documents.

Source: "Dashboard Body Structure and Syntax", Amazon CloudWatch API Reference; the schema beside is
written from it, for the widgets in use, and knows no property that it doesn't.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from tests.infrastructure.alarms.catalogue import Catalogue
from tests.infrastructure.alarms.stacks import Metric

_SCHEMA: Final = json.loads(
    Path(__file__).with_name("dashboard.schema.json").read_text(encoding="utf-8")
)
_GRID: Final = 24
_SEARCH: Final = re.compile(r"SEARCH\('\{([^}]+)\} ([^']+)', '([^']+)', (\d+)\)")
_TERM: Final = re.compile(r'(\w+)=(?:"([^"]+)"|(\S+))')


@dataclass(frozen=True)
class Graphed:
    """A line of a graph.

    Attributes:
        partial: whether values of dimensions are such as begin with those given.
    """

    metric: Metric
    stat: str
    period: int
    partial: bool = False


def faults(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with a dashboard."""
    errors = list(Draft202012Validator(_SCHEMA).iter_errors(body))
    for error in errors:
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
    if errors:
        return
    yield from _layout(body["widgets"])
    for widget in body["widgets"]:
        title = widget["properties"].get("title", widget["type"])
        for line in graphed(widget) if widget["type"] == "metric" else ():
            known = catalogue
            if line.partial:
                known = catalogue.with_values(_beginnings(line.metric, catalogue))
            for fault in known.faults(line.metric, line.stat, line.period):
                yield f"{title}: {fault}"


def graphed(widget: Mapping[str, Any]) -> Iterator[Graphed]:
    """The metrics of a metric widget: those that it names, and those that it searches for.

    Raises:
        ValueError: an expression is neither a search nor over lines of the widget.
    """
    properties = widget["properties"]
    period = properties.get("period", 300)
    previous: list[str] = []
    ids = set[str]()
    expressions = []
    for each in properties["metrics"]:
        options = each[-1] if isinstance(each[-1], dict) else {}
        names = [part for part in each if isinstance(part, str)]
        if "expression" in options:
            expressions.append(options["expression"])
            continue
        previous = _written_out(names, previous)
        ids.add(options.get("id", ""))
        namespace, name, *rest = previous
        metric = Metric.of(namespace, name, **dict(zip(rest[::2], rest[1::2], strict=True)))
        stat = options.get("stat", properties.get("stat", "Average"))
        yield Graphed(metric, stat, options.get("period", period))
    for expression in expressions:
        if match := _SEARCH.fullmatch(expression):
            yield _searched(*match.groups())
        elif unknown := set(re.findall(r"\b[a-z]\w*", expression)) - ids:
            raise ValueError(f"{expression!r} is over {sorted(unknown)}, which the graph has not")


def _written_out(names: Sequence[str], previous: Sequence[str]) -> list[str]:
    """`...` repeats the beginning of the line before, `.` one part of it."""
    if names and names[0] == "...":
        rest = list(names[1:])
        names = [*previous[: len(previous) - len(rest)], *rest]
    return [previous[at] if part == "." else part for at, part in enumerate(names)]


def _searched(schema: str, terms: str, stat: str, period: str) -> Graphed:
    """The metrics that a search finds ("CloudWatch search expression syntax")."""
    namespace, *dimensions = (name.strip('"') for name in schema.split(","))
    given = {name: exact or partial for name, exact, partial in _TERM.findall(terms)}
    metric = given.pop("MetricName")
    values = {name: given.get(name, "") for name in dimensions}
    return Graphed(Metric.of(namespace, metric, **values), stat, int(period), partial=True)


def _beginnings(metric: Metric, catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """For each dimension of a search, what is given of it if a value begins with that."""
    return {
        name: frozenset({value} if any(v.startswith(value) for v in catalogue.values[name]) else ())
        for name, value in metric.dimensions
    }


def _layout(widgets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for widget in widgets:
        if widget["x"] + widget["width"] > _GRID:
            yield f"the widget at {widget['x']}, {widget['y']} is wider than the grid"
    for one, other in combinations(widgets, 2):
        if _overlap(one, other, "x", "width") and _overlap(one, other, "y", "height"):
            yield (f"the widgets at {one['x']}, {one['y']} and {other['x']}, {other['y']} overlap")


def _overlap(one: Mapping[str, int], other: Mapping[str, int], start: str, size: str) -> bool:
    return one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
