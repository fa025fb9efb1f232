"""Which wheels, for which machine, read by which Python."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pactwright.deploy import interpreters
from pactwright.deploy.errors import BundleError
from pactwright.deploy.interpreters import Interpreter
from pactwright.deploy.locks import environment, narrowed
from pactwright.deploy.platforms import LAMBDA_ARM64, LAMBDA_X86_64, Platform, host

OTHER = "python3.99"
OLD_LINUX = Platform("linux-x86_64", "x86_64", is_lambda=False)
MAC = Platform("darwin-arm64", "arm64", is_lambda=False)


def test_platforms_have_names() -> None:
    """And an unknown one is told with the known ones."""
    assert Platform.named("lambda-arm64") is LAMBDA_ARM64
    assert Platform.named("lambda-x86_64") is LAMBDA_X86_64
    assert Platform.named("host") == host()
    with pytest.raises(BundleError, match=r"'arm'; there are lambda-arm64, lambda-x86_64, host"):
        Platform.named("arm")


@pytest.mark.parametrize(
    ("machine", "libc", "platform"),
    [
        (("Linux", "aarch64"), ("glibc", "2.36"), LAMBDA_ARM64),
        (("Linux", "x86_64"), ("glibc", "2.34"), LAMBDA_X86_64),
        (("Linux", "x86_64"), ("glibc", "2.31"), OLD_LINUX),
        (("Linux", "x86_64"), ("", ""), OLD_LINUX),
        (("Darwin", "arm64"), ("", ""), MAC),
    ],
)
def test_a_linux_that_runs_what_lambda_runs_is_lambdas_platform(
    machine: tuple[str, str], libc: tuple[str, str], platform: Platform
) -> None:
    """A Linux with another or an older C library, and a Mac, are platforms of their own."""
    assert host(*machine, libc) == platform


def test_a_machine_that_lambda_has_not_is_told() -> None:
    """With what to do."""
    with pytest.raises(BundleError, match=r"riscv64 .*--platform"):
        host("Linux", "riscv64", ("glibc", "2.36"))


def test_tags_go_from_what_lambda_has_to_the_oldest() -> None:
    """Amazon Linux 2023 has glibc 2.34; the oldest wheels for arm64 ask for 2.17."""
    tags = LAMBDA_ARM64.tags("python3.13")

    assert tags[0] == "manylinux_2_34_aarch64"
    assert tags[-2:] == ("manylinux_2_17_aarch64", "manylinux2014_aarch64")
    assert len(tags) == len(set(tags)) == 34 - 17 + 2


def test_tags_of_x86_64_go_further_back() -> None:
    """By the names that they had before PEP 600, too."""
    tags = LAMBDA_X86_64.tags("python3.12")

    assert tags[0] == "manylinux_2_34_x86_64"
    assert tags[-2:] == ("manylinux_2_5_x86_64", "manylinux1_x86_64")
    assert tags.index("manylinux2010_x86_64") == tags.index("manylinux_2_12_x86_64") + 1


def test_the_oldest_runtime_has_an_older_linux() -> None:
    """python3.11 is on Amazon Linux 2, which has glibc 2.26."""
    assert LAMBDA_ARM64.tags("python3.11")[0] == "manylinux_2_26_aarch64"


def test_a_machine_of_its_own_leaves_tags_to_pip() -> None:
    """It knows the machine best."""
    assert MAC.tags("python3.13") == ()


PYTHON = Interpreter("python", "3.12.4", b"....", frozenset())
ON_ARM = environment(LAMBDA_ARM64, PYTHON)
LOCK = """\
# made by a tool
argon==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via pets
arm-only==1 ; platform_machine == 'aarch64' --hash=sha256:cc
intel-only==1 ; platform_machine == 'x86_64' \\
    --hash=sha256:dd
windows-only==1 ; sys_platform == 'win32' --hash=sha256:ee
backport==1 ; python_full_version < '3.12' --hash=sha256:ff
with-extra[fast]==1 ; python_version >= '3.12' and implementation_name == 'cpython' --hash=sha256:00
--index-url https://index.example/simple
"""


def test_markers_are_read_for_the_platform_not_for_this_machine() -> None:
    """Hashes and options stay; comments and markers go."""
    assert narrowed(LOCK, ON_ARM).splitlines() == [
        "argon==1.0 --hash=sha256:aa --hash=sha256:bb",
        "arm-only==1 --hash=sha256:cc",
        "with-extra[fast]==1 --hash=sha256:00",
        "--index-url https://index.example/simple",
    ]


@pytest.mark.parametrize("line", ["-r other.txt", "--constraint c.txt", "argon=1.0", "./argon.whl"])
def test_a_lock_that_leads_elsewhere_is_refused(line: str) -> None:
    """All that counts is in it, or two builds could differ."""
    with pytest.raises(BundleError, match="a lock file h"):
        narrowed(line, ON_ARM)


Fake = Callable[[Path, str], None]


@pytest.fixture
def fake() -> Fake:
    """Puts a program that says something in a place."""

    def put(file: Path, script: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    return put


def says(version: str, name: str = "cpython") -> str:
    """A script that answers as an interpreter does."""
    about = {"name": name, "version": version, "magic": "ff0d0d0a", "standard_library": ["sys"]}
    return f"echo '{json.dumps(about)}'"


def test_the_python_that_runs_this_is_taken_if_it_fits() -> None:
    """By default, or by its name."""
    own = interpreters.current()

    assert interpreters.find(None, {}) == interpreters.find(own.runtime, {}) == own
    assert own.executable == sys.executable
    assert own.abi == f"cp3{sys.version_info.minor}"
    assert "json" in own.standard_library


def test_another_is_found_on_the_path(tmp_path: Path, fake: Fake) -> None:
    """And says of itself what is needed."""
    fake(tmp_path / OTHER, says("3.99.2"))
    found = interpreters.find(OTHER, {"PATH": str(tmp_path)})

    assert found == Interpreter(str(tmp_path / OTHER), "3.99.2", b"\xff\r\r\n", frozenset({"sys"}))
    assert (found.runtime, found.abi) == (OTHER, "cp399")


def test_another_is_found_under_pyenv_where_its_shim_does_not_work(
    tmp_path: Path, fake: Fake
) -> None:
    """The newest that works, and is what its folder says."""
    fake(tmp_path / "shims" / OTHER, "echo 'pyenv: command not found' >&2; exit 127")
    versions = tmp_path / ".pyenv" / "versions"
    fake(versions / "3.99.9" / "bin" / "python", says("3.99.9"))
    fake(versions / "3.99.10" / "bin" / "python", says("3.99.10"))
    fake(versions / "3.99.11" / "bin" / "python", "exit 1")
    fake(versions / "3.99.12" / "bin" / "python", says("3.99.12", "pypy"))
    fake(versions / "3.99.13" / "bin" / "python", says("3.98.1"))
    where = {"PATH": str(tmp_path / "shims"), "HOME": str(tmp_path)}

    assert interpreters.find(OTHER, where).version == "3.99.10"
    assert interpreters.find(
        OTHER, {"PATH": os.devnull, "PYENV_ROOT": str(tmp_path / ".pyenv")}
    ).version == ("3.99.10")


def test_one_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Bytecode can't be made without it."""
    with pytest.raises(BundleError, match=rf"{OTHER}.*no {OTHER} is on the PATH.*leave --runtime"):
        interpreters.find(OTHER, {"PATH": str(tmp_path), "HOME": str(tmp_path)})


@pytest.mark.parametrize("runtime", ["3.13", "python3", "nodejs22.x", "python3.10", "python3.1x"])
def test_what_is_no_runtime_is_refused(runtime: str) -> None:
    """With what would be one."""
    with pytest.raises(BundleError, match=r"python3\.11 or a later one"):
        interpreters.find(runtime, {})
