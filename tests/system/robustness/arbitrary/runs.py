"""Runs of Schemathesis over a service, from its own document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[4]
HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Services that run, and who may call them.

    Attributes:
        urls: where each service answers.
        client: the id and secret of a service client that may read locations.
    """

    urls: Mapping[str, str]
    client: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """What Schemathesis found (its report in JSON), and what it printed."""

    found: Mapping[str, Any]
    printed: str

    @property
    def examples(self) -> int:
        """How many were made and sent."""
        generated: int = self.found["test_cases"]["generated"]
        return generated

    @property
    def operations(self) -> tuple[int, int]:
        """How many were tested, and how many there are."""
        return self.found["operations"]["tested"], self.found["operations"]["total"]

    @property
    def phases(self) -> Mapping[str, str]:
        """How each ended."""
        return {name: phase["status"] for name, phase in self.found["phases"].items()}

    @property
    def complaints(self) -> list[Any]:
        """Failures, errors and warnings: there should be none."""
        warnings = [{name: places} for name, places in self.found["warnings"].items() if places]
        return [*self.found["failures"], *self.found["errors"], *warnings]


def run(site: Site, service: str, folder: Path, examples: int, *options: str) -> Report:
    """Have Schemathesis ask a service.

    Args:
        site: where it runs.
        service: its name.
        folder: for what is written; nothing of it is needed afterwards.
        examples: the most that are made up for an operation in one phase.
        options: further options of ``st run``.
    """
    report = folder / "report.json"
    document = ROOT / "contracts" / f"{service}.yaml"
    finished = subprocess.run(  # noqa: S603 - our own arguments
        [
            *_command(report),
            *(str(document), "--url", site.urls[service], "-n", str(examples)),
            *options,
        ],
        cwd=folder,
        env=_environment(site, service),
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), finished.stdout + finished.stderr
    return Report(json.loads(report.read_text()), finished.stdout)


def _command(report: Path) -> Sequence[str]:
    config = ["--config-file", str(HERE / "schemathesis.toml"), "--no-color"]
    reports = ["--report", "json", "--report-json-path", str(report)]
    return [sys.executable, "-m", "schemathesis.cli", *config, "run", *reports]


def _environment(site: Site, service: str) -> dict[str, str]:
    identifier, secret = site.client
    return {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.system.robustness.arbitrary.hooks",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "PYTHONHASHSEED": "0",
        "AUTHENTICATION_URL": site.urls["authentication"],
        "PROFILE_URL": site.urls["profile"],
        "CLIENT_ID": identifier,
        "CLIENT_SECRET": secret,
        "PEOPLE": f"{service[:4]}_",
    }
