"""What follows from a document is written nowhere else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pactwright.deploy.templates import render
from pactwright.generate.run import generate
from pactwright.schema import bundle
from pactwright.schema.project import Project

from .conftest import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """The project's sources, to be changed."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("contracts", "sdk/hereabouts", "services"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    return Project.load(tmp_path)


def add_altitude(project: Project) -> None:
    """An optional field in what is written, and in what is read."""
    altitude = {"type": "number", "minimum": -500, "maximum": 9000, "description": "In metres."}
    for name, schema in (("common.yaml", "LocationInput"), ("location.yaml", "Location")):
        file = project.root / "contracts" / name
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        document["components"]["schemas"][schema]["properties"]["altitude_m"] = altitude
        file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def test_committed_sdk_is_what_the_documents_say(copy: Project) -> None:
    """Nothing that is generated is stale, and no document has a fault."""
    report = generate(copy, check=True)

    assert not report.stale
    assert not report.errors


def test_field_added_makes_the_sdk_stale(copy: Project) -> None:
    """CI fails until the SDK is generated anew, and names the files."""
    add_altitude(copy)

    command = [sys.executable, "-m", "pactwright", "--project", str(copy.root)]
    checked = subprocess.run(  # noqa: S603 - our own arguments
        [*command, "generate", "--check"], check=False, capture_output=True, text=True
    )

    assert checked.returncode == 1
    assert "hereabouts/location/models.py" in checked.stdout + checked.stderr


def test_field_added_reaches_client_service_and_gateway(copy: Project) -> None:
    """One edit of the document, one command: nothing else has to be touched."""
    add_altitude(copy)
    generate(copy)

    probe = """
from hereabouts.location import Location, LocationInput
from hereabouts.location.operations import PUT_LOCATION
from pactwright.wire import ReceivedRequest, decode_request, encode_request
from uuid import uuid4
place = LocationInput(latitude=1, longitude=2, altitude_m=8848.86)
who = uuid4()
sent = encode_request(PUT_LOCATION, {"user_id": who, "body": place})
headers = {name.lower(): value for name, value in sent.headers.items()}
got = decode_request(PUT_LOCATION, ReceivedRequest({"user_id": str(who)}, (), headers, sent.body))
print(got["body"].altitude_m, "altitude_m" in Location.model_fields)
"""
    sources = str(copy.sdk)
    shown = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {sources!r})\n{probe}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.split() == ["8848.86", "True"]
    service = copy.services["location"]
    rendered = render(
        service.path / "template.yaml", bundle(service.document), "https://x.example/"
    )
    assert "altitude_m" in str(rendered.template["Resources"]["Api"])
