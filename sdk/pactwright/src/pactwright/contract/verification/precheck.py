"""What must be so before anything is verified; the first fault is told within a second, by name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pactwright.contract import pacts
from pactwright.contract.errors import NothingToVerify, PactError
from pactwright.contract.pacts import Interaction, Pact
from pactwright.contract.settings import ContractSettings
from pactwright.contract.verification.contracts import Contracts, load_provider
from pactwright.contract.verification.provider import Provider
from pactwright.schema import Project

Pairs = Mapping[tuple[str, str], Pact]


def load(
    project: Project,
    chosen: Sequence[str] = (),
    *,
    chain: bool = False,
    given: Sequence[Pact] = (),
) -> Contracts:
    """Read a project's contracts and check all that can be checked before anything is started.

    Args:
        project: whose contracts.
        chosen: the providers to verify; all services by default.
        chain: whether to verify what they call, too.
        given: pacts to verify in place of the project's own with the same providers.

    Raises:
        NothingToVerify: no pacts, no interactions, a provider that is none; a service that no pact
            is with, or that no module can verify; a pact given whose provider is not verified.
        PactError: a pact can't be read, is of no configured pair, is missing, was edited by hand,
            or has an interaction that no test records; or something in their folder is no pact.
        StateError: a state is not handled, not used, or has other parameters.
        ProjectError: the settings are wrong.
    """
    settings = ContractSettings.load(project)
    _check_chosen(project, chosen)
    found = read_all(project, settings)
    names = _to_verify(project, chosen or project.services, chain=chain)
    providers: dict[str, Provider] = {}
    contracts = Contracts(project, settings, found, providers, tuple(given))
    _check_given(contracts, names)
    if unnamed := [name for name in names if not contracts.of(name)]:
        raise NothingToVerify(f"no pact is with {unnamed[0]}: no consumer says what it relies on")
    for name in names:
        providers[name] = load_provider(project, settings, name)
        # A state that only a pact given has no need of is not unused.
        all_pacts = dict.fromkeys((*contracts.kept(name), *contracts.of(name)))
        providers[name].check([*all_pacts], contracts.stubbed(name))
    return contracts


def _check_given(contracts: Contracts, names: Iterable[str]) -> None:
    for pact in contracts.chosen:
        _check_pair(pact, contracts.settings)
        if pact.provider not in names:
            raise NothingToVerify(
                f"a pact {pact} is given, but {pact.provider} is not to be verified: name it"
            )


def _check_chosen(project: Project, chosen: Iterable[str]) -> None:
    for name in chosen:
        if name not in project.services:
            names = ", ".join(project.services)
            raise NothingToVerify(f"{name!r} is no service of this project: {names} are")


def _to_verify(project: Project, chosen: Iterable[str], *, chain: bool) -> list[str]:
    """Providers in the order of verification: each after those it calls."""
    wanted = set(chosen)
    for name in reversed(list(project.services) if chain else []):
        wanted |= set(project.services[name].calls) if name in wanted else set()
    return [name for name in project.services if name in wanted]


def read_all(project: Project, settings: ContractSettings) -> Pairs:
    """Read all pacts of a project.

    Returns:
        By consumer and provider, as they are configured; each has interactions.

    Raises:
        NothingToVerify, PactError: as `load` says.
    """
    found: dict[tuple[str, str], Pact] = {}
    for file in _files(project.root, settings.folder):
        pact = pacts.read(file)
        _check_pair(pact, settings)
        for interaction in pact.interactions:
            _check_recorded(project.root, pact, interaction)
        found[pact.consumer, pact.provider] = pact
    for consumer, provider in settings.pairs:
        if (consumer, provider) not in found:
            name = settings.path(consumer, provider).name
            raise PactError(f"{name} is missing: record what {consumer} relies on of {provider}")
    return {pair: found[pair] for pair in settings.pairs}


def _files(root: Path, folder: Path) -> list[Path]:
    """All that is in the folder of pacts: nothing there is passed over."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    where = folder.relative_to(root)
    if not files:
        raise NothingToVerify(f"there are no pacts in {where}: record them by pytest --record")
    for file in files:
        if file.suffix != ".json" or not file.is_file():
            raise PactError(
                f"{where / file.name} is no pact, which would be a file *.json: move it"
            )
    return files


def _check_pair(pact: Pact, settings: ContractSettings) -> None:
    name = pact.path.name if pact.path else pact.name
    if pact.consumer not in settings.consumers:
        known = ", ".join(settings.consumers)
        raise PactError(f"{name} is of {pact.consumer!r}, which is no consumer: {known} are")
    if pact.provider not in settings.consumers[pact.consumer]:
        known = ", ".join(settings.consumers[pact.consumer])
        raise PactError(
            f"{name} is with {pact.provider!r}; {pact.consumer} is configured to rely on {known}"
        )
    if not pact.interactions:
        raise NothingToVerify(f"{name} has no interactions: there is nothing to verify in it")


def _check_recorded(root: Path, pact: Pact, interaction: Interaction) -> None:
    path, _, name = interaction.test.partition("::")
    said = f"{pact.name}.json: {interaction.description!r}"
    if not path or not name:
        raise PactError(f"{said} does not say which test records it: record it anew")
    if name.partition("[")[0] not in _tests(root / path):
        raise PactError(f"{said} is recorded by no test: {interaction.test} is not there")


@lru_cache(maxsize=256)
def _tests(file: Path) -> frozenset[str]:
    """The tests of a file: `test_x`, `TestY::test_z`."""
    try:
        module = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(_functions(module.body))


def _functions(body: Iterable[ast.stmt], before: str = "") -> Iterable[str]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield before + statement.name
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body, f"{before}{statement.name}::")
