"""Pact files (pact specification V4): read, checked for edits by hand, written the same each time.

Every interaction has a `key`, the digest of what it says, and the file has one over all of them, in
its metadata. Nobody who edits a pact by hand gets past either without meaning to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pactwright.contract.errors import PactError
from pactwright.contract.interactions import (
    HTTP,
    MESSAGE,
    Interaction,
    Request,
    Response,
    State,
)

__all__ = ["Interaction", "Pact", "Request", "Response", "State", "read", "render"]

SPECIFICATION: Final = "4.0"
_KEY_LENGTH: Final = 16


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
        if interaction.content.get("type") not in (HTTP, MESSAGE):
            raise PactError(
                f"{path.name}: {interaction.description!r} is neither {HTTP} nor {MESSAGE}"
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
