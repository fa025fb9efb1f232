"""Pact files (pact specification V4): read, checked for edits by hand, written the same each time.

Every interaction has a `key`, the digest of what it says, and the file has one over all of them, in
its metadata. Nobody who edits a pact by hand gets past either without meaning to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from pactwright.contract.errors import PactError

SPECIFICATION: Final = "4.0"
_HTTP: Final = "Synchronous/HTTP"
_MESSAGE: Final = "Asynchronous/Messages"
_KEY_LENGTH: Final = 16


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
        return self.content.get("type") == _MESSAGE

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pact:
    """What one consumer relies on of one provider.

    Attributes:
        interactions: by description, in that order.
        path: the file that it was read from.
        digest: SHA-256 over the canonical form of all interactions, in hexadecimal.
    """

    consumer: str
    provider: str
    interactions: tuple[Interaction, ...]
    digest: str
    path: Path | None = None

    @property
    def asked(self) -> Pact:
        """It without messages: what is asked for, and so what a stub answers."""
        asked = tuple(each for each in self.interactions if each.message is None)
        return replace(self, interactions=asked)

    @property
    def name(self) -> str:
        """As its file is called."""
        return f"{self.consumer}-{self.provider}"

    def __str__(self) -> str:
        return f"{self.consumer} → {self.provider}"


def read(path: Path) -> Pact:
    """Read a pact.

    Raises:
        PactError: it can't be read, is no pact of V4, or was edited by hand.
    """
    try:
        content: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise PactError(f"{path.name} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise PactError(f"{path.name} is not JSON: {error}") from error
    try:
        pact = _pact(content, path)
        kept = content["metadata"]["pactwright"]["digest"]
        for interaction in pact.interactions:
            _ = interaction.request, interaction.response, interaction.states, interaction.message
    except (KeyError, TypeError, AttributeError) as error:
        raise PactError(
            f"{path.name} is no pact that pactwright recorded: {error!r} is not where it should be"
        ) from error
    if path.stem != pact.name:
        raise PactError(
            f"{path.name} says that it is of {pact.consumer!r} with {pact.provider!r}: one of the "
            "names is misspelt"
        )
    _refuse_edits(pact, path)
    if pact.digest != kept:
        raise PactError(
            f"{path.name} was edited by hand: an interaction was added, removed or renamed. "
            "Record it anew from the consumer's tests"
        )
    return pact


def _pact(content: Any, path: Path) -> Pact:
    interactions = tuple(Interaction(each) for each in content["interactions"])
    return Pact(
        consumer=content["consumer"]["name"],
        provider=content["provider"]["name"],
        interactions=interactions,
        digest=_digest(content),
        path=path,
    )


def _refuse_edits(pact: Pact, path: Path) -> None:
    seen: set[str] = set()
    for interaction in pact.interactions:
        if interaction.content.get("type") not in (_HTTP, _MESSAGE):
            raise PactError(
                f"{path.name}: {interaction.description!r} is neither {_HTTP} nor {_MESSAGE}"
            )
        if interaction.description in seen:
            raise PactError(f"{path.name}: {interaction.description!r} is there twice")
        seen.add(interaction.description)
        if interaction.key != _key(interaction.content):
            raise PactError(
                f"{path.name}: the interaction {interaction.description!r} was edited by hand. "
                f"Change its test, {interaction.test or 'which it does not name'}, and record it"
            )


def render(content: Mapping[str, Any]) -> bytes:
    """A pact as it is committed, whatever order and versions its engine wrote.

    Args:
        content: a pact of V4, as pact-python writes it.
    """
    interactions = sorted(content["interactions"], key=lambda each: str(each["description"]))
    keyed = [{**each, "key": _key(each)} for each in interactions]
    whole = {
        "consumer": content["consumer"],
        "provider": content["provider"],
        "interactions": keyed,
        "metadata": {"pactSpecification": {"version": SPECIFICATION}},
    }
    whole["metadata"]["pactwright"] = {"digest": _digest(whole)}
    text = json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def _key(interaction: Mapping[str, Any]) -> str:
    said = {name: value for name, value in interaction.items() if name != "key"}
    return hashlib.sha256(_canonical(said)).hexdigest()[:_KEY_LENGTH]


def _digest(content: Mapping[str, Any]) -> str:
    parts: Sequence[Any] = [content["consumer"], content["provider"], content["interactions"]]
    return hashlib.sha256(_canonical(parts)).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
