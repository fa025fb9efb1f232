"""Verification: every interaction of every pact with the providers, none left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pactwright.contract import pacts
from pactwright.contract.pacts import Pact
from pactwright.contract.verification.contracts import Contracts
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.report import NOT_REPLAYED, Ground, Report, Result
from pactwright.schema import Project

if TYPE_CHECKING:
    from pactwright.contract.verification.environment import Site, Wrap
    from pactwright.deploy.bundle import Bundle
    from pactwright.deploy.stacks import Progress

# What runs providers takes 0.5 s to import, and what is wrong with contracts is told within a
# second: it is imported once nothing is.
# ruff: noqa: PLC0415


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How providers are verified.

    Attributes:
        in_process: in this process, instead of as they are deployed.
        chain: from the leaves up; a stub is replayed only from a pact verified before in this run.
        wrap: put around the way to each provider.
        pacts: to verify in place of all others with the same providers.
        bundles: to run in place of those that are built from the sources, by service.
    """

    in_process: bool = False
    chain: bool = False
    wrap: Wrap | None = None
    pacts: tuple[Pact, ...] = ()
    bundles: Mapping[str, Bundle] = field(default_factory=dict[str, "Bundle"])


BY_DEFAULT: Final = Options()


@dataclass
class Verified:
    """The pacts that were verified in a run, whole, and nothing failed.

    Attributes:
        digests: by the pacts' names.
    """

    digests: dict[str, str] = field(default_factory=dict[str, str])

    def note(self, pact: Pact, results: Sequence[Result]) -> None:
        """Note what became of a pact's interactions."""
        if len(results) == len(pact.interactions) and all(result.ok for result in results):
            self.digests[pact.name] = pact.digest

    def refusals(self, called: Sequence[Pact]) -> Iterator[str]:
        """Why stubs of some pacts prove nothing in this run."""
        for pact in called:
            verified = self.digests.get(pact.name)
            now = pacts.read(pact.path).digest if pact.path else pact.digest
            if verified is None:
                yield (
                    f"{NOT_REPLAYED}its stub of {pact.provider} is {pact.name}.json, which did not "
                    "hold in this run"
                )
            elif verified != now:
                yield (
                    f"{NOT_REPLAYED}its stub of {pact.provider} is {pact.name}.json, which has "
                    f"changed since it was verified: {verified[:12]} then, {now[:12]} now"
                )


def verify(
    project: Project,
    providers: Sequence[str] = (),
    options: Options = BY_DEFAULT,
    *,
    started: Callable[[Ground], object] = lambda _: None,
    observe: Callable[[Result], object] = lambda _: None,
    progress: Progress = lambda _: None,
) -> Report:
    """Verify providers against all pacts with them.

    Args:
        project: whose providers.
        providers: their names; all by default. With `chain`, those that they call come along.
        options: how.
        started: called with what runs, once it does, where it is deployed.
        observe: called with each result as it comes.
        progress: called with a line for each step.

    Raises:
        ContractError: what `precheck.load` found; nothing was started.
        DeployError, LocalError: the providers can't be run.
    """
    contracts = load(project, providers, chain=options.chain, given=options.pacts)
    with _site(contracts, options, progress) as site:
        ground = _ground(contracts, site, options)
        if ground is not None:
            started(ground)
        return run(contracts, site, options, observe, progress)


def _site(
    contracts: Contracts, options: Options, progress: Progress
) -> AbstractContextManager[Site]:
    if options.in_process:
        from pactwright.contract.verification.inprocess import in_process

        return in_process(contracts, progress)
    from pactwright.contract.verification.deployed import deployed

    return deployed(contracts, progress, options.bundles)


def _ground(contracts: Contracts, site: Site, options: Options) -> Ground | None:
    if site.bundles is None:
        return None
    given = frozenset(options.bundles)
    return Ground(contracts=contracts, bundles=site.bundles, given=given, chain=options.chain)


def run(
    contracts: Contracts,
    site: Site,
    options: Options = BY_DEFAULT,
    observe: Callable[[Result], object] = lambda _: None,
    progress: Progress = lambda _: None,
) -> Report:
    """Verify on a site that is up; otherwise like `verify`."""
    verified = Verified()
    results: list[Result] = []
    for name in contracts.providers:
        progress(f"verifying {name}")
        refusals = _refusals(contracts, name, verified) if options.chain else ()
        for pact, found in _verified(contracts, site, name, refusals, options, observe):
            own = contracts.pacts.get((pact.consumer, pact.provider))
            if own is not None and own.digest == pact.digest:  # what stubs are made of
                verified.note(pact, found)
            results += found
    notes = () if options.chain else _on_trust(contracts)
    of = [pact for name in contracts.providers for pact in contracts.of(name)]
    ground = _ground(contracts, site, options)
    return Report(results=tuple(results), pacts=tuple(of), notes=tuple(notes), ground=ground)


def _refusals(contracts: Contracts, name: str, verified: Verified) -> tuple[str, ...]:
    return tuple(verified.refusals(list(contracts.called(name).values())))


def _on_trust(contracts: Contracts) -> Iterator[str]:
    for name in contracts.providers:
        for pact in contracts.called(name).values():
            yield (
                f"{name}'s stub of {pact.provider} is {pact.name}.json, taken on trust: "
                "--chain verifies it first"
            )


def _verified(
    contracts: Contracts,
    site: Site,
    name: str,
    refusals: Sequence[str],
    options: Options,
    observe: Callable[[Result], object],
) -> Iterator[tuple[Pact, list[Result]]]:
    """Each pact with a provider, and what became of its interactions."""
    with ExitStack() as stack:
        replay = None if refusals else stack.enter_context(site.environment(name)).replay
        for pact in contracts.of(name):
            found = []
            for interaction in pact.interactions:
                if refusals or replay is None:
                    result = Result.of(pact, interaction, refusals)
                else:
                    result = replay(pact, interaction, wrap=options.wrap)
                    refusals = _gave_up(name, result)
                found.append(result)
                observe(result)
            yield pact, found


def _gave_up(name: str, result: Result) -> tuple[str, ...]:
    """Why nothing more is asked of a provider, after some result."""
    if not result.late:
        return ()
    seconds = result.milliseconds / 1000
    asked = f"{result.description!r} of {result.consumer}-{result.provider}"
    return (f"{NOT_REPLAYED}{name} did not answer {asked} in time ({seconds:.0f} s)",)
