"""What is wrong with a document, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pactwright.schema.pointer import join, split

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a document: its file and a JSON pointer into it (RFC 6901)."""

    file: str
    pointer: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}#{join(self.pointer)}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read what `str` gave."""
        file, _, pointer = text.rpartition("#")
        return cls(file, split(pointer, encoded=False))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something that a document has wrong, or that cannot be expressed yet.

    An error means that what the document declares there was lost; a warning that it was kept, but
    less exactly than it is declared.
    """

    place: Place
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message}"


class DocumentError(Exception):
    """A document, or a part of it, that cannot be read.

    Attributes:
        place: where, as exactly as it is known.
    """

    severity: ClassVar[Severity] = "error"

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class RemoteReference(DocumentError):
    """A reference to something that is no file. The kit reads nothing from the network."""

    severity = "warning"


@dataclass(slots=True)
class FaultLog:
    """Collects faults, each once."""

    _faults: dict[Fault, None] = field(default_factory=dict[Fault, None])

    def warn(self, place: Place, message: str) -> None:
        """Note that something was kept less exactly than it is declared."""
        self._faults[Fault(place, "warning", message)] = None

    def error(self, place: Place, message: str) -> None:
        """Note that something was lost."""
        self._faults[Fault(place, "error", message)] = None

    def record(self, error: DocumentError) -> None:
        """Note what an exception says."""
        self._faults[Fault(error.place, error.severity, error.message)] = None

    def faults(self) -> tuple[Fault, ...]:
        """All of them, in the order in which they were met."""
        return tuple(self._faults)
