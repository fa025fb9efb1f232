"""The source of messages.py: each message that the service publishes as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pactwright.generate.annotations import WIRE, Renderer, quoted
from pactwright.generate.contents import JSON, ContentTyper, TypedContent
from pactwright.generate.docstrings import attribute_docstring
from pactwright.generate.operations import call, sequence
from pactwright.schema.description import WebhookDescription
from pactwright.schema.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePlan:
    """A message, ready to be written."""

    description: WebhookDescription
    content: TypedContent

    @property
    def constant(self) -> str:
        """The name of its `Message`."""
        return self.description.name.upper()

    @property
    def alias(self) -> str:
        """The name of its type, where that must have one."""
        return f"{self.description.name.title().replace('_', '')}Content"


def plan_messages(
    webhooks: Sequence[WebhookDescription], typer: ContentTyper
) -> Iterator[MessagePlan]:
    """Plan the messages of webhooks; `typer.faults` gets those that can't be expressed."""
    for webhook in webhooks:
        contents = typer.typed(webhook.body.contents, sent=False) if webhook.body else ()
        if contents and contents[0].media_type.partition(";")[0].endswith("json"):
            yield MessagePlan(description=webhook, content=contents[0])
        else:
            message = f"has no content of {JSON}, so no message is made of it"
            typer.faults.append(Fault(webhook.place, "warning", message))


class MessagesWriter:
    """Writes a module of messages."""

    def __init__(self, renderer: Renderer, plans: Sequence[MessagePlan]) -> None:
        self._renderer = renderer
        self._imports = renderer.imports
        self._plans = plans

    def source(self) -> str:
        """The messages, and all of them in a tuple."""
        body = [line for plan in self._plans for line in self._message(plan)]
        final, any_ = self._imports.add("typing", "Final"), self._imports.add("typing", "Any")
        message = self._imports.add(WIRE, "Message")
        names = sequence([plan.constant for plan in self._plans])
        tail = f"\nMESSAGES: {final}[tuple[{message}[{any_}], ...]] = {names}\n"
        return "\n".join([*body, tail]).lstrip()

    def _message(self, plan: MessagePlan) -> Iterator[str]:
        text = self._renderer.type(plan.content.type, "response")
        if "Annotated[" in text and " | " in text:
            yield f"\n{plan.alias}: {self._imports.add('typing', 'TypeAlias')} = {text}"
            text = plan.alias
        content = call(
            self._imports.add(WIRE, "Content"),
            media_type=quoted(plan.content.media_type),
            type=f"lambda: {text}",
        )
        message, final = self._imports.add(WIRE, "Message"), self._imports.add("typing", "Final")
        source = call(message, name=quoted(plan.description.name), content=content)
        yield f"\n{plan.constant}: {final}[{message}[{text}]] = {source}"
        if about := plan.description.description or plan.description.summary:
            yield attribute_docstring(about)
