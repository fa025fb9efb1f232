"""What consumers rely on, one by one: requests with what is read of their answers, and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

HTTP: Final = "Synchronous/HTTP"
MESSAGE: Final = "Asynchronous/Messages"


@dataclass(frozen=True, slots=True)
class State:
    """What is so before a request is made: ``State("a location", user_id=…)``.

    Attributes:
        name: as the provider handles it.
        parameters: JSON values by name.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)

    def __init__(self, name: str, /, **parameters: Any) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "parameters", parameters)

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self.parameters.items())
        return f"{self.name} ({inside})" if inside else self.name


@dataclass(frozen=True, slots=True)
class Interaction:
    """One request and the answer that a consumer relies on; or a message, with what it reads of it.

    Attributes:
        content: as it stands in the file.
    """

    content: Mapping[str, Any] = field(hash=False)

    @property
    def description(self) -> str:
        """What it is called; unique in its pact."""
        return str(self.content["description"])

    @property
    def key(self) -> str:
        """The digest of what it says."""
        return str(self.content["key"])

    @property
    def test(self) -> str:
        """The test that records it: `path::name`; "" where the file does not say."""
        return str(self.content.get("comments", {}).get("testname", ""))

    @property
    def states(self) -> tuple[State, ...]:
        """What is so before, in the order of setting it up."""
        given = self.content.get("providerStates", ())
        return tuple(State(state["name"], **state.get("params", {})) for state in given)

    @property
    def message(self) -> str | None:
        """What the provider's generated package calls the message; None of what is asked for."""
        return str(self.content["comments"]["message"]) if self._is_message else None

    @property
    def _is_message(self) -> bool:
        return self.content.get("type") == MESSAGE

    @property
    def request(self) -> Request:
        """What is sent; a message is not asked for, so nothing is."""
        if self._is_message:
            return Request(method="", path="")
        given = self.content["request"]
        body = given.get("body", {})
        return Request(
            method=given["method"],
            path=given["path"],
            query={name: tuple(values) for name, values in given.get("query", {}).items()},
            headers={name: ", ".join(values) for name, values in given.get("headers", {}).items()},
            media_type=body.get("contentType"),
            body=body.get("content"),
        )

    @property
    def response(self) -> Response:
        """What is relied on; a message is read as strictly as a success is, and has its status."""
        if self._is_message:
            read = self.content.get("contents", {})
            given: Mapping[str, Any] = {**self.content, "status": HTTPStatus.OK.value}
        else:
            given = self.content["response"]
            read = given.get("body", {})
        return Response(
            status=given["status"],
            headers={name: ", ".join(values) for name, values in given.get("headers", {}).items()},
            media_type=read.get("contentType"),
            body=read.get("content"),
            has_body=bool(read),
            rules=given.get("matchingRules", {}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, all of whose values are literal.

    Attributes:
        path: percent-encoded.
        query: each name's values, decoded.
        headers: those that matter.
        media_type: of the body.
        body: a JSON value where the media type is JSON, else text; None where there is none.
    """

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str | None = None
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a consumer relies on of an answer: just what it reads.

    Attributes:
        status: the HTTP status.
        headers: examples of those that it reads.
        media_type: of what it reads of the body, where that is told there.
        body: an example of what it reads of the body: a JSON value or text.
        has_body: whether it reads anything of the body; that may be null.
        rules: the pact's matching rules: "body", "header".
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str | None = None
    body: Any = None
    has_body: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict[str, Any])
