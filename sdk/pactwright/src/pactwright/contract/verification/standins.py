"""Whole answers from what a pact holds of them, which is just what the consumer reads."""

from __future__ import annotations

import json
from typing import Any

from pactwright.contract.errors import PactError
from pactwright.contract.examples import completed, media_type
from pactwright.contract.pacts import Interaction
from pactwright.contract.recognition import meaningful_headers
from pactwright.contract.schemas import ABSENT
from pactwright.contract.verification.contracts import Operations
from pactwright.schema import Project, load
from pactwright.wire import Operation, ResponseMessage, mediatypes


class Standins:
    """Makes the answers of a service's stub.

    Args:
        project: whose documents.
        service: what the stub stands in for.
    """

    def __init__(self, project: Project, service: str) -> None:
        self._service = service
        self._operations = Operations(project, service)
        self._document = load(project.services[service].document, project.root)

    def answer(self, interaction: Interaction) -> ResponseMessage:
        """An interaction's answer, so complete that the generated client takes it.

        Raises:
            PactError: the interaction is of no operation of the service.
            ExpectationError: nothing tells what to fill in.
        """
        operation = self._operations.of(interaction)
        if operation is None:
            raise PactError(f"{interaction.request} is no operation of {self._service}")
        response = interaction.response
        headers = dict(response.headers)
        kind = self._media_type(interaction, operation)
        if kind is None:
            return ResponseMessage(response.status, headers)
        headers = {name: text for name, text in headers.items() if name.lower() != "content-type"}
        given = response.body if response.has_body else ABSENT
        body = completed(self._document, operation, response.status, given, kind)
        return ResponseMessage(
            response.status, {**headers, "Content-Type": kind}, _written(kind, body)
        )

    @staticmethod
    def _media_type(interaction: Interaction, operation: Operation[Any]) -> str | None:
        for name, text in interaction.response.headers.items():
            if name.lower() == "content-type":
                return text
        found = interaction.response.media_type
        return found or media_type(operation, interaction.response.status)

    def meaningful(self, interaction: Interaction) -> tuple[str, ...]:
        """The header fields that mean something to an interaction's operation."""
        operation = self._operations.of(interaction)
        return meaningful_headers(operation) if operation else ()


def _written(kind: str, body: Any) -> bytes:
    parsed = mediatypes.parse(kind)
    if parsed is not None and parsed.is_json:
        return json.dumps(body, ensure_ascii=False).encode()
    return b"" if body is ABSENT else str(body).encode()
