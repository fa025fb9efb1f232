"""What generated code would miss in an answer or a message, though a consumer may not look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pactwright.client.answers import status_error
from pactwright.client.request import Request
from pactwright.contract.pacts import Interaction
from pactwright.wire import (
    DecodeError,
    Message,
    Operation,
    ResponseMessage,
    decode_message,
    decode_response,
)

_NOWHERE: Final = Request(operation="", method="", url="")


def refusals(
    operation: Operation[Any] | None, interaction: Interaction, answer: ResponseMessage
) -> Iterator[str]:
    """What the generated client would say of an answer of which the consumer reads something.

    With success it takes nothing that does not fit; so with an error that has a form of its own, if
    the consumer reads that. Of a problem it leaves out members that do not fit, one by one.
    """
    if operation is None or operation.method == "HEAD":
        return
    if 200 <= answer.status < 300:
        yield from _refused(operation, answer)
    elif interaction.response.has_body and answer.status == interaction.response.status:
        error = status_error(operation, _NOWHERE, answer, 0.0)
        if error.problem is None:
            yield from _refused(operation, answer)
        else:
            there = error.problem.model_dump(exclude_unset=True)
            yield from _left_out(interaction.response.body, there)


def misreadings(message: Message[Any] | None, answer: ResponseMessage) -> Iterator[str]:
    """What the generated model would say of a message, which it reads as strictly as a success.

    Args:
        message: as the generated package has it; None where that has none such.
        answer: what holds the message.
    """
    if message is None:
        yield "the generated package has no such message: generate the SDK"
        return
    try:
        decode_message(message, answer.body)
    except DecodeError as error:
        yield f"the generated model refuses the message: {_places(error)}"


def _refused(operation: Operation[Any], message: ResponseMessage) -> Iterator[str]:
    try:
        decode_response(operation, message)
    except DecodeError as error:
        yield f"the generated client refuses the answer: {_places(error)}"


def _places(error: DecodeError) -> str:
    places = (f"{each.location} {each.pointer or '/'} {each.detail}" for each in error.errors)
    return "; ".join(places) or str(error)


def _left_out(read: object, there: object) -> Iterator[str]:
    """The members of a problem that are read, and that the client has left out of it."""
    if isinstance(read, dict) and isinstance(there, dict):
        for name in read.keys() - there.keys():
            yield f"the generated client leaves out /{name}: what is in it is not a problem's"
