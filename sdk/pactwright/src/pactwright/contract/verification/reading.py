"""What the generated client would miss in an answer, though a consumer may not look for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from pactwright.contract.endpoint import Answer
from pactwright.contract.pacts import Interaction
from pactwright.wire import (
    PROBLEM_JSON,
    DecodeError,
    Operation,
    Problem,
    ResponseMessage,
    decode_response,
    mediatypes,
)
from pactwright.wire.problems import pointer


def refusals(
    operation: Operation[Any] | None, interaction: Interaction, answer: Answer
) -> Iterator[str]:
    """What the generated client would say of an answer of which the consumer reads something.

    With success it takes nothing that does not fit; so with an error that has a form of its own, if
    the consumer reads that. Of a problem it leaves out members that do not fit, one by one.
    """
    reads, succeeds = interaction.response.has_body, 200 <= answer.status < 300
    if operation is None or operation.method == "HEAD" or not (reads or succeeds):
        return
    try:
        if succeeds or not _is_problem(answer):
            message = ResponseMessage(answer.status, answer.headers, answer.body)
            decode_response(operation, message)
        else:
            Problem.model_validate(json.loads(answer.body or "{}"))
    except json.JSONDecodeError as error:
        yield f"the generated client can't read the problem: {error}"
    except DecodeError as error:
        places = "; ".join(f"{e.location} {e.pointer or '/'} {e.detail}" for e in error.errors)
        yield f"the generated client refuses the answer: {places or error}"
    except ValidationError as error:
        yield from _left_out(interaction, error)


def content_type(answer: Answer) -> str:
    """An answer's Content-Type; "" where it has none."""
    kinds = {name.lower(): value for name, value in answer.headers.items()}
    return kinds.get("content-type", "")


def _is_problem(answer: Answer) -> bool:
    return str(mediatypes.parse(content_type(answer))) == PROBLEM_JSON


def _left_out(interaction: Interaction, error: ValidationError) -> Iterator[str]:
    read = interaction.response.body
    for fault in error.errors(include_url=False):
        place = fault["loc"]
        if not place or (isinstance(read, dict) and place[0] in read):
            where = pointer(*place[:1]) or "the body"
            said = f"body {pointer(*place) or '/'} {fault['msg']}"
            yield f"the generated client leaves out {where}: {said}"
