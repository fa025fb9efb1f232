"""Alarms on metrics that AWS does not emit: they'd be deployed, cost money, and never fire.

`metrics.yaml` beside lists, with the titles of AWS's pages, what it emits of what the kit deploys:
API Gateway, Lambda, DynamoDB and SQS. Other namespaces are not judged, but for one that is nearly
the name of one of these. Names that only deployment knows (of tables, of functions) are not either.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from pactwright.deploy.reading import Template

_ALARM: Final = "AWS::CloudWatch::Alarm"


@cache
def emitted() -> Mapping[str, Any]:
    """What metrics.yaml says: by namespace, `page`, `dimensions` and `metrics` by name."""
    content: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    )
    return content


def never_emitted(template: Template) -> Iterator[str]:
    """What is wrong with the metrics that a template's alarms are on, an alarm at a time.

    An alarm is not judged if its own Metadata has `pactwright: {unlisted: true}`, for a metric
    that AWS has added since.
    """
    for name, resource in template.get("Resources", {}).items():
        if resource.get("Type") != _ALARM or _is_unlisted(resource):
            continue
        for metric in _metrics(resource.get("Properties", {})):
            if fault := _fault(metric):
                yield f"{name}: {fault}"


def _is_unlisted(resource: Mapping[str, Any]) -> bool:
    return bool(resource.get("Metadata", {}).get("pactwright", {}).get("unlisted"))


def _metrics(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The metrics of an alarm: its own, or those of its queries."""
    yield properties
    for query in _mappings(properties.get("Metrics", [])) or ():
        yield query.get("MetricStat", {}).get("Metric", {})


def _mappings(value: object) -> list[Mapping[str, Any]] | None:
    """A list of mappings; None for anything else, such as an intrinsic function."""
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        return value
    return None


def _fault(metric: Mapping[str, Any]) -> str | None:
    namespace, name = metric.get("Namespace"), metric.get("MetricName")
    if not isinstance(namespace, str) or not isinstance(name, str):
        return None  # an expression, or made by an intrinsic function
    if namespace not in emitted():
        near = difflib.get_close_matches(namespace, emitted(), 1, cutoff=0.8)
        return _namespace_fault(namespace, near[0]) if near else None
    metrics = emitted()[namespace]["metrics"]
    if name not in metrics:
        near = difflib.get_close_matches(name, metrics, 1)
        advice = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(metrics))}"
        return f"{namespace} has no metric {name}; {advice}"
    return _dimensions_fault(f"{namespace} {name}", metric, emitted()[namespace], metrics[name])


def _dimensions_fault(
    what: str, metric: Mapping[str, Any], service: Mapping[str, Any], kind: Mapping[str, Any]
) -> str | None:
    dimensions = _mappings(metric.get("Dimensions", []))
    names = [each.get("Name") for each in dimensions or ()]
    given = [name for name in names if isinstance(name, str)]
    if dimensions is None or given != names:
        return None
    sets = kind.get("dimensions", service["dimensions"])
    if sorted(given) in map(sorted, sets):
        return None
    told = "; ".join(" and ".join(each) or "none" for each in sets)
    return f"{what} is not emitted by {', '.join(given) or 'nothing'}, but: {told}"


def _namespace_fault(namespace: str, near: str) -> str:
    return f"nothing is emitted in the namespace {namespace}; did you mean {near}?"
