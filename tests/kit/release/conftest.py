"""The project of two services, verified in this process as if from bundles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pactwright.contract.pacts import Pact
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.report import Report
from pactwright.contract.verification.run import Options, run
from pactwright.deploy.manifest import Bundle
from pactwright.schema import Project
from tests.kit.contract.verification import provided
from tests.kit.contract.verification.shelves import folder, original, project
from tests.kit.release.history import ARM, digest

__all__ = ["folder", "original", "project"]


def bundle(service: str, name: str = "") -> Bundle:
    """A bundle by the text that stands for its content."""
    content = digest(name or f"{service} 1")
    return Bundle(service, Path("bundle.zip"), content, 1, ARM, "python3.13", "arm64")


def verified(
    project: Project,
    *providers: str,
    chain: bool = False,
    given: Sequence[Pact] = (),
    others: Sequence[Bundle] = (),
) -> Report:
    """The report of a verification, as if it had been on bundles."""
    contracts = load(project, providers, chain=chain, given=given)
    site = provided.Here(contracts)
    site.bundles = {name: bundle(name) for name in project.services}
    site.bundles |= {each.service: each for each in others}
    replaced = {each.service: each for each in others}
    return run(contracts, site, Options(chain=chain, pacts=tuple(given), bundles=replaced))
