"""What may stand between a client and its transport."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeAlias

from pactwright.client.request import Request
from pactwright.wire import ResponseMessage

Next: TypeAlias = Callable[[Request], ResponseMessage]
"""Sends a request on: to the next hook, and in the end to the transport."""


class Hook(Protocol):
    """Something that sees each request and each answer, and may change them."""

    def handle(self, request: Request, call_next: Next) -> ResponseMessage:
        """Handle one attempt.

        Called inside the retry loop, once per attempt (`request.attempt` counts them), after
        credentials were put in: the request's header fields are secret. The first hook given is the
        outermost. Called from as many threads as use the client.

        Args:
            request: what is about to be sent; pass on a changed copy to change it.
            call_next: sends it on. Not calling it answers in the provider's place; calling it
                twice sends twice.

        Returns:
            The answer, whatever its status: errors for statuses are raised later.

        Raises:
            TransportError: passed on from `call_next`, or raised to have the attempt count as
                failed. What else is raised ends the call and reaches the caller as it is.
        """
        ...


def chain(hooks: Sequence[Hook], send: Next) -> Next:
    """One function that sends through all of the hooks."""
    for hook in reversed(hooks):
        send = partial(_handled, hook, send)
    return send


def _handled(hook: Hook, call_next: Next, request: Request) -> ResponseMessage:
    return hook.handle(request, call_next)
