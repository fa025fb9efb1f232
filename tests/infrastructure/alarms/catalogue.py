"""The metrics that there are: AWS's by its documentation, our own by running what tells them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pactwright.deploy.metrics import emitted
from tests.infrastructure.alarms.stacks import Metric

_ANY: Final = ("p", "Average", "Minimum", "Maximum", "Sum", "SampleCount")


@dataclass(frozen=True)
class Kind:
    """A metric that is emitted.

    Attributes:
        dimensions: the sets of names of dimensions that it is under.
        statistics: which mean something; "p" stands for percentiles.
    """

    unit: str
    dimensions: frozenset[frozenset[str]]
    statistics: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """All metrics, by namespace and name.

    Attributes:
        values: by the name of a dimension, which values there are.
    """

    kinds: Mapping[str, Mapping[str, Kind]]
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of_aws(cls) -> Catalogue:
        """What AWS's documentation says, as noted in the kit's metrics.yaml."""
        return cls(
            {
                namespace: {
                    name: Kind(
                        about["unit"],
                        frozenset(map(frozenset, about.get("dimensions", service["dimensions"]))),
                        frozenset(about["statistics"]),
                    )
                    for name, about in service["metrics"].items()
                }
                for namespace, service in emitted().items()
            }
        )

    def with_own(self, lines: Iterable[str]) -> Catalogue:
        """Together with those that lines in Embedded Metric Format tell."""
        kinds: dict[str, dict[str, Kind]] = {}
        for namespace, name, unit, dimensions in embedded(lines):
            known = kinds.setdefault(namespace, {})
            known[name] = Kind(unit, dimensions, frozenset(_ANY))
        return replace(self, kinds={**self.kinds, **kinds})

    def with_values(self, values: Mapping[str, frozenset[str]]) -> Catalogue:
        """Together with the values that dimensions have."""
        return replace(self, values=values)

    def faults(self, metric: Metric, stat: str, period: int) -> Iterator[str]:
        """What is wrong with asking for a statistic of a metric: it would have no data."""
        where = f"{metric.namespace} {metric.name}"
        if metric.namespace not in self.kinds:
            yield f"{where}: nothing is emitted in the namespace {metric.namespace}"
            return
        kind = self.kinds[metric.namespace].get(metric.name)
        if kind is None:
            yield f"{where}: there is no such metric"
            return
        if metric.dimension_names not in kind.dimensions:
            yield f"{where} is not emitted by {sorted(metric.dimension_names)}"
        for name, value in metric.dimensions:
            if name in self.values and value not in self.values[name]:
                yield f"{where}: there is no {name} {value}"
        if re.sub(r"^p\d+(\.\d+)?$", "p", stat) not in kind.statistics:
            yield f"{where}: {stat} of it means nothing"
        if period < 60 or period % 60:
            yield f"{where} is emitted each minute, so it has no data every {period} s"


def embedded(
    lines: Iterable[str],
) -> Iterator[tuple[str, str, str, frozenset[frozenset[str]]]]:
    """Namespace, name, unit and sets of dimensions of each metric in EMF lines.

    Source: "Specification: Embedded metric format", Amazon CloudWatch User Guide.
    """
    for line in lines:
        content = json.loads(line)
        for directive in content.get("_aws", {}).get("CloudWatchMetrics", ()):
            dimensions = frozenset(map(frozenset, directive["Dimensions"]))
            for metric in directive["Metrics"]:
                yield directive["Namespace"], metric["Name"], metric["Unit"], dimensions
