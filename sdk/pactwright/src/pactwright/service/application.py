"""The callee's side of an API: an event in, an operation's method called, an answer out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pactwright.service import cors, responses
from pactwright.service.answers import Answer, AnswerError
from pactwright.service.authentication import Authenticator, Gate
from pactwright.service.call import Call, current
from pactwright.service.cors import Policy
from pactwright.service.deadlines import granted
from pactwright.service.decoding import read_arguments
from pactwright.service.errors import Transient
from pactwright.service.events import Incoming, proxy_result, read_event
from pactwright.service.limits import RequestLimits
from pactwright.service.observation import Failure, Served, StandardLog, Telemetry, safely
from pactwright.service.problem import ProblemError
from pactwright.service.problems import InternalError, TemporarilyUnavailable
from pactwright.service.responses import PresentProblem
from pactwright.service.routing import Routes
from pactwright.wire import deadlines, trace
from pactwright.wire.messages import ResponseMessage
from pactwright.wire.operation import Operation

Translate = Callable[[Exception], ProblemError | None]
"""Says which problem an error stands for, such as one of a client that a service calls another
with; None is none: an internal error."""


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """An operation, ready to be called."""

    operation: Operation[Any]
    method: Callable[..., Answer[Any]]
    offered: tuple[str, ...]
    cors: Policy | None


@dataclass(slots=True)
class _Exchange:
    """What becomes known of a request while it is answered."""

    request: Incoming
    started: float
    template: str | None = None
    operation: Operation[Any] | None = None
    cors: Policy | None = None
    principal: str | None = None
    degraded: set[str] = field(default_factory=set[str])


class Application:
    """Answers API Gateway's events with an implementation of a generated service protocol.

    A request is routed, its caller authenticated, its parameters and body decoded and the
    operation's method called; what that returns is encoded. Every fault is answered as a problem
    (RFC 9457). Whatever the event is, the answer is well-formed.

    Args:
        api: the object whose methods are the operations.
        operations: the operations, from the generated package.
        service: the service's name, for logs and metrics.
        problem_types: what a problem's slug is appended to for its type URI.
        authenticators: who authenticates, by the name of the security scheme.
        telemetry: where requests are told; None is the standard library's logging.
        present_problem: gives problems another form, where an operation declares one.
        translate: says which problem an error from outside stands for.
        clock: a monotonic clock, in seconds.
        limits: how much a request may hold.
        reserve: seconds kept from an operation's time for writing the answer.

    Raises:
        TypeError: the api lacks an operation's method, or a scheme its authenticator.
        ValueError: two operations have the same path and method.
    """

    def __init__(
        self,
        api: object,
        operations: Sequence[Operation[Any]],
        *,
        service: str,
        problem_types: str,
        authenticators: Mapping[str, Authenticator] | None = None,
        telemetry: Telemetry | None = None,
        present_problem: PresentProblem | None = None,
        translate: Translate | None = None,
        clock: Callable[[], float] = time.monotonic,
        limits: RequestLimits | None = None,
        reserve: float = 0.25,
    ) -> None:
        self._gate = Gate(authenticators or {})
        self._check(api, operations)
        self._routes = Routes((o.method, o.path, _endpoint(api, o)) for o in operations)
        self._service = service
        self._problem_types = problem_types
        self._telemetry = telemetry or StandardLog()
        self._present_problem = present_problem
        self._translate = translate
        self._clock = clock
        self._limits = limits or RequestLimits()
        self._reserve = reserve

    def _check(self, api: object, operations: Sequence[Operation[Any]]) -> None:
        lacking = [o.name for o in operations if not callable(getattr(api, o.name, None))]
        if lacking:
            raise TypeError(f"{type(api).__name__} lacks the operations {', '.join(lacking)}")
        schemes = self._gate.missing(operations)
        if schemes:
            raise TypeError(f"no authenticator is given for the schemes {', '.join(schemes)}")

    def __call__(self, event: object, context: object) -> dict[str, Any]:
        """Answer one event.

        Args:
            event: API Gateway's proxy event, payload format 1.0.
            context: Lambda's context object.

        Returns:
            statusCode, headers, body and isBase64Encoded, as API Gateway takes them.
        """
        exchange = _Exchange(read_event(event, context), self._clock())
        try:
            message = self._serve(exchange, context)
        except ProblemError as problem:
            message = self._refused(exchange, problem)
        except Exception as error:  # noqa: BLE001 - whatever happens, the caller gets an answer
            message = self._refused(exchange, self._diagnosed(exchange, error))
        if exchange.cors is not None:
            origin = exchange.request.headers.get("origin")
            message = cors.shared(message, exchange.cors, origin)
        self._tell(exchange, message.status)
        return proxy_result(message, bodiless=exchange.request.method == "HEAD")

    def _serve(self, exchange: _Exchange, context: object) -> ResponseMessage:
        request = exchange.request
        self._limits.check(request)
        route, path = self._routes.find(request)
        exchange.template = route.template
        if request.method == "OPTIONS" and "OPTIONS" not in route.methods:
            policies = {name: each.cors for name, each in route.methods.items()}
            message = cors.preflight(policies, request.headers, request.request_id)
            if message is not None:
                return message
        endpoint = route.method(request.method)
        exchange.operation, exchange.cors = endpoint.operation, endpoint.cors
        call = self._call(exchange, endpoint.operation, context)
        traced, called = trace.current.set(call.trace), current.set(call)
        bounded = deadlines.current.set(call.remaining)
        try:
            answer = self._answer(exchange, endpoint, call, path)
        finally:
            trace.current.reset(traced)
            current.reset(called)
            deadlines.current.reset(bounded)
        accept = request.headers.get("accept")
        return responses.encoded(endpoint.operation, answer, accept, request.request_id)

    def _call(self, exchange: _Exchange, operation: Operation[Any], context: object) -> Call:
        request, headers = exchange.request, exchange.request.headers
        deadline = exchange.started + max(0.0, granted(headers, context) - self._reserve)
        return Call(
            operation=operation,
            request_id=request.request_id,
            headers=headers,
            query=request.query,
            source=request.source,
            base_url=request.base_url,
            deadline=deadline,
            clock=self._clock,
            degraded=exchange.degraded,
            trace=trace.Trace(
                request_id=request.request_id,
                traceparent=headers.get("traceparent"),
                tracestate=headers.get("tracestate"),
                amazon=headers.get("x-amzn-trace-id"),
            ),
        )

    def _answer(
        self, exchange: _Exchange, endpoint: _Endpoint, call: Call, path: Mapping[str, str]
    ) -> Answer[Any]:
        try:
            admission = self._gate.admit(call)
            if admission is not None:
                exchange.principal = admission.principal.kind
                call = replace(call, principal=admission.principal)
            responses.negotiated(call.headers.get("accept"), endpoint.offered)
            most = self._limits.body
            arguments = read_arguments(endpoint.operation, exchange.request, path, most)
            if admission is not None:
                admission.authorize(call, arguments)
            return endpoint.method(call, **arguments)
        except AnswerError as error:
            return error.answer

    def _diagnosed(self, exchange: _Exchange, error: Exception) -> ProblemError:
        """The problem that an unhandled error stands for. It is told, once."""
        problem = self._translate(error) if self._translate is not None else None
        if problem is None and isinstance(error, Transient):
            problem = TemporarilyUnavailable(error.retry_after)
        name = exchange.operation.name if exchange.operation else None
        request_id = exchange.request.request_id
        failure = Failure.of(error, request_id, name, transient=problem is not None)
        safely(self._telemetry.failed, failure)
        return problem or InternalError()

    def _refused(self, exchange: _Exchange, problem: ProblemError) -> ResponseMessage:
        try:
            return self._presented(exchange, problem)
        except Exception as error:  # noqa: BLE001 - a fault in telling a fault must not end it
            self._diagnosed(exchange, error)
            return self._presented(_Exchange(exchange.request, exchange.started), InternalError())

    def _presented(self, exchange: _Exchange, problem: ProblemError) -> ResponseMessage:
        operation, request_id = exchange.operation, exchange.request.request_id
        document = problem.document(self._problem_types, request_id)
        own = None
        if self._present_problem is not None and operation is not None:
            own = self._present_problem(operation, document)
        if operation is None or own is None:
            return responses.problem_message(problem, document)
        headers = {**problem.headers, **own.headers}
        own = replace(own, status=own.status or problem.status, headers=headers)
        return responses.encoded(operation, own, None, request_id)

    def _tell(self, exchange: _Exchange, status: int) -> None:
        request = exchange.request
        record = Served(
            service=self._service,
            operation=exchange.operation.name if exchange.operation else None,
            method=request.method,
            route=exchange.template,
            status=status,
            milliseconds=(self._clock() - exchange.started) * 1000,
            request_id=request.request_id,
            principal=exchange.principal,
            headers=request.headers,
            degraded=tuple(sorted(exchange.degraded)),
        )
        safely(self._telemetry.served, record)


def _endpoint(api: object, operation: Operation[Any]) -> _Endpoint:
    method, offered = getattr(api, operation.name), responses.offered(operation)
    return _Endpoint(operation, method, offered, Policy.of(operation))
