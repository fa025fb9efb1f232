"""Bundles hold what a function needs, are the same bytes for the same inputs, and are quick."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from pactwright.deploy import interpreters
from pactwright.deploy.bundle import Bundle, bundle
from pactwright.deploy.errors import BundleError
from pactwright.deploy.interpreters import Interpreter
from pactwright.deploy.listing import Part, files, packages, table
from pactwright.deploy.platforms import LAMBDA_ARM64, LAMBDA_X86_64, Platform, host
from pactwright.schema.project import Project

PYTHON = interpreters.current()
PYPROJECT = """
[tool.pactwright]
package = "petshop"
sdk = "sdk"
[tool.pactwright.services.pets]
[tool.pactwright.services.toys]
[tool.pactwright.deploy]
aws = ["dynamodb"]
"""


def wheel(folder: Path, name: str, files: dict[str, str], tag: str = "py3-none-any") -> str:
    """Make a wheel of version 1.0; returns its line in a lock file."""
    info = f"{name}-1.0.dist-info"
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/licenses/LICENSE": "MIT",
    }
    record = "".join(
        f"{path},sha256={_hash(content)},{len(content)}\n" for path, content in files.items()
    )
    file = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(file, "w") as opened:
        for path, content in (files | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}).items():
            opened.writestr(path, content)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def natives(folder: Path) -> str:
    """Wheels of one distribution for several platforms; each tells for which it is."""
    lines = []
    for machine, glibc in (("aarch64", 17), ("aarch64", 26), ("aarch64", 39), ("x86_64", 17)):
        tag = f"manylinux_2_{glibc}_{machine}"
        files = {"native/__init__.py": f"TAG = {tag!r}\n"}
        lines.append(wheel(folder, "native", files, f"{PYTHON.abi}-{PYTHON.abi}-{tag}"))
    hashes = " ".join(line.split()[1] for line in lines)
    return f"native==1.0 {hashes}\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Lines of lock files for wheels that pip finds in a folder, without a network."""
    folder = tmp_path_factory.mktemp("wheels")
    botocore = {
        "botocore/__init__.py": "",
        "botocore/data/endpoints.json": "{}",
        "botocore/data/dynamodb/2012/service-2.json": "{}",
        "botocore/data/dynamodb/2012/examples-1.json": "{}",
        "botocore/tests/__init__.py": "import nose",
        "botocore/data/ec2/2016/service-2.json": "{}",
    }
    return {
        "folder": str(folder),
        "botocore": wheel(folder, "botocore", botocore),
        "native": natives(folder),
        "armed": wheel(folder, "armed", {}, f"{PYTHON.abi}-abi3-manylinux_2_17_aarch64"),
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
        "LICENSE": "ours",
        "NOTICE.txt": "ours",
        "sdk/LICENSE": "the SDK's",
        "sdk/petshop/__init__.py": '"""The SDK."""\n',
        "sdk/petshop/py.typed": "",
        "services/requirements.txt": index["botocore"],
        "services/pets/handler.py": "def handler(event, context): ...\n",
        "services/pets/template.yaml": "Resources: {}",
        "services/pets/tests/test_pets.py": "import nose",
        "services/pets/.mypy_cache/x.json": "{}",
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


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Layers that were made, for tests that are not about how."""
    return tmp_path_factory.mktemp("layers")


@pytest.fixture
def out(tmp_path: Path, layers: Path) -> Path:
    """The folder for what is built, with layers in it."""
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "layers").symlink_to(layers)
    return tmp_path / "build"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder for what is built that is not there yet."""
    return tmp_path / "empty"


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
        "pactwright/LICENSE",
        "petshop/LICENSE",
        "LICENSE",
        "NOTICE.txt",
    } <= held
    for unwanted in (
        "pactwright/deploy/",
        "pactwright/local/",
        "pactwright/cli.py",
        "services/toys/",
        "services/pets/tests/",
        "services/pets/.mypy_cache/",
        "botocore/tests/",
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


ENVIRONMENTS = (
    {"TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "1",
        "PYTHONOPTIMIZE": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "/nowhere",
        "SOURCE_DATE_EPOCH": "1",
    },
)


@pytest.mark.parametrize("platform", [LAMBDA_ARM64, LAMBDA_X86_64], ids=lambda each: each.name)
def test_the_same_inputs_give_the_same_bytes(
    tmp_path: Path, index: dict[str, str], monkeypatch: pytest.MonkeyPatch, platform: Platform
) -> None:
    """In another folder, with another umask, at another time, in another environment."""
    made = []
    for number, mask in ((1, 0o022), (2, 0o077)):
        root = tmp_path / f"somewhere-{number}"
        for name, value in ENVIRONMENTS[number - 1].items():
            monkeypatch.setenv(name, value)
        before = os.umask(mask)
        try:
            project = write_project(root, index)
            for file in root.rglob("*"):
                os.utime(file, (number * 1e8, number * 1e8))
            made.append(bundle("pets", project, root / "build", platform=platform))
        finally:
            os.umask(before)

    assert made[0].digest == made[1].digest
    assert made[0].path.read_bytes() == made[1].path.read_bytes()


def tag(made: Bundle) -> str:
    """The platform that the bundle's native wheel is for."""
    with zipfile.ZipFile(made.path) as opened:
        return opened.read("native/__init__.py").decode().split("'")[1]


def test_wheels_are_those_of_the_platform(
    project: Project, out: Path, index: dict[str, str]
) -> None:
    """The newest that its C library can load, whatever this machine is."""
    lock = project.root / "services" / "requirements.txt"
    lock.write_text(lock.read_text() + index["native"])
    (arm, intel) = (
        bundle("toys", project, out, platform=each) for each in (LAMBDA_ARM64, LAMBDA_X86_64)
    )

    assert tag(arm) == "manylinux_2_26_aarch64"
    assert tag(intel) == "manylinux_2_17_x86_64"
    assert arm.path == out / "toys" / "lambda-arm64" / "bundle.zip"
    assert (arm.platform, arm.architecture) == ("lambda-arm64", "arm64")
    assert (intel.platform, intel.architecture) == ("lambda-x86_64", "x86_64")
    assert arm.runtime == intel.runtime == PYTHON.runtime


def test_requirements_of_other_platforms_are_left_out(
    project: Project, out: Path, index: dict[str, str]
) -> None:
    """Pip alone would read their markers for this machine."""
    lock = project.root / "services" / "requirements.txt"
    pin, _, digest = index["argon"].partition(" ")
    lock.write_text(f"{lock.read_text()}{pin} ; platform_machine == 'aarch64' {digest}")
    made = {
        each: bundle("toys", project, out, platform=each) for each in (LAMBDA_ARM64, LAMBDA_X86_64)
    }

    assert "argon/__init__.py" in names(made[LAMBDA_ARM64])
    assert "argon/__init__.py" not in names(made[LAMBDA_X86_64])


def test_a_machine_of_its_own_takes_what_pip_finds_for_it(project: Project, out: Path) -> None:
    """Such as a Mac: what is built there runs there, and says so."""
    own = Platform("elsewhere-arm64", "arm64", is_lambda=False)
    made = bundle("pets", project, out, platform=own)

    assert made.path == out / "pets" / "elsewhere-arm64" / "bundle.zip"
    assert (made.platform, made.architecture) == ("elsewhere-arm64", "arm64")
    assert "argon/__init__.py" in names(made)


def test_another_runtime_is_compiled_by_its_own_python(project: Project, out: Path) -> None:
    """The check has it read the sources, too."""
    try:
        other = next(filter(None, map(found, ("python3.13", "python3.12", "python3.11"))))
    except StopIteration:
        pytest.skip("there is no other Python here")
    made = bundle("toys", project, out, platform=LAMBDA_ARM64, runtime=other.runtime)

    assert made.runtime == other.runtime
    with zipfile.ZipFile(made.path) as opened:
        name = f"services/toys/__pycache__/handler.cpython-{other.abi[2:]}.pyc"
        assert opened.read(name)[:4] == other.magic != PYTHON.magic


def found(runtime: str) -> Interpreter | None:
    """An interpreter that is here, and is not the one that runs this."""
    try:
        other = interpreters.find(runtime)
    except BundleError:
        return None
    return other if other.runtime != PYTHON.runtime else None


def test_a_platform_without_a_wheel_is_told(
    project: Project, out: Path, index: dict[str, str]
) -> None:
    """Nothing is compiled from source."""
    lock = project.root / "services" / "requirements.txt"
    lock.write_text(lock.read_text() + index["armed"])

    with pytest.raises(BundleError, match=r"(?s)requirements\.txt.*armed"):
        bundle("toys", project, out, platform=LAMBDA_X86_64)


def test_a_runtime_without_its_interpreter_is_told(project: Project, empty: Path) -> None:
    """Before anything is made."""
    with pytest.raises(BundleError, match=r"python3\.98"):
        bundle("toys", project, empty, runtime="python3.98")
    assert not empty.exists()


def test_the_manifest_tells_what_was_made(project: Project, out: Path) -> None:
    """Others find the bundle by it, and the template beside it."""
    made = bundle("toys", project, out, template="{}")
    folder = made.path.parent
    told = json.loads((folder / "bundle.json").read_text())

    assert Bundle.load(folder) == made
    assert {name: told[name] for name in ("service", "digest", "size")} == {
        "service": "toys",
        "digest": made.digest,
        "size": made.size,
    }
    assert told["platform"] == host().name
    assert told["runtime"] == PYTHON.runtime
    assert told["architecture"] == host().architecture
    assert told["python"] == PYTHON.version
    assert (folder / "template.json").read_text() == "{}"
    assert {each.name for each in folder.iterdir()} == {
        "bundle.json",
        "bundle.zip",
        "template.json",
    }


def test_another_template_is_put_beside_the_same_bundle(project: Project, out: Path) -> None:
    """The bundle's identity is the zip's alone."""
    first = bundle("toys", project, out, template="{}")
    second = bundle("toys", project, out, template='{"Resources": {}}')

    assert second == first
    assert "Resources" in (second.path.parent / "template.json").read_text()


@pytest.mark.parametrize("damaged", ["bundle.zip", "bundle.json"])
def test_what_is_not_as_the_manifest_tells_is_not_loaded(
    project: Project, out: Path, damaged: str
) -> None:
    """With the command that makes it anew."""
    folder = bundle("toys", project, out).path.parent
    (folder / damaged).write_bytes(b"{}")

    with pytest.raises(BundleError, match="pactwright bundle"):
        Bundle.load(folder)


def test_an_incomplete_bundle_is_refused_and_nothing_is_left(project: Project, out: Path) -> None:
    """Not even the one before, which is not what the sources say."""
    folder = bundle("toys", project, out).path.parent
    handler = project.services["toys"].path / "handler.py"
    handler.write_text("import nowhere\n")

    with pytest.raises(BundleError, match=r"services/toys/handler\.py:1 imports nowhere"):
        bundle("toys", project, out)
    with pytest.raises(BundleError, match="no finished bundle"):
        Bundle.load(folder)
    assert not [each for each in folder.iterdir() if each.name.startswith(".")]


def test_an_import_that_is_not_needed_can_be_named(project: Project, out: Path) -> None:
    """In the project's settings; then the bundle is made without."""
    (project.services["toys"].path / "handler.py").write_text("import nowhere\n")
    settings = project.root / "pyproject.toml"
    settings.write_text(settings.read_text() + 'optional_imports = ["nowhere"]\n')

    assert "services/toys/handler.py" in names(bundle("toys", project, out))


def test_what_a_killed_build_left_does_not_matter(project: Project, out: Path) -> None:
    """Half a bundle, no manifest."""
    first = bundle("toys", project, out)
    folder = first.path.parent
    (folder / "bundle.json").unlink()
    (folder / "bundle.zip").write_bytes(b"half")
    (folder / ".unfinished" / "code").mkdir(parents=True)
    (folder / ".unfinished" / "code" / "half.py").write_text("half")

    assert bundle("toys", project, out) == first
    assert not (folder / ".unfinished").exists()


def test_builds_at_once_wait_for_each_other(project: Project, empty: Path) -> None:
    """In processes of their own; all get the same bundle."""
    source = (
        "import sys; from pathlib import Path; from pactwright.deploy.bundle import bundle; "
        "from pactwright.schema.project import Project; "
        "print(bundle('toys', Project.load(sys.argv[1]), Path(sys.argv[2])).digest)"
    )
    command = [sys.executable, "-c", source, str(project.root), str(empty)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # ourselves
        for _ in range(3)
    ]
    digests = {process.communicate(timeout=60)[0].strip() for process in running}

    assert digests == {bundle("toys", project, empty).digest}
    assert len(list((empty / "layers").glob("*.zip"))) == 1


def test_a_listing_tells_who_has_how_much(project: Project, out: Path) -> None:
    """By package, the largest first; all metadata is one part."""
    made = bundle("pets", project, out)
    found = packages(made.path)
    sizes = {part.name: part for part in found}

    assert [part.size for part in found] == sorted((part.size for part in found), reverse=True)
    assert found[0].name == "pactwright"
    assert sizes["*.dist-info"].files == 6
    assert sum(part.files for part in found) == len(names(made))
    assert {part.name for part in files(made.path)} == names(made)
    lines = list(table([Part("argon", 2, 12_345), Part("botocore", 1, 5)]))
    assert lines == [
        "      12,345 bytes      2 files  argon",
        "           5 bytes      1 files  botocore",
        "      12,350 bytes      3 files  in all, unpacked",
    ]


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
