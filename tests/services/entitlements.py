"""Who may do what, as the documents say it: read from them, not from what is generated.

From security requirements, scopes, ``x-owner`` and declared statuses follows what each caller has
to get of each operation. What documents say in words only is in `SAID_IN_WORDS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from pactwright.schema import bundle
from tests.services.observations import SERVICES

METHODS: Final = ("get", "put", "post", "delete", "patch")
FORBIDDEN: Final = "#/components/responses/Forbidden"

SAID_IN_WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("authentication", "user"): "user",
    ("authentication", "service"): "service",
}
"""Whose credentials alone a scheme takes, by service and scheme: its description says so."""

ABOUT_SESSIONS: Final = frozenset({"issue_token (refresh_token)", "revoke_token"})
"""What is asked of people's tokens here: another client than theirs gets 400 (RFC 6749 section 5.2,
RFC 7009 section 2.1), as the descriptions of these operations say."""

CLIENTS_OWN: Final = frozenset({"client_credentials"})
"""Examples of bodies that ask for what is the client's own (RFC 6749 section 4.4)."""

State = Literal["good", "bad", "malformed"]
Verdict = Literal["admitted", "missing", "malformed", "bad", "forbidden"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a caller shows, and whom it speaks for.

    Attributes:
        scheme: as the Authorization header has it, in small letters; None is no such header.
        state: whether they are good for anything.
        kind: whether they are a person's or a service's.
        audience: the services that they are good for; all where empty.
        owns: whether what is asked for is the caller's own.
    """

    scheme: Literal["bearer", "basic"] | None = None
    state: State = "good"
    kind: Literal["user", "service"] = "user"
    scopes: frozenset[str] = frozenset()
    audience: tuple[str, ...] = ()
    owns: bool = False


@dataclass(frozen=True, slots=True)
class Entitled:
    """An operation, with the body of one of its examples, and who may call it.

    Attributes:
        name: its operationId, with the example's name where there are several.
        document: that it is in.
        operation: the operation object.
        body: the example, and its media type.
    """

    service: str
    name: str
    method: str
    path: str
    document: Mapping[str, Any] = field(repr=False)
    operation: Mapping[str, Any] = field(repr=False)
    body: tuple[str, Mapping[str, Any]] | None = None
    example: str = ""

    @property
    def parameters(self) -> Sequence[Mapping[str, Any]]:
        """Those of its path too."""
        item = self.document["paths"][self.path]
        given = [*item.get("parameters", ()), *self.operation.get("parameters", ())]
        return [self._followed(each) for each in given]

    @property
    def alternatives(self) -> Sequence[Mapping[str, Sequence[str]]]:
        """Its security requirements."""
        found: Sequence[Mapping[str, Sequence[str]]] = self.operation.get(
            "security", self.document.get("security", ())
        )
        return [each for each in found if each] if self.example in CLIENTS_OWN else found

    @property
    def shared(self) -> bool:
        """Whether scripts of some website may call it."""
        return "x-cors" in self.operation or "x-cors" in self.document["paths"][self.path]

    @property
    def success(self) -> int:
        """What it answers where all is there that it is about."""
        return min(int(status) for status in self.operation["responses"] if status[0] == "2")

    @property
    def refusal(self) -> int:
        """What it answers to a caller who is known and may not."""
        declared = self.operation["responses"].get("403", {})
        return 403 if declared.get("$ref") == FORBIDDEN else 401

    def expected(self, caller: Credentials) -> int:
        """What a caller has to get."""
        verdicts = [self._verdict(each, caller) for each in self.alternatives if each]
        for verdict, status in (
            ("admitted", 400 if self.name in ABOUT_SESSIONS else self.success),
            ("malformed", 400),
            ("bad", 401),
            ("forbidden", self.refusal),
        ):
            if verdict in verdicts:
                return status
        return self.success if {} in self.alternatives or not self.alternatives else 401

    def _verdict(self, alternative: Mapping[str, Sequence[str]], caller: Credentials) -> Verdict:
        verdicts = [self._shown(name, caller) for name in alternative]
        for verdict in ("missing", "malformed", "bad"):
            if verdict in verdicts:
                return verdict
        wanted = {scope for scopes in alternative.values() for scope in scopes}
        owner = self.operation.get("x-owner", {}).get("scope")
        entitled = wanted <= caller.scopes and (owner not in wanted or caller.owns)
        return "admitted" if entitled else "forbidden"

    def _shown(self, scheme: str, caller: Credentials) -> Verdict:
        if self.document["components"]["securitySchemes"][scheme]["scheme"] != caller.scheme:
            return "missing"
        if caller.state == "malformed":
            return "malformed" if caller.scheme == "bearer" else "bad"
        elsewhere = caller.audience and self.service not in caller.audience
        others = SAID_IN_WORDS.get((self.service, scheme), caller.kind) != caller.kind
        return "bad" if caller.state == "bad" or elsewhere or others else "admitted"

    def _followed(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in value:
            return value
        found: Any = self.document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return self._followed(found)


def entitled(contracts: Path) -> list[Entitled]:
    """Every operation of every service, once with each example of its body.

    Args:
        contracts: the folder of the documents.
    """
    return [
        each
        for service in SERVICES
        for each in _operations(service, bundle(contracts / f"{service}.yaml"))
    ]


def _operations(service: str, document: Mapping[str, Any]) -> Iterator[Entitled]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            name = operation["operationId"]
            bodies = list(_bodies(operation))
            if not bodies:
                yield Entitled(service, name, method.upper(), path, document, operation)
            for example, body in bodies:
                full = f"{name} ({example})" if len(bodies) > 1 else name
                yield Entitled(
                    service, full, method.upper(), path, document, operation, body, example
                )


def _bodies(operation: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, Mapping[str, Any]]]]:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if "example" in content:
            yield "", (media_type, content["example"])
        for name, example in content.get("examples", {}).items():
            yield name, (media_type, example["value"])
