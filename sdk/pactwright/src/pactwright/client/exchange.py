"""One call: a request sent as often as it takes, and in the end one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pactwright.client.credentials import Attempt, Chosen, RenewableCredential
from pactwright.client.deadlines import Deadline, Timeout
from pactwright.client.errors import ClientError, TransportError
from pactwright.client.hooks import Hook, chain
from pactwright.client.logs import log, log_exchange
from pactwright.client.request import Request
from pactwright.client.retries import Retries
from pactwright.client.transport import Transport
from pactwright.wire import ResponseMessage, deadlines, trace


class Exchange:
    """The attempts of one call.

    Args:
        request: what to send, without credentials.
        chosen: the credentials to put in.
        transport: what sends.
        hooks: what stands before the transport.
        timeout: for each attempt.
        retries: what to try again, and until when.

    Attributes:
        request: what was given.
        sent: how many times the request was sent.
    """

    def __init__(
        self,
        request: Request,
        *,
        chosen: Chosen,
        transport: Transport,
        hooks: Sequence[Hook],
        timeout: Timeout,
        retries: Retries,
    ) -> None:
        self.sent = 0
        self.request = request
        self._chosen = chosen
        self._transport = transport
        self._send = chain(hooks, self._transmit)
        self._timeout = timeout
        self._retries = retries
        self._renewed = False

    @property
    def _deadline(self) -> Deadline:
        return self._retries.deadline

    def perform(self) -> ResponseMessage:
        """Send, and send again as long as it is worthwhile.

        What credentials and hooks do for it has no more time than the call.

        Raises:
            ClientError: there was no answer.
        """
        bounded = deadlines.current.set(lambda: self._deadline.remaining)
        try:
            return self._performed()
        finally:
            deadlines.current.reset(bounded)

    def _performed(self) -> ResponseMessage:
        number = 0
        while True:
            number += 1
            try:
                message = self._attempt()
            except TransportError as error:
                error.request = error.request or self.request.described()
                log.debug("attempt %d failed: %s", self.sent, error)
                wait = self._retries.wait_after(number, error)
                if wait is None:
                    raise
            else:
                wait = self._retries.wait_after(number, message)
                if wait is None:
                    self._retries.note(message)
                    return message
            log.debug("%s: trying again in %.2f s", self.request, wait)
            self._deadline.clock.sleep(wait)

    def _attempt(self) -> ResponseMessage:
        request = self._authorized()
        message = self._send(request)
        if message.status != 401 or not self._renew(request):
            return message
        return self._send(self._authorized())

    def _authorized(self) -> Request:
        self.sent += 1
        request = self.request if self.sent == 1 else replace(self.request, attempt=self.sent)
        if trace.current.get() is not None:  # a service asks another one, which may stop in time
            request = request.with_headers(deadlines.header(self._deadline.remaining))
        for credential, scheme in self._chosen:
            request = credential.authorize(Attempt(request, scheme, self._deadline))
        return request

    def _renew(self, request: Request) -> bool:
        """Have refused credentials got anew, once in a call; whether there is any use in that."""
        renewable = [c for c, _ in self._chosen if isinstance(c, RenewableCredential)]
        if self._renewed or not renewable:
            return False
        self._renewed = True
        for credential in renewable:
            credential.renew(request)
        return True

    def _transmit(self, request: Request) -> ResponseMessage:
        clock = self._deadline.clock
        started = clock.monotonic()
        try:
            message = self._transport.send(request, self._timeout, self._deadline)
        except ClientError as error:
            error.request = self.request.described()  # as it was without credentials
            raise
        log_exchange(request, message, clock.monotonic() - started)
        return message
