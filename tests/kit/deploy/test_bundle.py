"""Bundles hold what a function needs, are the same bytes for the same inputs, and are quick."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import struct
import zipfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from pactwright.deploy.bundle import Bundle, bundle
from pactwright.deploy.errors import BundleError
from pactwright.schema.project import Project

PYPROJECT = """
[tool.pactwright]
package = "petshop"
sdk = "sdk"
[tool.pactwright.services.pets]
[tool.pactwright.services.toys]
[tool.pactwright.deploy]
aws = ["dynamodb"]
"""


def wheel(folder: Path, name: str, files: dict[str, str]) -> str:
    """Make a wheel of version 1.0; returns its line in a lock file."""
    info = f"{name}-1.0.dist-info"
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/licenses/LICENSE": "MIT",
    }
    record = "".join(
        f"{path},sha256={_hash(content)},{len(content)}\n" for path, content in files.items()
    )
    file = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as opened:
        for path, content in (files | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}).items():
            opened.writestr(path, content)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Lines of lock files for wheels that pip finds in a folder, without a network."""
    folder = tmp_path_factory.mktemp("wheels")
    botocore = {
        "botocore/__init__.py": "",
        "botocore/data/endpoints.json": "{}",
        "botocore/data/dynamodb/2012/service-2.json": "{}",
        "botocore/data/ec2/2016/service-2.json": "{}",
    }
    return {
        "folder": str(folder),
        "botocore": wheel(folder, "botocore", botocore),
        "argon": wheel(folder, "argon", {"argon/__init__.py": "MEMORY = 19", "bin/argon": "#!"}),
    }


@pytest.fixture(autouse=True)
def _no_network(index: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", index["folder"])


def write_project(root: Path, index: dict[str, str]) -> Project:
    """Write a project with two services, one with a dependency of its own."""
    files = {
        "pyproject.toml": PYPROJECT,
        "sdk/petshop/__init__.py": '"""The SDK."""\n',
        "sdk/petshop/py.typed": "",
        "services/requirements.txt": index["botocore"],
        "services/pets/handler.py": "def handler(event, context): ...\n",
        "services/pets/template.yaml": "Resources: {}",
        "services/pets/requirements.in": "argon",
        "services/pets/requirements.txt": index["argon"],
        "services/toys/handler.py": "def handler(event, context): ...\n",
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return Project.load(root)


@pytest.fixture
def project(tmp_path: Path, index: dict[str, str]) -> Project:
    """The project, to be changed at will."""
    return write_project(tmp_path / "project", index)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder for what is built."""
    return tmp_path / "build"


def names(made: Bundle) -> set[str]:
    """What a bundle holds."""
    with zipfile.ZipFile(made.path) as opened:
        return set(opened.namelist())


def test_it_holds_service_sdk_kit_and_dependencies(project: Project, out: Path) -> None:
    """Each where an import finds it, and licences, but nothing that only builds or tests."""
    held = names(bundle("pets", project, out))

    assert {
        "services/pets/handler.py",
        "petshop/__init__.py",
        "petshop/py.typed",
        "pactwright/__init__.py",
        "pactwright/wire/__init__.py",
        "pactwright/service/__init__.py",
        "pactwright/client/__init__.py",
        "botocore/__init__.py",
        "argon/__init__.py",
        "argon-1.0.dist-info/licenses/LICENSE",
    } <= held
    for unwanted in (
        "pactwright/deploy/",
        "pactwright/local/",
        "pactwright/cli.py",
        "services/toys/",
    ):
        assert not [name for name in held if name.startswith(unwanted)]
    for unwanted in (".yaml", ".in", "/RECORD", "bin/argon"):
        assert not [name for name in held if name.endswith(unwanted)]


def test_dependencies_of_one_service_stay_with_it(project: Project, out: Path) -> None:
    """Toys needs no argon."""
    assert not [name for name in names(bundle("toys", project, out)) if name.startswith("argon")]


def test_only_the_models_of_used_aws_services_are_kept(project: Project, out: Path) -> None:
    """And what botocore needs for any."""
    held = {name for name in names(bundle("pets", project, out)) if "/data/" in name}

    assert held == {"botocore/data/endpoints.json", "botocore/data/dynamodb/2012/service-2.json"}


def test_bytecode_survives_the_zip(project: Project, out: Path) -> None:
    """Unchecked-hash bytecode (PEP 552) for each source, naming the files as Lambda has them."""
    made = bundle("pets", project, out)

    with zipfile.ZipFile(made.path) as opened:
        sources = [name for name in opened.namelist() if name.endswith(".py")]
        for source in sources:
            folder, _, name = source.rpartition("/")
            (compiled,) = [
                each
                for each in opened.namelist()
                if each.startswith(f"{folder}/__pycache__/{name.removesuffix('.py')}.cpython-")
            ]
            content = opened.read(compiled)
            assert content[:4] == MAGIC_NUMBER
            assert struct.unpack("<I", content[4:8]) == (0b01,)
            assert f"/var/task/{source}".encode() in content


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, index: dict[str, str]) -> None:
    """In another folder, with another umask, at another time."""
    made = []
    for number, mask in ((1, 0o022), (2, 0o077)):
        root = tmp_path / f"somewhere-{number}"
        before = os.umask(mask)
        try:
            project = write_project(root, index)
            for file in root.rglob("*"):
                os.utime(file, (number * 1e8, number * 1e8))
            made.append(bundle("pets", project, root / "build"))
        finally:
            os.umask(before)

    assert made[0].digest == made[1].digest
    assert made[0].path.read_bytes() == made[1].path.read_bytes()


def test_the_digest_is_the_files(project: Project, out: Path) -> None:
    """Anybody can check it with sha256sum."""
    made = bundle("pets", project, out)

    assert made.digest == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.size == made.path.stat().st_size


def test_nothing_is_built_twice(project: Project, out: Path) -> None:
    """The file is not even touched."""
    first = bundle("pets", project, out)
    written = first.path.stat().st_mtime_ns

    assert bundle("pets", project, out) == first
    assert first.path.stat().st_mtime_ns == written


def test_a_change_of_code_needs_no_dependencies(
    project: Project, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are installed once; without any index the code can still be bundled anew."""
    first = bundle("pets", project, out)
    monkeypatch.setenv("PIP_FIND_LINKS", os.devnull)
    (project.services["pets"].path / "handler.py").write_text("def handler(event, context): 1\n")

    assert bundle("pets", project, out).digest != first.digest


def test_a_damaged_bundle_is_made_anew(project: Project, out: Path) -> None:
    """Its digest is looked at, not only its inputs'."""
    first = bundle("pets", project, out)
    first.path.write_bytes(b"damaged")

    assert bundle("pets", project, out).digest == first.digest


def test_a_dependency_that_is_not_the_pinned_one_is_refused(project: Project, out: Path) -> None:
    """Its hash is checked."""
    lock = project.root / "services" / "requirements.txt"
    lock.write_text("botocore==1.0 --hash=sha256:" + "0" * 64)

    with pytest.raises(BundleError, match=r"(?s)requirements\.txt.*HASH"):
        bundle("toys", project, out)


def test_a_missing_lock_is_told(project: Project, out: Path) -> None:
    """With its name."""
    (project.root / "services" / "requirements.txt").unlink()

    with pytest.raises(BundleError, match=r"services/requirements\.txt"):
        bundle("toys", project, out)


def test_a_service_without_a_handler_is_told(project: Project, out: Path) -> None:
    """It would be deployed and fail at each call."""
    shutil.rmtree(project.services["toys"].path)

    with pytest.raises(BundleError, match=r"handler\.py"):
        bundle("toys", project, out)
