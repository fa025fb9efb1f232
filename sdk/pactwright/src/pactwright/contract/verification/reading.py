"""What the generated client would miss in an answer, though a consumer may not look for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pactwright.client.answers import status_error
from pactwright.client.request import Request
from pactwright.contract.pacts import Interaction
from pactwright.wire import DecodeError, Operation, ResponseMessage, decode_response

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


def _refused(operation: Operation[Any], message: ResponseMessage) -> Iterator[str]:
    try:
        decode_response(operation, message)
    except DecodeError as error:
        places = "; ".join(f"{e.location} {e.pointer or '/'} {e.detail}" for e in error.errors)
        yield f"the generated client refuses the answer: {places or error}"


def _left_out(read: object, there: object) -> Iterator[str]:
    """The members of a problem that are read, and that the client has left out of it."""
    if isinstance(read, dict) and isinstance(there, dict):
        for name in read.keys() - there.keys():
            yield f"the generated client leaves out /{name}: what is in it is not a problem's"
