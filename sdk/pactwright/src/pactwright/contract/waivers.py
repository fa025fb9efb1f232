"""What is accepted not to be in any contract, each with its reason; in one file of the project.

```toml
[[waiver]]       # nobody relies on this answer
provider = "location"
operation = "list_locations"
status = 422
reason = "…"

[[waiver]]       # nobody relies on this message
provider = "authentication"
operation = "user_deleted"
status = "message"
reason = "…"

[[optional]]     # a field that is optional, but that this answer has always, or never
consumer = "sdk"
provider = "authentication"
operation = "sign_in"
status = 201
field = "/refresh_token"
reason = "…"
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pactwright.contract.errors import ContractError

_KEYS: Final = {
    "waiver": ("provider", "operation", "status", "reason"),
    "optional": ("consumer", "provider", "operation", "status", "field", "reason"),
}


MESSAGE: Final = "message"
"""Stands for the status of what is no answer but a message, one of the document's webhooks."""


@dataclass(frozen=True, slots=True, order=True)
class Answer:
    """One answer that a document declares, or message: ``location get_location 404``.

    Attributes:
        operation: its name; of a message, that of the message.
        status: as the document has it; a status that only `default` covers stands as it is.
    """

    provider: str
    operation: str
    status: str

    def __str__(self) -> str:
        return f"{self.provider} {self.operation} {self.status}"


@dataclass(frozen=True, slots=True, order=True)
class OptionalField:
    """A field that a consumer reads and that its document leaves optional.

    Attributes:
        field: a JSON pointer into the body, ``*`` for each item of an array.
    """

    consumer: str
    answer: Answer
    field: str

    def __str__(self) -> str:
        return f"{self.consumer} → {self.answer} {self.field}"


@dataclass(frozen=True, slots=True)
class Waivers:
    """The reasons why something is accepted.

    Attributes:
        answers: for each answer that nobody relies on.
        optional: for each optional field that is there always or never: nobody sees it both ways.
    """

    answers: Mapping[Answer, str] = field(default_factory=dict[Answer, str])
    optional: Mapping[OptionalField, str] = field(default_factory=dict[OptionalField, str])


def read(file: Path) -> Waivers:
    """Read a project's waivers; none where there is no such file.

    Raises:
        ContractError: the file can't be read, or a waiver lacks something, or is there twice.
    """
    if not file.exists():
        return Waivers()
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # also what is not UTF-8
        raise ContractError(f"{file.name} can't be read: {error}") from error
    if unknown := sorted(set(content) - set(_KEYS)):
        raise ContractError(f"{file.name} has [[{unknown[0]}]]: it may have {', '.join(_KEYS)}")
    answers: dict[Answer, str] = {}
    for given in _given(file, content, "waiver"):
        _add(file, answers, _answer(given), given["reason"])
    fields: dict[OptionalField, str] = {}
    for given in _given(file, content, "optional"):
        where = OptionalField(given["consumer"], _answer(given), given["field"])
        _add(file, fields, where, given["reason"])
    return Waivers(answers, fields)


def _given(file: Path, content: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, str]]:
    given = content.get(kind, [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ContractError(f"{file.name}: write each {kind} as a table of its own: [[{kind}]]")
    for number, waiver in enumerate(given, start=1):
        said = {name: _text(value, name) for name, value in waiver.items()}
        if empty := sorted(name for name in _KEYS[kind] if said.get(name) == ""):
            raise ContractError(
                f"{file.name}: [[{kind}]] {number} must say its {empty[0]}, as text"
            )
        if set(said) != set(_KEYS[kind]):
            names = ", ".join(_KEYS[kind])
            raise ContractError(
                f"{file.name}: [[{kind}]] {number} must have {names}, and no more; all of them "
                "texts, but a status may be a number"
            )
        yield said


def _text(value: object, name: str) -> str:
    """A text without space around it, "" for what is none."""
    if name == "status" and type(value) is int:
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def _answer(given: Mapping[str, str]) -> Answer:
    return Answer(given["provider"], given["operation"], given["status"])


def _add(file: Path, found: dict[Any, str], what: Any, reason: str) -> None:
    if what in found:
        raise ContractError(f"{file.name}: {what} is waived twice")
    found[what] = reason
