"""What the emulator's CloudFormation lacks, and templates need. Runs in the emulator's process.

ministack 1.5.33 has composite alarms, but takes them by CloudWatch's own interface only: here they
are put by it. An alarm on metric math it refuses: here it is kept, with its actions, as its
template describes it. It is never evaluated; its state is what SetAlarmState says.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

_COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"
_OF_A_METRIC: Final = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period")


def extend() -> None:
    """Add to the emulator, which must be importable, what it lacks."""
    provisioners: Any = importlib.import_module("ministack.services.cloudformation.provisioners")
    cloudwatch: Any = importlib.import_module("ministack.services.cloudwatch")
    composites = _Composites(cloudwatch)
    provisioners._RESOURCE_HANDLERS[_COMPOSITE] = {  # noqa: SLF001
        "create": composites.create,
        "update": composites.update,
        "delete": composites.delete,
    }
    original = provisioners._cw_metric_alarm_record  # noqa: SLF001
    provisioners._cw_metric_alarm_record = _Records(original)  # noqa: SLF001


class _Composites:
    """Composite alarms in templates; each must have a name."""

    def __init__(self, cloudwatch: Any) -> None:
        self._cloudwatch = cloudwatch

    def create(
        self, _logical_id: str, properties: Mapping[str, Any], _stack: str
    ) -> tuple[str, dict[str, str]]:
        name = str(properties["AlarmName"])
        self._ask("_put_composite_alarm", properties)
        arn = self._cloudwatch._composite_alarms[name]["AlarmArn"]  # noqa: SLF001
        return name, {"Arn": arn}

    def update(
        self, physical_id: str, _old: Mapping[str, Any], new: Mapping[str, Any], stack: str
    ) -> tuple[str, dict[str, str]]:
        updated = self.create("", new, stack)
        if updated[0] != physical_id:
            self.delete(physical_id, {})
        return updated

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        self._ask("_delete_alarms", {"AlarmNames": [physical_id]})

    def _ask(self, operation: str, data: Mapping[str, Any]) -> None:
        status, _, body = getattr(self._cloudwatch, operation)({}, dict(data), False, True)  # noqa: FBT003
        if status != HTTPStatus.OK:
            raise ValueError(body.decode())


class _Records:
    """The emulator's own way to an alarm's record, for metric math too."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def __call__(self, name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        if not properties.get("Metrics"):
            return dict(self._original(name, properties))
        stand_in = {"MetricName": "-", "Namespace": "-"}
        rest = {key: value for key, value in properties.items() if key != "Metrics"}
        record = dict(self._original(name, rest | stand_in))
        for key in _OF_A_METRIC:
            record.pop(key, None)
        return record | {"Metrics": properties["Metrics"]}
