"""All of a project that verification needs: its pacts, and what can verify each provider."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pactwright.contract.errors import ContractError, NothingToVerify, StateError
from pactwright.contract.pacts import Interaction, Pact
from pactwright.contract.recognition import routed
from pactwright.contract.settings import ContractSettings
from pactwright.contract.verification.provider import Provider
from pactwright.schema import Project
from pactwright.service.routing import Routes
from pactwright.wire import Message, Operation


@dataclass(frozen=True, slots=True)
class Contracts:
    """A project's contracts, checked.

    Attributes:
        project: whose they are.
        settings: where things are.
        pacts: by consumer and provider.
        providers: by name, those that can be verified; in the order of the project's services.
        chosen: pacts to verify in place of all others with the same provider: some of `pacts`, or
            other states of them, such as that of a consumer which is still deployed.
    """

    project: Project
    settings: ContractSettings
    pacts: Mapping[tuple[str, str], Pact]
    providers: Mapping[str, Provider]
    chosen: tuple[Pact, ...] = ()

    def of(self, provider: str) -> tuple[Pact, ...]:
        """The pacts with a provider that are to be verified: all, or those that were chosen."""
        chosen = tuple(pact for pact in self.chosen if pact.provider == provider)
        return chosen or self.kept(provider)

    def kept(self, provider: str) -> tuple[Pact, ...]:
        """All pacts with a provider that the project has."""
        return tuple(pact for (_, name), pact in self.pacts.items() if name == provider)

    def called(self, provider: str) -> Mapping[str, Pact]:
        """What a provider relies on of each service that it calls."""
        calls = self.project.services[provider].calls
        return {name: self.pacts[provider, name] for name in calls}

    def stubbed(self, provider: str) -> Mapping[str, Pact]:
        """What its stubs are made of: what it asks of each service that it calls."""
        return {name: pact.asked for name, pact in self.called(provider).items()}


class Operations:
    """A service's operations, as the generated package has them.

    Args:
        project: whose SDK.
        service: its name.

    Raises:
        ContractError: the SDK has no such package.
    """

    def __init__(self, project: Project, service: str) -> None:
        name = f"{project.package}.{service}.operations"
        try:
            self.all: Sequence[Operation[Any]] = importlib.import_module(name).OPERATIONS
        except (ImportError, AttributeError) as error:
            raise ContractError(f"{name} can't be loaded: {error}: generate the SDK") from error
        self._routes = Routes((each.method, each.path, each) for each in self.all)

    def of(self, interaction: Interaction) -> Operation[Any] | None:
        """The operation that an interaction asks for; None where it is none."""
        return routed(self._routes, interaction.request)


class Messages:
    """The messages that a service publishes, as the generated package has them; it may have none.

    Args:
        project: whose SDK.
        service: its name.
    """

    def __init__(self, project: Project, service: str) -> None:
        name = f"{project.package}.{service}.messages"
        found: Sequence[Message[Any]] = ()
        if importlib.util.find_spec(name) is not None:
            found = importlib.import_module(name).MESSAGES
        self._named = {each.name: each for each in found}

    def of(self, interaction: Interaction) -> Message[Any] | None:
        """The message that an interaction is; None where it is none of them."""
        return self._named.get(interaction.message or "")


def load_provider(project: Project, settings: ContractSettings, name: str) -> Provider:
    """What can verify a provider: `PROVIDER` of its configured module.

    Raises:
        NothingToVerify: none is configured.
        StateError: it can't be loaded, or it is another's.
    """
    if name not in settings.providers:
        raise NothingToVerify(
            f"nothing can verify {name}: name a module in [tool.pactwright.pacts.providers]"
        )
    module = settings.providers[name]
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))
    try:
        provider = importlib.import_module(module).PROVIDER
    except ContractError:
        raise
    except (Exception, SystemExit) as error:  # whatever a project's module may raise
        raise StateError(
            f"{module}, which verifies {name}, can't be loaded: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(provider, Provider) or provider.name != name:
        raise StateError(f"PROVIDER of {module} must be the pactwright Provider of {name!r}")
    return provider
