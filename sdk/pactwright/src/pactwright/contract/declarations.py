"""What a provider's document declares of an operation, and of a message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pactwright.contract.errors import ExpectationError
from pactwright.contract.schemas import Schema
from pactwright.schema.describe import describe
from pactwright.schema.document import Document, Node
from pactwright.wire import Message, Operation, mediatypes


@dataclass(frozen=True, slots=True)
class Declaration:
    """An operation as it stands in its document.

    Attributes:
        operation: as the SDK has it.
        item: the path item.
        node: the operation object.
    """

    document: Document
    operation: Operation[Any]
    item: Node
    node: Node

    @classmethod
    def of(cls, document: Document, operation: Operation[Any]) -> Declaration:
        """Find an operation, by method and path.

        Raises:
            ExpectationError: the document has none such.
        """
        paths = document.root.child("paths")
        if operation.path not in paths:
            raise ExpectationError(
                f"{paths.place}: {operation.name}: there is no path {operation.path}. "
                "Is it another service's operation, or the SDK older than the document?"
            )
        item = document.follow(paths.child(operation.path))
        method = operation.method.lower()
        if method not in item:
            raise ExpectationError(
                f"{item.place}: {operation.name}: {operation.path} has no method {method}"
            )
        return cls(document, operation, item, item.child(method))

    def parameters(self) -> Iterator[Node]:
        """The parameters; the operation's own take the place of the path's."""
        found: dict[tuple[str, str], Node] = {}
        for owner in (self.item, self.node):
            for node in owner.child("parameters").items():
                target = self.document.follow(node)
                found[target.text("in"), target.text("name").lower()] = target
        yield from found.values()

    def request_content(self, media_type: str) -> Node | None:
        """What the document says of a request body of a media type."""
        if "requestBody" not in self.node:
            return None
        return self._content(self.document.follow(self.node.child("requestBody")), media_type)

    def response(self, status: int) -> Node | None:
        """The answer that is declared for a status: exactly, by its class, or by default."""
        responses = self.node.child("responses")
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                return self.document.follow(responses.child(key))
        return None

    def response_content(self, status: int, media_type: str) -> Node | None:
        """What the document says of a response body of a media type."""
        response = self.response(status)
        return None if response is None else self._content(response, media_type)

    def response_schema(self, status: int, media_type: str) -> Schema | None:
        """The schema of a response body; None where there is none."""
        content = self.response_content(status, media_type)
        return None if content is None else self.schema(content)

    def response_headers(self, status: int) -> dict[str, Node]:
        """The header objects of an answer, by lower-case name."""
        response = self.response(status)
        members = response.child("headers").members() if response else ()
        return {name.lower(): self.document.follow(node) for name, node in members}

    def schema(self, owner: Node) -> Schema:
        """The schema of a parameter, header or media type; one that takes anything by default."""
        return Schema(self.document, (owner.child("schema"),) if "schema" in owner else ())

    def _content(self, owner: Node, media_type: str) -> Node | None:
        return _content(self.document, owner, media_type)


@dataclass(frozen=True, slots=True)
class MessageDeclaration:
    """A message as it stands in its document.

    Attributes:
        message: as the SDK has it.
        body: the request body object of the webhook.
    """

    document: Document
    message: Message[Any]
    body: Node

    @classmethod
    def of(cls, document: Document, message: Message[Any]) -> MessageDeclaration:
        """Find a message among a document's webhooks.

        Raises:
            ExpectationError: the document has none such.
        """
        webhooks = document.root.child("webhooks")
        for each in describe(document).webhooks:
            if each.name == message.name:
                item = document.follow(webhooks.child(each.key))
                body = item.child(each.method.lower()).child("requestBody")
                return cls(document, message, document.follow(body))
        raise ExpectationError(
            f"{webhooks.place}: there is no webhook {message.name}. "
            "Is it another service's message, or the SDK older than the document?"
        )

    def content(self, media_type: str) -> Node:
        """What the document says of the message in a media type.

        Raises:
            ExpectationError: it declares none such.
        """
        found = _content(self.document, self.body, media_type)
        if found is None:
            place = self.body.child("content").place
            raise ExpectationError(f"{place}: {self.message.name}: no {media_type} is declared")
        return found

    def schema(self, owner: Node) -> Schema:
        """The schema of a media type; one that takes anything by default."""
        return Schema(self.document, (owner.child("schema"),) if "schema" in owner else ())


def _content(document: Document, owner: Node, media_type: str) -> Node | None:
    contents = dict(owner.child("content").members())
    match = mediatypes.find(media_type, contents)
    return None if match is None else document.follow(contents[match])
