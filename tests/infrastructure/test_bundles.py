"""The services' bundles: what ships to Lambda's arm64, and what runs here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from pactwright.deploy import interpreters
from pactwright.deploy.building import build
from pactwright.deploy.completeness import Own, imports, sources
from pactwright.deploy.manifest import Bundle
from pactwright.deploy.platforms import LAMBDA_ARM64, LAMBDA_X86_64, Platform
from pactwright.schema.project import Project

SERVICES = ("authentication", "location", "profile")
SHIPPED = LAMBDA_ARM64
LAMBDA = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
}
LOADED = """\
import importlib, json, sys
importlib.import_module(sys.argv[1])
files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
print(json.dumps([file for file in files if file]))
"""
REGIONS = """\
import boto3, json
regions = {"eu-west-1": "amazonaws.com", "cn-north-1": "amazonaws.com.cn"}
for service in ("dynamodb", "secretsmanager"):
    for region, suffix in regions.items():
        client = boto3.client(service, region_name=region)
        assert client.meta.endpoint_url == f"https://{service}.{region}.{suffix}"
        assert client.meta.config.retries["mode"] == "standard", client.meta.config.retries
        assert client.exceptions.ClientError
dynamodb = boto3.client("dynamodb", region_name="eu-west-1")
dynamodb.get_paginator("query")
dynamodb.get_waiter("table_exists")
"""


@pytest.fixture(scope="module")
def shipped(project: Project) -> Mapping[str, Bundle]:
    """Each service's bundle for Lambda's arm64, built on whatever machine this is."""
    out = project.root / "build"
    return {name: build(name, project, out, platform=SHIPPED) for name in SERVICES}


@pytest.fixture(scope="module")
def unpacked(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Each service's bundle for this machine, unpacked."""
    folders = {}
    for name in SERVICES:
        folders[name] = tmp_path_factory.mktemp("task") / name
        with zipfile.ZipFile(build(name, project, project.root / "build").path) as opened:
            opened.extractall(folders[name])
    return folders


def variables(made: Bundle) -> dict[str, str]:
    """Some value for each variable that the service's template gives its function."""
    template = json.loads((made.path.parent / "template.json").read_text(encoding="utf-8"))
    functions = template["Globals"]["Function"], template["Resources"]["Function"]["Properties"]
    numbers = {n for n, about in template["Parameters"].items() if about["Type"] == "Number"}

    def some(name: str, value: object) -> str:
        if isinstance(value, dict) and value.get("Ref") in numbers:
            return "1"
        return "INFO" if name == "LOG_LEVEL" else "https://it.example"

    return {
        name: some(name, value)
        for function in functions
        for name, value in function["Environment"]["Variables"].items()
    }


def run(folder: Path, source: str, *arguments: str, **environment: str) -> str:
    """Run a program as on Lambda: a bare Python, and nothing but a bundle on its path."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{source}"
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-I", "-S", "-B", "-c", code, *arguments],
        env=LAMBDA | environment,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_what_ships_is_for_arm64(shipped: Mapping[str, Bundle], name: str) -> None:
    """Though it may be built elsewhere; `bundle` has checked all else of it."""
    made = shipped[name]
    assert made.path.parent.parts[-3:] == ("build", name, "lambda-arm64")
    with zipfile.ZipFile(made.path) as opened:
        compiled = [each for each in opened.namelist() if each.endswith(".so")]
        machines = set()
        for each in compiled:
            with opened.open(each) as file:
                machines.add(ELFFile(file)["e_machine"])

    assert len(compiled) >= 3
    assert machines == {"EM_AARCH64"}
    assert made.size < 15_000_000


@pytest.mark.parametrize("name", SERVICES)
def test_a_build_has_all_that_a_deployment_needs(shipped: Mapping[str, Bundle], name: str) -> None:
    """Bundle, template with the API in it, manifest."""
    folder = shipped[name].path.parent
    template = json.loads((folder / "template.json").read_text(encoding="utf-8"))

    assert Bundle.load(folder) == shipped[name]
    assert template["Resources"]["Api"]["Properties"]["DefinitionBody"]["openapi"] == "3.0.1"
    assert shipped[name].architecture in template["Parameters"]["Architecture"]["AllowedValues"]
    assert shipped[name].runtime in template["Parameters"]["Runtime"]["AllowedValues"]


@pytest.mark.parametrize("name", SERVICES)
def test_imports_are_followed_to_all_that_a_function_loads(
    project: Project, unpacked: Mapping[str, Path], tmp_path: Path, name: str
) -> None:
    """The check of completeness sees each module that Python really loads."""
    folder = unpacked[name]
    made = build(name, project, project.root / "build")
    loaded = json.loads(run(folder, LOADED, f"services.{name}.handler", **variables(made)))
    own = Own(f"services.{name}", (project.package, "pactwright"))
    python = interpreters.current()
    read = sources.read(made.path, python, tmp_path / "remembered.json")
    with zipfile.ZipFile(made.path) as opened:
        found, missing = imports.reached(read, opened.namelist(), own, python)

    within = {Path(file).relative_to(folder).as_posix() for file in loaded if str(folder) in file}
    assert len(within) > 300
    assert {file for file in within if file.endswith(".py")} <= {each.path for each in found}
    assert missing == []


def test_a_bundle_that_lacks_any_module_that_it_loads_is_refused(
    project: Project, unpacked: Mapping[str, Path], tmp_path: Path
) -> None:
    """Of the service, the SDK, the kit, and of what these stand on; one at a time."""
    made = build("profile", project, project.root / "build")
    loaded = run(unpacked["profile"], LOADED, "services.profile.handler", **variables(made))
    folders = ("services/", "hereabouts/", "pactwright/", "pydantic/", "boto3/", "botocore/client")
    files = [
        file.removeprefix(f"{unpacked['profile']}/")
        for file in json.loads(loaded)
        if not file.endswith("__init__.py")  # a folder is a package without, too
    ]
    own = Own("services.profile", (project.package, "pactwright"))
    python = interpreters.current()
    read = sources.read(made.path, python, tmp_path / "remembered.json")
    with zipfile.ZipFile(made.path) as opened:
        names = opened.namelist()
    needed = [file for file in files if file.startswith(folders)][::5]

    assert len(needed) > 20
    for lost in needed:
        rest = [each for each in read if each.path != lost]
        others = [name for name in names if name != lost]
        assert imports.reached(rest, others, own, python)[1], f"{lost} is not missed"


def test_what_is_left_of_botocores_data_is_enough(unpacked: Mapping[str, Path]) -> None:
    """Endpoints in more than one partition, retries, errors, paginators and waiters."""
    run(unpacked["location"], REGIONS, AWS_RETRY_MODE="standard")


@pytest.mark.parametrize("platform", [LAMBDA_ARM64, LAMBDA_X86_64], ids=lambda each: each.name)
def test_a_build_elsewhere_is_the_same_to_the_byte(
    project: Project, tmp_path: Path, platform: Platform
) -> None:
    """From a copy of the sources, dependencies installed anew, by another user at another place."""
    here = build("authentication", project, project.root / "build", platform=platform)
    copy = tmp_path / "copy"
    copy.mkdir()
    for part in ("contracts", "services", "sdk"):
        shutil.copytree(
            project.root / part, copy / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    for part in ("pyproject.toml", "LICENSE"):
        shutil.copy(project.root / part, copy / part)
    for file in copy.rglob("*"):
        os.utime(file, (1e9, 1e9))
    elsewhere = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-m", "pactwright", "--project", str(copy), "bundle"]
    command += ["authentication", "--platform", platform.name]
    done = subprocess.run(  # noqa: S603  # our own interpreter
        command,
        env=os.environ | elsewhere,
        umask=0o077,
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert f"sha256 {here.digest}" in done.stdout
    there = Bundle.load(copy / "build" / "authentication" / platform.name)
    assert there.path.read_bytes() == here.path.read_bytes()
