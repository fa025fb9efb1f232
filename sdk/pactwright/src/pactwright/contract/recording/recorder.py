"""What a consumer's test records with: it expects, then lets production code call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

from pactwright.client import Basic, Bearer, Client
from pactwright.client.options import Credentials
from pactwright.client.request import Request as Sent
from pactwright.contract.errors import ContractError, ExpectationError
from pactwright.contract.pacts import State
from pactwright.contract.recognition import KEY, differences, is_at, meaningful_headers
from pactwright.contract.recording.drafting import Draft
from pactwright.contract.recording.engine import MockServer, Recorded, serving
from pactwright.contract.recording.expectations import Expectation, only
from pactwright.contract.recording.judging import judge
from pactwright.contract.recording.matching import rules
from pactwright.contract.recording.published import ExpectedMessage, MessageDraft, deliver
from pactwright.contract.recording.readings import Readings
from pactwright.contract.recording.recordings import Recordings
from pactwright.contract.recording.sending import received
from pactwright.contract.recording.watching import watching
from pactwright.schema.document import Document
from pactwright.service.messages import Consumer
from pactwright.wire import Message, Operation

__all__ = ["Basic", "Bearer", "Recorder", "State", "only"]

C = TypeVar("C", bound=Client)


class Recorder:
    """Records what one test relies on.

    Args:
        consumer: whose test it is.
        provider: whom it calls.
        document: the provider's.
        test: `path::name` of the test.
        recordings: where it goes when the test has passed.
    """

    def __init__(
        self, consumer: str, provider: str, *, document: Document, test: str, recordings: Recordings
    ) -> None:
        self.consumer = consumer
        self.provider = provider
        self._document = document
        self._test = test
        self._recordings = recordings
        self._expected: dict[str, Expectation] = {}
        self._messages: dict[str, ExpectedMessage] = {}
        self._delivered = False
        self._readings: dict[str, Readings] = {}
        self._strays: list[str] = []
        self._stack = ExitStack()
        self._server: MockServer | None = None

    def expect(
        self,
        description: str,
        operation: Operation[Any],
        /,
        *,
        given: Sequence[State] = (),
        credentials: Credentials = None,
        answer: Any = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        arguments: Mapping[str, object] | None = None,
        **named: object,
    ) -> None:
        """Expect one request, and say what is relied on of its answer.

        Args:
            description: what the interaction is called; unique in the pact.
            operation: what is called.
            given: what is so at the provider before.
            credentials: what the client shows; as the client is given them.
            answer: what is read of the body: a model whose set fields are, an `only`, text, or
                None where nothing is.
            status: the answer's; the operation's success by default.
            headers: the response headers that are read.
            arguments: of the operation, where one is named as a keyword here is.
            named: the operation's arguments by their Python names.

        Raises:
            ExpectationError: the document doesn't allow it, it was expected before, or a client was
                made already.
        """
        __tracebackhide__ = True  # whoever reads it looks for the test's line
        if self._server is not None:
            raise ExpectationError(f"{description}: expect it before the first client is made")
        drafted = Draft(
            description=description,
            operation=operation,
            arguments={**(arguments or {}), **named},
            given=given,
            credentials=credentials,
            answer=answer,
            status=status,
            headers=headers,
        )
        try:
            self._add(drafted.expectation(self._document))
        except ContractError as error:
            raise type(error)(str(error)) from None

    def expect_message(
        self,
        description: str,
        message: Message[Any],
        /,
        *,
        given: Sequence[State] = (),
        content: Any = None,
    ) -> None:
        """Expect one message, and say what is relied on of it.

        Args:
            description: what the interaction is called; unique in the pact.
            message: which one, of the provider's generated package.
            given: what is so at the provider before it publishes the message.
            content: what is read of it: a model whose set fields are, an `only`, or None where
                nothing is.

        Raises:
            ExpectationError: the document doesn't allow it, it was expected before, or messages
                were delivered already.
        """
        __tracebackhide__ = True  # whoever reads it looks for the test's line
        if self._delivered:
            raise ExpectationError(f"{description}: expect it before messages are delivered")
        drafted = MessageDraft(
            description=description, message=message, given=given, content=content
        )
        try:
            expected = drafted.expectation(self._document)
            self._refuse_repetition(description)
        except ContractError as error:
            raise type(error)(str(error)) from None
        self._messages[description] = expected
        self._readings[description] = Readings()

    def _refuse_repetition(self, description: str) -> None:
        self._recordings.refuse_repetition(self.consumer, self.provider, description)
        if description in self._readings:
            raise ExpectationError(f"{description!r} is expected twice")

    def _add(self, expected: Expectation) -> None:
        self._refuse_repetition(expected.description)
        for other in self._expected.values():
            if other.request == expected.request:
                raise ExpectationError(
                    f"{expected.description!r} and {other.description!r} are the same request: "
                    "expect each in a test of its own"
                )
        self._expected[expected.description] = expected
        self._readings[expected.description] = Readings()

    def _url(self) -> str:
        """Where the mock server is; it starts when it is first asked for."""
        if self._server is None:
            if not self._expected:
                raise ExpectationError("nothing is expected yet: call expect() first")
            opened = serving(self.consumer, self.provider, self._expected.values())
            self._server = self._stack.enter_context(opened)
        return self._server.url

    def client(self, kind: type[C], **options: Any) -> C:
        """A client of the mock server that notes what is read of its answers.

        Args:
            kind: the generated client's class.
            options: what it is made with; nothing is tried again unless `retries` says so, and
                each Idempotency-Key that it makes is the same.
        """
        settings = {"retries": None, "trust_env": False, "new_key": lambda: KEY, **options}
        made = watching(kind, self._url(), self._readings_of, **settings)
        self._stack.callback(made.close)
        return made

    def deliver(self, consumer: Consumer[Any] | None) -> None:
        """Hand the messages that are expected to the consumer, one by one, as a queue does.

        Args:
            consumer: the production code, as it is composed: `queue` of a service's receiver.

        Raises:
            ContractError: nothing is expected, or it takes no messages, others, or none like that.
            Exception: whatever the consumer raises.
        """
        if not self._messages:
            raise ExpectationError("no message is expected yet: call expect_message() first")
        if consumer is None:
            raise ContractError(f"{self.consumer} takes no messages: its receiver has no queue")
        self._delivered = True
        for name, expected in self._messages.items():
            deliver(expected, consumer, self._readings[name])

    def _readings_of(self, sent: Sent) -> Readings:
        """What is read of the answer to a request.

        Of several expectations that it is like, it is that which has all its meaningful headers.
        """
        came = received(sent)
        found = {
            name: list(differences(expected.request, came, _meaningful(expected)))
            for name, expected in self._expected.items()
            if is_at(expected.request, came) and not any(differences(expected.request, came))
        }
        if not found:
            return Readings()
        name = min(found, key=lambda each: len(found[each]))
        self._strays += [f"{name}: {each}, which is not expected" for each in found[name]]
        return self._readings[name]

    def complaints(self) -> list[str]:
        """What the mock server was asked otherwise than expected.

        In the engine's own words, but for what it does not mind: header fields that mean something
        to the operation and are not in the expectation.
        """
        return [*(self._server.complaints() if self._server else ()), *self._strays]

    def finish(self) -> None:
        """Judge what was read, and keep what is relied on.

        Raises:
            ContractError: requests or readings are not those that are expected.
        """
        self._demand_use()
        if complaints := self.complaints():
            raise ContractError("\n".join(complaints))
        everything: dict[str, Expectation | ExpectedMessage] = {**self._expected, **self._messages}
        judged = {name: judge(each, self._readings[name]) for name, each in everything.items()}
        if faults := [fault for each in judged.values() for fault in each.faults]:
            raise ContractError("\n".join(faults))
        for name, expected in everything.items():
            recorded = Recorded(expectation=expected, test=self._test, rules=rules(expected))
            self._recordings.add(self.consumer, self.provider, recorded, judged[name])

    def _demand_use(self) -> None:
        if self._messages and not self._delivered:
            raise ContractError("the message was not delivered: use pact.deliver(…)")
        if self._server is None and (self._expected or not self._messages):
            raise ContractError("nothing was asked of the mock server: use pact.client(…)")

    def close(self) -> None:
        """Close the clients and end the mock server."""
        self._stack.close()


def _meaningful(expected: Expectation) -> tuple[str, ...]:
    return meaningful_headers(expected.declaration.operation)
