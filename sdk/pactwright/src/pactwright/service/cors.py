"""Which websites' scripts may use an operation, told to browsers (Fetch Standard, "CORS protocol").

What an operation allows follows from its document: ``x-cors`` names the websites; the methods are
those of its path, the request's headers those that it declares, with what its body and its security
need, and the answer's headers are those that it declares. Credentials that a browser would add by
itself are never allowed: a script has to have a token, and to send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pactwright.service.responses import with_defaults
from pactwright.wire.messages import ResponseMessage
from pactwright.wire.operation import Operation

_ANY: Final = "*"
_READABLE: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)
"""What scripts may read of any answer (Fetch, "CORS-safelisted response-header name")."""

_PREFLIGHT: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an operation allows to scripts.

    Attributes:
        origins: whose; ``*`` is anybody's.
        allowed: the request's headers that they may set.
        exposed: the answer's headers that they may read.
        max_age: for how many seconds a browser may keep that; None is as long as it likes.
    """

    origins: tuple[str, ...]
    allowed: tuple[str, ...]
    exposed: tuple[str, ...]
    max_age: int | None

    @classmethod
    def of(cls, operation: Operation[Any]) -> Policy | None:
        """What a document says; None where it says nothing."""
        cors = operation.cors
        if cors is None:
            return None
        allowed, exposed = _sent(operation), _answered(operation)
        return cls(cors.allow_origins, tuple(allowed), tuple(exposed), cors.max_age)

    def admits(self, origin: str | None) -> bool:
        """Whether scripts of an origin may use it."""
        return _ANY in self.origins or origin in self.origins

    def origin_headers(self, origin: str | None) -> dict[str, str]:
        """What tells a browser whether scripts of an origin may.

        Where any may, that is always told, so that caches have one answer; otherwise the answer
        varies by origin (Fetch, "CORS protocol and HTTP caches").
        """
        if _ANY in self.origins:
            return {"Access-Control-Allow-Origin": _ANY}
        if origin is None or not self.admits(origin):
            return {}
        return {"Access-Control-Allow-Origin": origin}


def shared(message: ResponseMessage, policy: Policy, origin: str | None) -> ResponseMessage:
    """An answer with what lets scripts read it.

    Args:
        message: the answer.
        policy: what the operation allows.
        origin: whose scripts ask; None where that is not said.
    """
    headers = dict(message.headers)
    told = policy.origin_headers(origin)
    if _ANY not in policy.origins:
        headers = _varying(headers)
    if told and policy.exposed:
        told["Access-Control-Expose-Headers"] = ", ".join(policy.exposed)
    return replace(message, headers={**headers, **told})


def preflight(
    policies: Mapping[str, Policy | None], headers: Mapping[str, str], request_id: str
) -> ResponseMessage | None:
    """The answer to OPTIONS of a path; None where scripts may use none of its methods.

    Args:
        policies: what each method of the path allows.
        headers: the request's, by lower-case name.
        request_id: its id.
    """
    if not any(policies.values()):
        return None
    origin = headers.get("origin")
    policy = policies.get(headers.get("access-control-request-method", ""))
    heads = {"HEAD"} if "GET" in policies else set[str]()
    told = {"Allow": ", ".join(sorted({*policies, "OPTIONS"} | heads)), "Vary": _PREFLIGHT}
    if policy is not None and policy.admits(origin):
        methods = sorted(name for name, each in policies.items() if each and each.admits(origin))
        told |= policy.origin_headers(origin)
        told["Access-Control-Allow-Methods"] = ", ".join(methods)
        if policy.allowed:
            told["Access-Control-Allow-Headers"] = ", ".join(policy.allowed)
        if policy.max_age is not None:
            told["Access-Control-Max-Age"] = str(policy.max_age)
    return ResponseMessage(204, with_defaults(told, request_id), b"")


def _sent(operation: Operation[Any]) -> list[str]:
    names = {p.name for p in operation.parameters if p.location == "header"}
    names |= {"Content-Type"} if operation.body is not None else set()
    for scheme in (r.scheme for alternative in operation.security for r in alternative):
        if scheme.kind != "api_key":
            names.add("Authorization")
        elif scheme.location == "header" and scheme.parameter:
            names.add(scheme.parameter)
    return sorted(names)


def _answered(operation: Operation[Any]) -> list[str]:
    names = {header.name for r in operation.responses.values() for header in r.headers}
    return sorted(name for name in names if name.lower() not in _READABLE)


def _varying(headers: Mapping[str, str]) -> dict[str, str]:
    """The header fields with Origin in Vary, beside what is there."""
    kept = {name: value for name, value in headers.items() if name.lower() != "vary"}
    others = [value for name, value in headers.items() if name.lower() == "vary"]
    return {**kept, "Vary": ", ".join([*others, "Origin"])}
