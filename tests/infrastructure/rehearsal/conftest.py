"""The project's own pipeline, carried out with quick commands in place of its slow ones."""

from __future__ import annotations

import itertools
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest

from pactwright.deploy.templates import read
from pactwright.local.emulator import REGION, Emulator, emulator
from pactwright.local.installation import installed
from pactwright.local.rehearsal.buildspec import read as read_spec
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.resources import Place
from pactwright.local.rehearsal.run import Done, rehearse
from pactwright.local.rehearsal.sources import Source
from pactwright.local.rehearsal.structure import Pipeline
from pactwright.local.rehearsal.structure import read as read_pipeline

ACCOUNT = "000000000000"
PLACE = Place(ACCOUNT, REGION)
FILES = ("pipeline.yaml", "buildspec.yaml", "buildspec-gate.yaml", "buildspec-check.yaml")
BUCKETS = {
    "StagingBucket": "artifacts-staging",
    "ProductionBucket": "artifacts-production",
    "RecordBucket": "records-p",
}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:operations"

_TEMPLATE = (
    '{"Parameters": {"Environment": {"Type": "String"}},'
    ' "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'
)


def _s3(*requests: str) -> str:
    """Requests to S3, as quick as can be: signed by name only, which the emulator doesn't mind."""
    script = Path(__file__).with_name("s3.py")
    return shlex.join([".venv/bin/python", "-I", "-S", str(script), *requests])


QUICK: Mapping[str, str] = {
    "make install": (
        f"mkdir -p .venv/bin && ln -s {shlex.quote(sys.executable)} .venv/bin/python"
        f" && echo exec {shlex.quote(sys.executable)} -m pactwright '\"$@\"' > .venv/bin/pactwright"
        " && chmod +x .venv/bin/pactwright"
    ),
    "make test": "true",
    "pactwright bundle": (
        "mkdir -p build/$SERVICE/$PLATFORM && cd build/$SERVICE/$PLATFORM && touch bundle.zip"
        f" && echo '{{}}' > bundle.json && echo '{_TEMPLATE}' > template.json && cd ../../.."
    ),
    "pactwright verify": _s3("PUT records-p/records/verifications/a"),
    "pactwright can-deploy": _s3(
        "GET records-p?list-type=2&prefix=records/", "GET records-p/records/verifications/a"
    ),
    "pactwright parameters": (
        _s3("PUT artifacts-$ENVIRONMENT/bundles/$SERVICE/digest.zip")
        + """ && printf '{"Parameters": {"Environment": "%s"}}' $ENVIRONMENT > parameters.json"""
    ),
    "pactwright record-deployment": _s3("PUT records-p/records/deployments/a"),
    "pactwright provision": "true",
    "make smoke": "true",
}
"""What stands in for each command of the buildspecs, by words in it. It asks of AWS what the
command would."""


def stand_ins(source: Path) -> dict[str, str]:
    """The quick commands, by the commands of the buildspecs that they stand in for."""
    commands = {
        command
        for file in FILES[1:]
        for command in read_spec(source / "services" / file).every_command()
    }
    return {
        command: quick
        for command in commands
        for words, quick in QUICK.items()
        if words in command and "#" not in command
    }


@dataclass
class Stage:
    """Where the pipeline is rehearsed, as often as one likes: each time for another service."""

    root: Path
    emulator: Emulator
    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def events(self, stack: str) -> list[str]:
        """What became of a stack so far."""
        pages = self.emulator.client("cloudformation").describe_stack_events(StackName=stack)
        return [each["EventId"] for each in pages["StackEvents"]]

    def pipeline(self, source: Path, service: str, parameters: Mapping[str, str]) -> Pipeline:
        template = read(source / "services" / "pipeline.yaml")
        given = {"Service": service, "OperationsTopicArn": TOPIC, **BUCKETS, **parameters}
        return read_pipeline(template, f"hereabouts-pipeline-{service}", given, PLACE)

    def rehearse(
        self,
        change: Callable[[Path], object] = lambda _: None,
        service: str = "",
        parameters: Mapping[str, str] = MappingProxyType({}),
    ) -> list[Done]:
        """Rehearse a copy of the pipeline that was changed, of a new service by default."""
        number = next(self.numbers)
        service = service or f"s{number}"
        folder = self.folder / str(number)
        source = folder / "source"
        (source / "services").mkdir(parents=True)
        for name in FILES:
            shutil.copyfile(self.root / "services" / name, source / "services" / name)
        quick = stand_ins(source)
        change(source / "services")
        every = {c for f in FILES[1:] for c in _commands(source / "services" / f)}
        quick = {command: other for command, other in quick.items() if command in every}
        pipeline = self.pipeline(source, service, parameters)
        return rehearse(pipeline, Source(source, "0" * 40), self.emulator, folder / "builds", quick)


def _commands(file: Path) -> list[str]:
    """Those of a buildspec, none where it can't be read: the rehearsal tells of that."""
    try:
        return read_spec(file).every_command()
    except RehearsalError:
        return []


@pytest.fixture(scope="session")
def stage(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("rehearsal")
    with emulator(installed(root / "build"), folder / "emulator.log") as started:
        for bucket in BUCKETS.values():
            started.client("s3").create_bucket(Bucket=bucket)
        yield Stage(root, started, folder)
