"""The commands that supply what the gate misses."""

from __future__ import annotations

import shlex
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remedies:
    """Commands for a shell, whole.

    Attributes:
        records: where records are kept.
        environment: that something is to be deployed to.
        platform: of what is deployed there.
    """

    records: str
    environment: str
    platform: str

    def verify_here(self, provider: str) -> str:
        """Build a provider from the sources at hand, and verify it for all pacts with it."""
        return self._shell("verify", provider, "--records", self.records)

    def verify(self, provider: str, bundle: str, pact: str) -> str:
        """Verify just that bundle of a provider for just that pact."""
        given = ["--bundle", f"{provider}={bundle}", "--pact", pact]
        return self._shell("verify", provider, *given, "--records", self.records)

    def deploy(self, service: str) -> tuple[str, ...]:
        """Deploy a service first, which records it."""
        where = ["--platform", self.platform, "--records", self.records]
        return (
            self._shell("can-deploy", service, "--to", self.environment, *where),
            self._shell("deploy", service, "--env", self.environment, *where),
        )

    @staticmethod
    def _shell(*arguments: str) -> str:
        return shlex.join(["pactwright", *arguments])
