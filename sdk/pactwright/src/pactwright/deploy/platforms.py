"""The platforms that bundles are made for: Lambda's two, and that of the machine at hand."""

from __future__ import annotations

import platform as machines
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pactwright.deploy.errors import BundleError

Architecture: TypeAlias = Literal["arm64", "x86_64"]
"""As Lambda calls it."""

MACHINES: Final[dict[Architecture, str]] = {"arm64": "aarch64", "x86_64": "x86_64"}
"""What the kernel calls the machine of each architecture."""

_ARCHITECTURES: Final[dict[str, Architecture]] = {
    "aarch64": "arm64",
    "arm64": "arm64",
    "x86_64": "x86_64",
    "AMD64": "x86_64",
}
# Amazon Linux 2 is below python3.11, Amazon Linux 2023 below all later ones (AWS, "Lambda
# runtimes"). Each has the C library that its wheels may ask for.
_AMAZON_LINUX_2: Final = (2, 26)
_AMAZON_LINUX_2023: Final = (2, 34)
_LAST_ON_AMAZON_LINUX_2: Final = "python3.11"
# The oldest C library of a manylinux tag, and what its tag was called before PEP 600.
_OLDEST: Final[dict[Architecture, int]] = {"arm64": 17, "x86_64": 5}
_LEGACY: Final = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


@dataclass(frozen=True, slots=True)
class Platform:
    """What a bundle runs on.

    Attributes:
        name: `lambda-arm64`, `lambda-x86_64`, or that of a machine that can't run those.
        architecture: of its processors.
        is_lambda: whether wheels are chosen for Lambda's Linux, the same ones wherever they are
            chosen; otherwise they are those that fit the machine at hand.
    """

    name: str
    architecture: Architecture
    is_lambda: bool = True

    @classmethod
    def named(cls, text: str) -> Platform:
        """The platform of that name; `host` is the machine's own.

        Raises:
            BundleError: there is none of that name.
        """
        known = {each.name: each for each in (LAMBDA_ARM64, LAMBDA_X86_64)}
        if text == "host":
            return host()
        if text not in known:
            raise BundleError(f"there is no platform {text!r}; there are {', '.join(known)}, host")
        return known[text]

    def tags(self, runtime: str) -> tuple[str, ...]:
        """The platform tags of wheels that run there (PEP 600), the best first.

        They go from the C library of Lambda's Linux down to the oldest that any wheel names.

        Args:
            runtime: such as `python3.13`.

        Returns:
            Tags for pip's `--platform`; none if pip knows by itself.
        """
        if not self.is_lambda:
            return ()
        major, newest = newest_glibc(runtime)
        machine = MACHINES[self.architecture]
        tags: list[str] = []
        for minor in range(newest, _OLDEST[self.architecture] - 1, -1):
            tags.append(f"manylinux_{major}_{minor}_{machine}")
            if minor in _LEGACY:
                tags.append(f"{_LEGACY[minor]}_{machine}")
        return tuple(tags)


LAMBDA_ARM64: Final = Platform("lambda-arm64", "arm64")
LAMBDA_X86_64: Final = Platform("lambda-x86_64", "x86_64")


def newest_glibc(runtime: str) -> tuple[int, int]:
    """The version of the C library that a runtime of Lambda has: `(2, 34)`.

    Args:
        runtime: such as `python3.13`.
    """
    return _AMAZON_LINUX_2 if runtime == _LAST_ON_AMAZON_LINUX_2 else _AMAZON_LINUX_2023


def host(
    system: str | None = None,
    machine: str | None = None,
    libc: tuple[str, str] | None = None,
) -> Platform:
    """The platform of this machine.

    A Linux that runs what Lambda runs *is* Lambda's platform: what is built there is what ships.
    Elsewhere (macOS, a Linux with musl or an old C library) it is one of the machine's own.

    Args:
        system: what Python's `platform.system()` says, by default.
        machine: what `platform.machine()` says, by default.
        libc: what `platform.libc_ver()` says, by default.

    Raises:
        BundleError: Lambda has no processors like this machine's.
    """
    system = system or machines.system()
    machine = machine or machines.machine()
    if machine not in _ARCHITECTURES:
        raise BundleError(f"Lambda has no {machine} processors; give --platform lambda-arm64")
    architecture = _ARCHITECTURES[machine]
    if system == "Linux" and _runs_amazon_linux(libc or machines.libc_ver()):
        return LAMBDA_ARM64 if architecture == "arm64" else LAMBDA_X86_64
    return Platform(f"{system.lower()}-{architecture}", architecture, is_lambda=False)


def _runs_amazon_linux(libc: tuple[str, str]) -> bool:
    name, version = libc
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    return name == "glibc" and numbers >= _AMAZON_LINUX_2023
