"""A gate that judges wrong is found out, and so is a mutant that does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from pactwright.contract.pacts import Interaction, Pact
from pactwright.contract.verification.environment import Wrap
from pactwright.contract.verification.report import Result
from pactwright.schema import ApiDescription, OperationDescription, Place
from pactwright.wire import ResponseMessage
from tests.contracts.mutations.change import Change
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.made import interaction
from tests.contracts.mutations.mutant import Asked, Heard, Mutant
from tests.contracts.mutations.table import Row, lines
from tests.contracts.mutations.trial import Trial, TrialError

PACT = Pact(consumer="shop", provider="things", interactions=(), digest="")


class Things(BaseAdapter):
    """A provider that has what is asked for."""

    def send(self, *_: object, **__: object) -> Response:
        response = Response()
        response.status_code = 200
        response._content = b"{}"
        return response

    def close(self) -> None: ...


@dataclass
class Gate:
    """A gate that judges by the status alone, or doesn't."""

    judge: Callable[[int], bool]

    def replay(self, pact: Pact, interaction: Interaction, *, wrap: Wrap | None = None) -> Result:
        adapter = wrap(Things()) if wrap else Things()
        try:
            holds = self.judge(adapter.send(PreparedRequest()).status_code)
        except ValueError:
            holds = False
        return Result.of(pact, interaction, () if holds else ("it is not what it should be",))


STRICT = Gate(lambda status: status == 200)
BLIND = Gate(lambda _: True)
TIMID = Gate(lambda _: False)

FAILS = Change(answered=lambda _, __: ResponseMessage(500))
CHANGES_NOTHING = Change(answered=lambda _, answer: answer)


def mutant(change: Change, *, breaks: bool) -> Mutant:
    operation = OperationDescription(name="get_thing", method="GET", path="/", place=Place("", ()))
    heard = Heard(PACT, interaction(), operation, PreparedRequest(), ResponseMessage(200))
    api = ApiDescription(title="Things", version="1", openapi="3.1.0")
    asked = Asked(provider="things", api=api, operation=operation, heard=(heard,))
    return asked.mutant(Kind.FAILURE, "became 500", change, lambda _: breaks)


@pytest.mark.parametrize("breaks", [True, False])
def test_a_gate_that_judges_right(breaks: bool) -> None:
    """It refuses what breaks a consumer, and nothing else."""
    one = mutant(FAILS if breaks else CHANGES_NOTHING, breaks=breaks)

    assert not Trial(STRICT, (one,)).judge(one).faults


def test_a_gate_that_sees_nothing() -> None:
    """It misses what breaks a consumer."""
    one = mutant(FAILS, breaks=True)

    (fault,) = Trial(BLIND, (one,)).judge(one).faults
    assert fault.startswith(
        "missed: 500 instead: things get_thing, became 500 breaks shop → things"
    )


def test_a_gate_that_lets_nothing_through() -> None:
    """It cries where nobody is broken."""
    one = mutant(CHANGES_NOTHING, breaks=False)

    (fault,) = Trial(TIMID, (one,)).judge(one).faults
    assert fault.startswith("false alarm: ")


def test_a_mutant_that_does_nothing() -> None:
    """It is no proof of anything, but a fault of the trial."""
    idle = replace(mutant(FAILS, breaks=True), change=Change())

    with pytest.raises(TrialError, match="changed nothing"):
        Trial(STRICT, (idle,)).judge(idle)


def test_a_mutant_that_fails_itself() -> None:
    """That the provider does not answer then is no proof that the gate is good."""

    def fail(_: PreparedRequest, __: ResponseMessage) -> ResponseMessage:
        raise ValueError("it can't be changed")

    failing = replace(mutant(FAILS, breaks=True), change=Change(answered=fail))

    with pytest.raises(TrialError, match="failed on"):
        Trial(STRICT, (failing,)).judge(failing)


def test_the_table() -> None:
    """It has a line for each kind, and the sums."""
    verdicts = [Trial(BLIND, ()).judge(mutant(FAILS, breaks=True))]

    head, row, summary = lines([Row.of(Kind.FAILURE, verdicts, 0.5)])
    assert head.split() == ["kind", "break", "caught", "harmless", "let", "through"]
    assert row.split() == ["500", "instead", "1", "0", "-", "-"]
    assert summary.startswith("1 kinds, 1 mutants: 0 of 1 that break a consumer caught")
