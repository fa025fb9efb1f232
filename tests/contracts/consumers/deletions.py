"""The message that a user was deleted, as those who keep something of the user read it."""

from __future__ import annotations

from typing import Any

from hereabouts.authentication.messages import USER_DELETED
from hereabouts.authentication.models import DeletedUser, UserDeleted
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.service.messages import Consumer
from tests.contracts.cast import INES


def delete_ines(pact: Recorder, consumer: Consumer[Any] | None) -> None:
    """Let a consumer take the message that Inês was deleted, of which it reads who she was."""
    pact.expect_message(
        "a user is deleted",
        USER_DELETED,
        given=[INES.session()],
        content=only(UserDeleted, data=only(DeletedUser, user_id=INES.user_id)),
    )
    pact.deliver(consumer)
