"""A bundle that lacks something, or holds what can't run, is refused by name."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pactwright.deploy import archive, interpreters
from pactwright.deploy.completeness import Own, check, imports, sizes, sources
from pactwright.deploy.dependencies import Target
from pactwright.deploy.errors import BundleError
from pactwright.deploy.platforms import LAMBDA_ARM64, LAMBDA_X86_64, Platform
from tests.kit.deploy.elves import X86_64, elf

OWN = Own("services.pets", ("petshop", "pactwright"))
PYTHON = interpreters.current()
TAG = f"cpython-{PYTHON.abi[2:]}"
NATIVE = f"argon/_native.{TAG}-aarch64-linux-gnu.so"
Files = Mapping[str, str | bytes]

GOOD: Files = {
    "services/pets/handler.py": "import json\n\nimport argon\nfrom petshop import Client\n",
    "petshop/__init__.py": "from petshop.client import Client\n",
    "petshop/client.py": "class Client: ...\n",
    "argon/__init__.py": "from ._native import hash\nfrom .numbers import MEMORY\n",
    "argon/numbers.py": "MEMORY = 19\n",
    NATIVE: elf(),
}


def packed(folder: Path, files: Files, *, more: Files | None = None) -> Path:
    """Make a bundle with bytecode; what comes on top is put in, or replaces, as it is."""
    code, made = folder / "code", folder / "bundle.zip"
    for name, content in files.items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_bytes(content.encode() if isinstance(content, str) else content)
    archive.compile_sources(code)
    for name, content in (more or {}).items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_bytes(content.encode() if isinstance(content, str) else content)
    archive.append(made, code)
    return made


def faults(
    folder: Path,
    files: Files,
    *,
    more: Files | None = None,
    platform: Platform = LAMBDA_ARM64,
) -> list[str]:
    """What is wrong with a bundle, one line for each fault."""
    target = Target(platform, PYTHON)
    try:
        check(packed(folder, files, more=more), target, OWN, folder / "remembered.json")
    except BundleError as error:
        return str(error).splitlines()[1:]
    return []


def without(*names: str) -> Files:
    """All that is good but some of it."""
    return {name: content for name, content in GOOD.items() if name not in names}


def test_a_complete_bundle_passes(tmp_path: Path) -> None:
    """And again, by what is remembered of its sources."""
    assert faults(tmp_path, GOOD) == []
    assert (tmp_path / "remembered.json").exists()
    made, target = tmp_path / "bundle.zip", Target(LAMBDA_ARM64, PYTHON)

    check(made, target, OWN, tmp_path / "remembered.json")


def test_what_is_remembered_is_of_the_same_content(tmp_path: Path) -> None:
    """Another source of the same name is read anew; a damaged memory is none."""
    assert faults(tmp_path / "1", GOOD) == []
    remembered = tmp_path / "1" / "remembered.json"
    changed = packed(tmp_path / "2", {**GOOD, "argon/numbers.py": "import nowhere\nMEMORY = 1\n"})
    target = Target(LAMBDA_ARM64, PYTHON)

    for _ in range(2):
        with pytest.raises(BundleError, match="nowhere"):
            check(changed, target, OWN, remembered)
        remembered.write_text("{")


def test_what_another_scanner_read_is_not_taken(tmp_path: Path) -> None:
    """A newer kit reads everything anew: an older one may have seen less."""
    assert faults(tmp_path, GOOD) == []
    remembered, made = tmp_path / "remembered.json", tmp_path / "bundle.zip"
    kept = json.loads(remembered.read_text())
    for _, found in kept["sources"].values():
        found["broken"] = "misread"
    target = Target(LAMBDA_ARM64, PYTHON)
    remembered.write_text(json.dumps(kept))
    with pytest.raises(BundleError, match="misread"):
        check(made, target, OWN, remembered)

    remembered.write_text(json.dumps(kept | {"scanner": "another"}))
    check(made, target, OWN, remembered)


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("argon/__init__.py", "services/pets/handler.py:3 imports argon"),
        ("argon/numbers.py", "argon/__init__.py:2 imports argon.numbers"),
        (NATIVE, "argon/__init__.py:1 imports argon._native"),
        ("petshop/client.py", "petshop/__init__.py:1 imports petshop.client"),
    ],
)
def test_a_missing_module_is_told_with_who_imports_it(
    tmp_path: Path, missing: str, told: str
) -> None:
    """A dependency, a part of one, a compiled part, a part of the SDK."""
    files = without(*[name for name in GOOD if name.startswith("argon/")])
    found = faults(tmp_path, files if missing == "argon/__init__.py" else without(missing))

    where = f"neither in the bundle nor in the standard library of {PYTHON.runtime}"
    assert found == [f"  {told}, which is {where}"]


LAZY = """\
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from . import inner
    from .inner import Thing
def __getattr__(name): return globals()[name]
"""

OWN_CASES = {
    "import nowhere": True,
    "import nowhere.at.all as it": True,
    "from nowhere import it": True,
    "from argon import CYCLES": True,
    "from argon.numbers import CYCLES": True,
    "from . import neighbour": True,
    "from ..toys import neighbour": True,
    "def f():\n    import nowhere": True,
    "class C:\n    import nowhere": True,
    "if input():\n    import nowhere": True,
    "try:\n    import json\nexcept ValueError:\n    pass\nelse:\n    import nowhere": True,
    "try:\n    pass\nfinally:\n    import nowhere": True,
    "try:\n    import nowhere\nexcept ImportError:\n    import nothing": True,
    "from importlib import import_module\nimport_module('nowhere')": True,
    "import spaces": True,
    "import spaces.inner": False,
    "import argon.native.fast": False,
    "import extern.packaging": False,
    "from lazy import Thing": False,
    "from lazy import inner": False,
    "from lazy import Nothing": True,
    "from untold import anything": False,
    "import xml.etree.ElementTree": False,
    "from argon import MEMORY as LEAST": False,
    "from argon import numbers, __name__": False,
    "try:\n    import nowhere\nexcept ImportError:\n    nowhere = None": False,
    "try:\n    import nowhere\nexcept (OSError, ModuleNotFoundError):\n    pass": False,
    "try:\n    import nowhere\nexcept:\n    pass": False,
    "try:\n    import json\nexcept ImportError:\n    import nowhere": False,
    "try:\n    import nowhere\nexcept ImportError:\n    import json": False,
    "from contextlib import suppress\nwith suppress(ImportError):\n    import nowhere": False,
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nowhere": False,
    "import typing\nif not typing.TYPE_CHECKING:\n    import nowhere": True,
    "import sys\nif sys.version_info < (3, 11):\n    import nowhere": False,
    "import sys\nif sys.version_info >= (3, 11):\n    import nowhere": True,
    "import sys\nif sys.platform == 'win32':\n    import nowhere\nelse:\n    import json": False,
    "import sys\nif sys.platform != 'win32':\n    import nowhere": True,
}


@pytest.fixture(scope="module")
def missing(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What imports are told of when each case is a module of its own, all in one bundle."""
    others = [f"case_{number}" for number, _ in enumerate(OTHERS_CASES)]
    files: Files = {
        **GOOD,
        **{f"services/pets/case_{n}.py": f"{source}\n" for n, source in enumerate(OWN_CASES)},
        **{f"argon/case_{n}.py": f"{source}\n" for n, source in enumerate(OTHERS_CASES)},
        "services/pets/all.py": f"from argon import {', '.join(others)}\n",
        "six.py": "import sys\nsys.modules['six.moves'] = object()\n",
        "every.py": "from argon import *\n",
        "spaces/inner.py": "",
        f"argon/native.{TAG}-aarch64-linux-gnu.so": b"",
        "extern/__init__.py": "import sys\nsys.meta_path.append(object())\n",
        "lazy/__init__.py": LAZY,
        "lazy/inner.py": "class Thing: ...\n",
        "untold/__init__.py": "def __getattr__(name): ...\n",
    }
    folder = tmp_path_factory.mktemp("cases")
    for name, content in files.items():
        (folder / "code" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "code" / name).write_bytes(
            content.encode() if isinstance(content, str) else content
        )
    archive.append(folder / "bundle.zip", folder / "code")
    read = sources.read(folder / "bundle.zip", PYTHON, folder / "remembered.json")
    own = replace(OWN, optional=("allowed",))
    return imports.reached(read, files, own, PYTHON)[1]


@pytest.mark.parametrize(("case", "is_refused"), list(enumerate(OWN_CASES.values())), ids=OWN_CASES)
def test_imports_of_the_services_own_sources(
    missing: list[str], case: int, is_refused: bool
) -> None:
    """Each has to be found, unless it is never made or its failure is caught."""
    found = [line for line in missing if line.startswith(f"services/pets/case_{case}.py:")]

    assert bool(found) == is_refused, found


OTHERS_CASES = {
    "import nowhere": True,
    "import argon.nowhere": True,
    "def f():\n    import argon.nowhere": True,
    "def f():\n    import argon.tests.nowhere": False,
    "def f():\n    from argon.numbers import nothing": True,
    "def f():\n    import spaces.nowhere": False,
    "import allowed.part": False,
    "from lazy import Thing": False,
    "def f():\n    import nowhere": False,
    "if input():\n    import nowhere": False,
    "try:\n    import argon.nowhere\nexcept ImportError:\n    pass": False,
    "import six\nfrom six.moves import range": False,
    "from six import names": False,
    "from every import anything": False,
}


@pytest.mark.parametrize(
    ("case", "is_refused"), list(enumerate(OTHERS_CASES.values())), ids=OTHERS_CASES
)
def test_imports_of_others_sources(missing: list[str], case: int, is_refused: bool) -> None:
    """What they import later may be an extra, but not a part of what the bundle has."""
    found = [line for line in missing if line.startswith(f"argon/case_{case}.py:")]

    assert bool(found) == is_refused, found


def test_sources_that_nobody_reaches_may_lack_what_they_like(tmp_path: Path) -> None:
    """A plug-in for a framework that this project does not use."""
    assert faults(tmp_path, {**GOOD, "argon/flask.py": "import flask\n"}) == []
    reached = {**GOOD, "argon/extra.py": "import flask\n", "argon/numbers.py": "MEMORY = 1\n"}
    more = {**reached, "services/pets/rules.py": "def f():\n    import argon.extra\n"}

    assert any("argon/extra.py:1 imports flask" in line for line in faults(tmp_path / "2", more))


@pytest.mark.parametrize("source", ["from lazy import Thing", "from lazy import inner"])
def test_what_a_package_loads_lazily_has_to_be_there(tmp_path: Path, source: str) -> None:
    """It tells type checkers where each name comes from."""
    files = {**GOOD, "lazy/__init__.py": LAZY, "services/pets/rules.py": f"{source}\n"}

    found = faults(tmp_path / "1", files)
    assert any("imports lazy.inner" in line or "imports inner" in line for line in found)
    broken = {**files, "lazy/inner.py": "import nowhere\nclass Thing: ...\n"}
    assert any("lazy/inner.py:1 imports nowhere" in f for f in faults(tmp_path / "2", broken))


def test_a_bundle_without_its_entry_point(tmp_path: Path) -> None:
    """Nothing else would be followed."""
    files = {**without("services/pets/handler.py"), "services/pets/rules.py": ""}

    (found,) = faults(tmp_path, files)
    assert "services.pets.handler is missing" in found


def test_expressions_of_any_depth_are_read(tmp_path: Path) -> None:
    """Generated tables nest deeper than Python's own limit of calls."""
    deep = "x = " + " + ".join(["1"] * 700) + "\n"

    assert faults(tmp_path, {**GOOD, "argon/tables.py": deep}) == []


def test_a_package_that_loads_lazily_reaches_all_its_modules(tmp_path: Path) -> None:
    """As generated packages do (PEP 562): its modules are named in no import."""
    lazy = "def __getattr__(name): ...\n"
    files = {**GOOD, "petshop/__init__.py": lazy, "petshop/client.py": "import nowhere\n"}

    assert any("petshop/client.py:1" in line for line in faults(tmp_path, files))


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the syntax has to be newer than we are")
def test_a_source_that_the_runtime_cannot_read(tmp_path: Path) -> None:
    """The runtime's own Python decides."""
    more = {"services/pets/new.py": "def f[T = int](): ...\nx = t'{1}'\n"}

    assert any(
        f"services/pets/new.py can't be read by {PYTHON.runtime}" in line
        for line in faults(tmp_path, GOOD, more=more)
    )


COMPILED = {
    "is for x86_64 processors, not for arm64": {NATIVE: elf(X86_64)},
    "needs glibc 2.99;": {NATIVE: elf(versions={"libc.so.6": ["GLIBC_2.17", "GLIBC_2.99"]})},
    "needs libssl.so.3, which": {NATIVE: elf(needed=["libc.so.6", "libssl.so.3"])},
    "looks for libraries in /home/me/lib": {NATIVE: elf(runpath="/home/me/lib")},
    "is damaged": {NATIVE: elf()[:80]},
    "is not found by": {
        NATIVE: elf(),
        f"argon/_other.{TAG}-x86_64-linux-gnu.so": elf(),
    },
}


@pytest.mark.parametrize(("told", "files"), COMPILED.items())
def test_a_compiled_file_that_cannot_be_loaded(tmp_path: Path, told: str, files: Files) -> None:
    """For its processor, its C library, its other libraries or its name."""
    (found,) = faults(tmp_path, {**GOOD, **files})

    assert told in found
    assert found.startswith("  argon/_")


def test_a_compiled_file_for_the_platform_passes(tmp_path: Path) -> None:
    """Of either kind of processor, with libraries that it brings, or for many versions."""
    files: Files = {
        **without(NATIVE),
        "argon/_native.abi3.so": elf(
            X86_64,
            needed=["libc.so.6", "libstdc++.so.6", "libffi-1a2b.so.8"],
            versions={"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.17"], "libm.so.6": ["GLIBC_2.17"]},
            runpath="$ORIGIN/../argon.libs",
        ),
        "argon.libs/libffi-1a2b.so.8": elf(X86_64),
    }

    assert faults(tmp_path, files, platform=LAMBDA_X86_64) == []


def test_a_machine_of_its_own_has_compiled_files_of_its_own(tmp_path: Path) -> None:
    """They are not ELF, or not for Lambda, and need not be."""
    platform = Platform("darwin-arm64", "arm64", is_lambda=False)
    files = {**without(NATIVE), "argon/_native.cpython-311-darwin.so": b"\xcf\xfa\xed\xfe"}

    assert faults(tmp_path, files, platform=platform) == []


def cached(name: str) -> str:
    """Where the bytecode of a module of argon is."""
    return f"argon/__pycache__/{name}.{TAG}.pyc"


def header(kind: int, magic: bytes = PYTHON.magic) -> bytes:
    """The beginning of bytecode."""
    return magic + kind.to_bytes(4, "little") + bytes(8)


BYTECODE: dict[str, Files] = {
    f"{cached('numbers')} is stale": {"argon/numbers.py": "MEMORY = 20\n"},
    f"{cached('numbers')} is not of {PYTHON.runtime}": {cached("numbers"): header(1, b"\1\2\r\n")},
    f"{cached('numbers')} is not of the unchecked-hash kind": {cached("numbers"): header(0)},
    "argon/more.py has no bytecode": {"argon/more.py": "x = 1\n"},
    f"{cached('gone')} is of no source here": {cached("gone"): header(1)},
    "argon/__pycache__/numbers.cpython-30.pyc is of no source": {
        "argon/__pycache__/numbers.cpython-30.pyc": header(1)
    },
}


@pytest.mark.parametrize(("told", "more"), BYTECODE.items())
def test_bytecode_that_the_runtime_would_not_take(tmp_path: Path, told: str, more: Files) -> None:
    """Or would take for what it is not."""
    (found,) = faults(tmp_path, GOOD, more=more)

    assert found.startswith(f"  {told}")


def test_bytecode_that_names_the_place_where_it_was_made(tmp_path: Path) -> None:
    """Tracebacks would name a folder of the builder's."""
    made = packed(tmp_path, GOOD)
    with zipfile.ZipFile(made) as opened:
        content = opened.read(cached("numbers")).replace(b"/var/task/", b"/home/me/a")

    (found,) = faults(tmp_path / "2", GOOD, more={cached("numbers"): content})
    assert "does not name /var/task/argon/numbers.py" in found


@pytest.mark.parametrize(
    "name",
    [
        "argon/tests/data.json",
        ".mypy_cache/x.json",
        "argon/.hypothesis/examples",
        "services/pets/conftest.py",
        "argon-1.0.dist-info/direct_url.json",
    ],
)
def test_what_only_builds_or_tests_is_refused(tmp_path: Path, name: str) -> None:
    """Tests, caches, and what tells of a folder on the machine that built it."""
    assert any(f"  {name} only builds or tests" in f for f in faults(tmp_path, {**GOOD, name: ""}))


def test_a_client_of_an_aws_service_without_its_model(tmp_path: Path) -> None:
    """It would fail at the first call, with an UnknownServiceError."""
    source = "import botocore\n\ns3 = botocore.client('s3')\nother = botocore.client('us')\n"
    files = {
        **GOOD,
        "services/pets/rules.py": source,
        "botocore/__init__.py": "def client(name): ...\n",
        "botocore/data/dynamodb/2012/service-2.json": "{}",
    }

    (found,) = faults(tmp_path / "1", files)
    assert "services/pets/rules.py:3 makes a client of s3, whose model is left out" in found
    assert faults(tmp_path / "2", {**files, "botocore/data/s3/2006/service-2.json": "{}"}) == []


def test_sizes_are_lambdas() -> None:
    """50 MB as an archive, 250 MB unpacked, in units of 1024."""
    assert list(sizes(52_428_800, 262_144_000)) == []
    assert len(list(sizes(52_428_801, 262_144_001))) == 2


def test_many_faults_are_counted(tmp_path: Path) -> None:
    """Rather than shown one by one."""
    source = "".join(f"import nowhere{number}\n" for number in range(30))

    found = faults(tmp_path, {**GOOD, "services/pets/rules.py": source})
    assert len(found) == 21
    assert found[-1] == "  and 10 more"
