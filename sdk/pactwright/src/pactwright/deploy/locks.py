"""Lock files, read for another machine than the one at hand.

pip chooses wheels for the platform that it is told, but evaluates environment markers for the
interpreter that runs it (pip's issue 11664). So the markers are evaluated here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement

from pactwright.deploy.errors import BundleError
from pactwright.deploy.interpreters import Interpreter
from pactwright.deploy.platforms import MACHINES, Platform

_OPTION: Final = re.compile(r"\s+(?=--)")
_OTHER_FILE: Final = re.compile(r"(?:-r|--requirement|-c|--constraint)\b")


def environment(platform: Platform, interpreter: Interpreter) -> dict[str, str]:
    """What markers are evaluated with on Lambda (PEP 508)."""
    return {
        "implementation_name": "cpython",
        "implementation_version": interpreter.version,
        "os_name": "posix",
        "platform_machine": MACHINES[platform.architecture],
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": interpreter.version,
        "python_version": interpreter.minor,
        "sys_platform": "linux",
    }


def narrowed(lock: str, environment: Mapping[str, str]) -> str:
    """A lock file's requirements that apply in an environment, without their markers.

    Args:
        lock: the file's text.
        environment: what markers are evaluated with.

    Raises:
        BundleError: a line is no requirement, or leads to another file.
    """
    return "".join(f"{line}\n" for line in _applying(lock, environment))


def _applying(lock: str, environment: Mapping[str, str]) -> Iterator[str]:
    for line in re.sub(r"\\\n", " ", lock).splitlines():
        text = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if _OTHER_FILE.match(text):
            raise BundleError(f"a lock file holds all that it pins, but this one has {text!r}")
        if text.startswith("-"):
            yield text
        elif text:
            wanted, *hashes = _OPTION.split(text)
            requirement = _requirement(wanted)
            if requirement.marker is None or requirement.marker.evaluate(dict(environment)):
                requirement.marker = None
                yield " ".join([str(requirement), *hashes])


def _requirement(text: str) -> Requirement:
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise BundleError(f"a lock file has {text!r}, which is no requirement: {error}") from error
