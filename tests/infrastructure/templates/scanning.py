"""checkov, in an environment of its own: what it pins clashes with what the project needs."""

from __future__ import annotations

import copy
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pactwright.deploy.dependencies import install

REQUIREMENTS: Final = Path(__file__).with_name("checkov-requirements.txt")
"""Its lock file."""

_PROGRAM: Final = """
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module("checkov.main", run_name="__main__", alter_sys=True)
"""

Finding = tuple[str, str, str]
"""Template, logical id, check."""


@dataclass(frozen=True, slots=True)
class Report:
    """What checkov says of a folder of templates.

    Attributes:
        failed: what it finds fault with.
        passed: what it looked at and finds no fault with.
        unread: the files that it can't read.
    """

    failed: frozenset[Finding]
    passed: frozenset[Finding]
    unread: tuple[str, ...]


def installed(build: Path) -> Path:
    """The folder of checkov's packages; installed first if they are not there in this version.

    Args:
        build: the folder for what is built.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}".encode()
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + version).hexdigest()[:12]
    packages = build / f"checkov-{digest}"
    build.mkdir(parents=True, exist_ok=True)
    with (build / "checkov.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be at it
        if not packages.exists():
            with tempfile.TemporaryDirectory(dir=build) as scratch:
                made = Path(scratch, "packages")
                install([REQUIREMENTS], made)
                shutil.move(made, packages)
    return packages


def scan(packages: Path, templates: Mapping[str, Any], folder: Path) -> Report:
    """Have checkov look at templates, without a network; what they suppress is found as well.

    Args:
        packages: from `installed`.
        templates: each by its name, without any macro.
        folder: where to write them to.
    """
    for name, template in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(_bare(template)), encoding="utf-8")
    options = ["--framework", "cloudformation", "--skip-download", "--compact", "--output", "json"]
    finished = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", "-S", "-c", _PROGRAM, str(packages), "-d", str(folder), *options],
        env={"PATH": os.defpath, "HOME": str(folder), "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode in (0, 1), finished.stderr  # 1: it has found something
    report = json.loads(finished.stdout)
    results = report["results"]
    failed, passed = _findings(results["failed_checks"]), _findings(results["passed_checks"])
    return Report(failed, passed, tuple(results["parsing_errors"]))


def _findings(checks: Iterable[Mapping[str, Any]]) -> frozenset[Finding]:
    return frozenset(
        (Path(each["file_path"]).stem, each["resource"].rpartition(".")[2], each["check_id"])
        for each in checks
    )


def suppressions(resources: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What a template suppresses, each `(logical id, check, why)`: beside the resource it is of."""
    for name, resource in resources.items():
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", ()):
            yield name, skip["id"], skip.get("comment", "")


def _bare(template: Mapping[str, Any]) -> dict[str, Any]:
    bare = copy.deepcopy(dict(template))
    for resource in bare["Resources"].values():
        resource.get("Metadata", {}).pop("checkov", None)
    return bare
