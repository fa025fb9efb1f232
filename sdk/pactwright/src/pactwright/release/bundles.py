"""Bundles that are given in place of those built from the sources: by file, or by digest."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy import interpreters
from pactwright.deploy.account import Clients
from pactwright.deploy.manifest import BUNDLE, MANIFEST, Bundle, sha256
from pactwright.deploy.placing import bundle_key
from pactwright.deploy.platforms import host
from pactwright.release.errors import NotFound
from pactwright.release.ledger import Ledger
from pactwright.release.stacks import artifacts
from pactwright.schema.project import Project

DIGEST: Final = re.compile(r"[0-9a-f]{64}")

_BYTECODE: Final = re.compile(r"\.cpython-3(\d+)\.pyc$")


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds bundles.

    Attributes:
        project: whose bundles.
        ledger: which tells where a bundle is deployed.
        account: takes an environment's name, returns clients for its account and region.
    """

    project: Project
    ledger: Ledger
    account: Callable[[str], Clients]

    def find(self, service: str, given: str) -> Bundle:
        """A bundle that this machine can run.

        It is looked for in the build folder first, then in the artifact buckets of the
        environments to which it was deployed.

        Args:
            service: whose it is.
            given: its file, or its digest.

        Raises:
            NotFound: there is none, or it is for another platform.
            UnknownDeployment: AWS can't be asked for it.
        """
        if service not in self.project.services:
            names = ", ".join(self.project.services)
            raise NotFound(f"{service!r} is no service of this project: {names} are")
        file = Path(given)
        if not DIGEST.fullmatch(given):
            if not file.is_file():
                raise NotFound(f"{given} is no file of a bundle, and no digest (64 of 0-9, a-f)")
            return _runnable(self._bundle(service, file))
        for each in self._built(service):
            if sha256(each) == given:
                return _runnable(self._bundle(service, each))
        return _runnable(self._bundle(service, self._fetched(service, given)))

    def _built(self, service: str) -> Iterator[Path]:
        build = self.project.root / "build"
        yield from sorted((build / service).glob(f"*/{BUNDLE}"))
        yield from sorted((build / "fetched" / service).glob(f"*/{BUNDLE}"))

    def _bundle(self, service: str, file: Path) -> Bundle:
        """The bundle of a file, by the manifest beside it or by the records."""
        if file.name == BUNDLE and (file.parent / MANIFEST).is_file():
            made = Bundle.load(file.parent)
            if made.service != service:
                raise NotFound(f"{file} is a bundle of {made.service}, not of {service}")
            return made
        digest = sha256(file)
        platforms = [each.platform for each in self.ledger.builds(service, digest)]
        here = host()
        return Bundle(
            service=service,
            path=file,
            digest=digest,
            size=file.stat().st_size,
            platform=here.name if here.name in platforms or not platforms else platforms[0],
            runtime=_runtime(file),
            architecture=here.architecture,
        )

    def _fetched(self, service: str, digest: str) -> Path:
        places = [
            name
            for name in self.ledger.environments()
            if any(each.bundle == digest for each in self.ledger.deployments(name))
        ]
        for environment in places:
            client = self.account(environment)
            bucket = artifacts(self.project, environment, client)
            if bucket is not None:
                return self._download(service, digest, bucket, client("s3"))
        where = f"deployed to {', '.join(places)}, but not in reach" if places else "deployed"
        raise NotFound(
            f"the bundle {digest} of {service} is not in the build folder, and {where} "
            f"{'by' if places else 'nowhere by'} the records of {self.ledger}: build it from its "
            "sources, or give its file"
        )

    def _download(self, service: str, digest: str, bucket: str, s3: Any) -> Path:
        key = bundle_key(service, digest)
        try:
            content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise NotFound(f"s3://{bucket}/{key} can't be fetched: {error}") from error
        target = self.project.root / "build" / "fetched" / service / digest / BUNDLE
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if sha256(target) != digest:
            target.unlink()
            raise NotFound(f"s3://{bucket}/{key} is damaged: it has another digest than its name")
        return target


def _runnable(bundle: Bundle) -> Bundle:
    here, runtime = host().name, interpreters.current().runtime
    for said, wanted in ((bundle.platform, here), (bundle.runtime, runtime)):
        if said != wanted:
            raise NotFound(
                f"{bundle.path} is for {said}, and what runs here is {wanted}: verify it on a "
                "machine, and with a Python, that it is for"
            )
    return bundle


def _runtime(file: Path) -> str:
    """What Lambda calls the Python whose bytecode is in a bundle."""
    try:
        with zipfile.ZipFile(file) as opened:
            found = map(_BYTECODE.search, opened.namelist())
            minor = next((match[1] for match in found if match), None)
    except (OSError, zipfile.BadZipFile) as error:
        raise NotFound(f"{file} is no bundle: {error}") from error
    if minor is None:
        raise NotFound(f"{file} is no bundle: there is no bytecode in it")
    return f"python3.{minor}"
