"""What is served, told to CloudWatch: a JSON line for its logs and one in Embedded Metric Format.

Headers are told by an allow-list; paths, queries and bodies never are. Lines are flushed one by
one, for Lambda may freeze the process as soon as an answer is out.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from threading import Lock
from typing import IO, Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from pactwright.service.observation import Failure, Handled, Served
from pactwright.wire import trace

TOLD_HEADERS: Final = (
    "user-agent",
    "content-type",
    "traceparent",
    "x-amzn-trace-id",
    "x-request-id",  # of the request that this one was made for
)
"""The request headers that are logged, by default."""

_UNROUTED: Final = "none"


class CloudWatchTelemetry:
    """Tells requests by the Logger and the Metrics of Powertools for AWS Lambda.

    The metrics are Requests, Latency (milliseconds), ClientErrors, ServerErrors and ColdStarts, by
    service and by service and operation; and Degraded, answers that had to do without something,
    which has no data while there are none. For what queues and streams deliver they are Messages,
    MessageFailures and MessageLatency, where the operation is the message's name.

    Args:
        service: the service's name.
        namespace: the metrics' namespace.
        level: the least level that is logged: DEBUG, INFO, WARNING or ERROR.
        headers: the request headers that are logged, by lower-case name.
        metrics: whether metrics are told.
        stream: where lines are written; None is standard output. There is one logger for a
            service's name in a process: the last telemetry that is made says where it writes.

    Attributes:
        logger: for a service's own lines. Each gets the id of the request that is being answered.
    """

    def __init__(
        self,
        service: str,
        *,
        namespace: str,
        level: str = "INFO",
        headers: Sequence[str] = TOLD_HEADERS,
        metrics: bool = True,
        stream: IO[str] | None = None,
    ) -> None:
        self._service = service
        self._namespace = namespace
        self._headers = tuple(headers)
        self._metrics = metrics
        self._stream = stream
        self._cold = True
        self._providers: dict[str, AmazonCloudWatchEMFProvider] = {}
        self._lock = Lock()
        out: Any = stream or _StandardOutput()
        self.logger = Logger(
            service=service, level=level, stream=out, location=None, utc=True, use_rfc3339=True
        )
        handler = self.logger.logger_handler
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(out)
        if not any(isinstance(f, _RequestId) for f in handler.filters):
            handler.addFilter(_RequestId())

    def served(self, record: Served) -> None:
        """Log the request's line, and its metrics' line before it."""
        if self._metrics:
            self._write(record)
        self.logger.info(
            "request",
            extra={
                "method": record.method[:16],
                "route": record.route,
                "operation": record.operation,
                "status": record.status,
                "ms": round(record.milliseconds, 3),
                "request_id": record.request_id,
                "principal": record.principal,
                "cold_start": self._cold,
                "headers": self._told(record),
                **({"degraded": record.degraded} if record.degraded else {}),
            },
        )
        self._cold = False

    def failed(self, failure: Failure) -> None:
        """Log the failure: WARNING where time mends it, ERROR otherwise."""
        tell = self.logger.warning if failure.transient else self.logger.error
        tell(
            "failure",
            extra={
                "request_id": failure.request_id,
                "operation": failure.operation,
                "error": failure.error,
                "reason": failure.message,
                "stack": failure.stack,
                "causes": failure.causes,
            },
        )

    def handled(self, record: Handled) -> None:
        """Log the delivery's line, and its metrics' line before it."""
        if self._metrics:
            with self._lock:
                emf = self._emf(record.message)
                emf.add_metric("Messages", MetricUnit.Count, 1)
                emf.add_metric("MessageLatency", MetricUnit.Milliseconds, record.milliseconds)
                emf.add_metric("MessageFailures", MetricUnit.Count, record.failed)
                self._print(emf)
        self.logger.info(
            "message",
            extra={
                "message_name": record.message,
                "source": record.source,
                "outcome": "failed" if record.failed else "handled",
                "ms": round(record.milliseconds, 3),
                "request_id": record.message_id,
                "attempt": record.attempt,
                "cold_start": self._cold,
            },
        )
        self._cold = False

    def _told(self, record: Served) -> dict[str, str]:
        given = record.headers
        return {name: given[name][:256] for name in self._headers if name in given}

    def _write(self, record: Served) -> None:
        with self._lock:
            emf = self._emf(record.operation or _UNROUTED)
            emf.add_metric("Requests", MetricUnit.Count, 1)
            emf.add_metric("Latency", MetricUnit.Milliseconds, record.milliseconds)
            emf.add_metric("ClientErrors", MetricUnit.Count, 400 <= record.status < 500)
            emf.add_metric("ServerErrors", MetricUnit.Count, record.status >= 500)
            emf.add_metric("ColdStarts", MetricUnit.Count, self._cold)
            if record.degraded:
                emf.add_metric("Degraded", MetricUnit.Count, 1)
            self._print(emf)

    def _print(self, emf: AmazonCloudWatchEMFProvider) -> None:
        line = json.dumps(emf.serialize_metric_set(), separators=(",", ":"))
        emf.metric_set.clear()
        print(line, file=self._stream, flush=True)  # where CloudWatch reads it from

    def _emf(self, operation: str) -> AmazonCloudWatchEMFProvider:
        """The metrics of one operation; Metrics itself is one for the whole process."""
        if operation not in self._providers:
            emf = AmazonCloudWatchEMFProvider(namespace=self._namespace, service=self._service)
            emf.add_dimension("service", self._service)
            emf.add_dimension("operation", operation)
            emf.add_dimensions(service=self._service)
            self._providers[operation] = emf
        return self._providers[operation]


class _RequestId(logging.Filter):
    """Adds the id of the request that is being answered to each line."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = trace.current.get()
        if request is not None and not hasattr(record, "request_id"):
            record.request_id = request.request_id
        return True


class _StandardOutput:
    """Standard output as it is when a line is written."""

    def write(self, text: str) -> None:
        sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()
