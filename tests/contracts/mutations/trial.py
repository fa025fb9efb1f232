"""The gate on trial: every mutant is put before it, and it has to judge each as the oracle does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from requests.adapters import BaseAdapter

from pactwright.contract.pacts import Interaction, Pact
from pactwright.contract.verification.contracts import Contracts, Operations
from pactwright.contract.verification.environment import Environment, Wrap
from pactwright.contract.verification.report import Result
from pactwright.schema import ApiDescription, OperationDescription, describe, load
from tests.contracts.mutations.change import Changed, Listening
from tests.contracts.mutations.derivation import chosen, derived, message_as_answer
from tests.contracts.mutations.mutant import Case, Heard, Mutant


class TrialError(Exception):
    """The trial itself went wrong; it says nothing of the gate."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate said of a mutant.

    Attributes:
        faults: where it judged wrong, in words; nothing where it judged right.
        asked: how many interactions were replayed.
    """

    mutant: Mutant
    faults: tuple[str, ...]
    asked: int


class Gate(Protocol):
    """What is on trial: it says whether a provider holds to an interaction."""

    def replay(self, pact: Pact, interaction: Interaction, *, wrap: Wrap | None = None) -> Result:
        """Replay an interaction, with something put around the way to the provider."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """One provider, and what it may become.

    Attributes:
        gate: what replays on it.
        mutants: of it.
    """

    gate: Gate
    mutants: tuple[Mutant, ...]

    @classmethod
    def of(cls, environment: Environment, contracts: Contracts, most: int) -> Trial:
        """A provider with its mutants, so many of each kind.

        Raises:
            TrialError: the provider does not pass as it is.
        """
        project, name = contracts.project, environment.provider.name
        api = describe(load(project.services[name].document, project.root))
        operations = Operations(project, name)
        heard = [
            _heard(environment, api, operations, pact, interaction)
            for pact in contracts.of(name)
            for interaction in pact.interactions
        ]
        return cls(environment, tuple(chosen(derived(name, api, heard), most)))

    def judge(self, mutant: Mutant) -> Verdict:
        """Put a mutant before the gate.

        Raises:
            TrialError: the mutant changed nothing.
        """
        faults = [fault for case in mutant.cases for fault in _judged(self.gate, mutant, case)]
        return Verdict(mutant, tuple(faults), len(mutant.cases))


def _heard(
    gate: Gate,
    api: ApiDescription,
    operations: Operations,
    pact: Pact,
    interaction: Interaction,
) -> Heard:
    """An interaction, replayed on the provider as it is."""
    ways: list[Listening] = []

    def wrap(real: BaseAdapter) -> BaseAdapter:
        ways.append(Listening(real))
        return ways[0]

    result = gate.replay(pact, interaction, wrap=wrap)
    operation = _operation(api, operations, interaction)
    if not result.ok or operation is None:
        raise TrialError(f"unchanged, it fails: {_told(result)}")
    ((request, answer),) = ways[0].heard
    return Heard(pact, interaction, operation, request, answer)


def _operation(
    api: ApiDescription, operations: Operations, interaction: Interaction
) -> OperationDescription | None:
    if interaction.message is not None:
        return message_as_answer(api, interaction.message)
    named = operations.of(interaction)
    return api.operation(named.name) if named else None


def _judged(gate: Gate, mutant: Mutant, case: Case) -> Iterator[str]:
    ways: list[Changed] = []

    def wrap(real: BaseAdapter) -> BaseAdapter:
        ways.append(Changed(real, mutant.change))
        return ways[0]

    result = gate.replay(case.heard.pact, case.interaction, wrap=wrap)
    _check(mutant, case, ways, result)
    if case.breaks and result.ok:
        yield f"missed: {mutant} breaks {case.heard}"
    elif not case.breaks and not result.ok:
        yield f"false alarm: {mutant} does not break {_told(result)}"


def _check(mutant: Mutant, case: Case, ways: Sequence[Changed], result: Result) -> None:
    (way,) = ways
    if way.fault is not None:
        raise TrialError(f"{mutant} failed on {case.heard}") from way.fault
    if not way.touched:
        raise TrialError(f"{mutant} changed nothing for {_told(result)}")


def _told(result: Result) -> str:
    reasons = "".join(f"\n    {reason}" for reason in result.reasons)
    return f"{result.consumer} → {result.provider}: {result.description}{reasons}"
