"""Release records: what was built, verified, deployed and released. Each is written once.

All digests are SHA-256 in hexadecimal: a bundle's is that of its zip, a pact's that in its file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Final, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from pactwright.release.errors import RecordError

FORMAT: Final = 1
"""The version of the records' form. A reader refuses any other: it may say what it can't see."""


def _in_utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
"""A service's, a consumer's or an environment's; good for a part of a path."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Digests = Mapping[Name, Digest]
"""Digests of pacts, by the name of whom they are with or of."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Revision(_Strict):
    """The state of the sources.

    Attributes:
        commit: of the version control; None where it is not known.
        dirty: whether something was changed, or added, after it.
    """

    commit: str | None
    dirty: bool

    @property
    def is_clean(self) -> bool:
        """Whether the sources are just those of a commit."""
        return self.commit is not None and not self.dirty

    def __str__(self) -> str:
        if self.commit is None:
            return "sources of no known commit"
        return self.commit[:12] + (" with uncommitted changes" if self.dirty else "")


class Record(_Strict):
    """What every record has.

    Attributes:
        kind: what it is a record of; also the folder that it is kept in.
        time: when it came about.
    """

    kind: ClassVar[str]
    time: Time

    @property
    def folder(self) -> str:
        """Where records of the same matter are kept, one file each."""
        raise NotImplementedError


class Verification(Record):
    """A provider's bundle was held against a whole pact, as it is deployed.

    Attributes:
        consumer: whose pact.
        provider: whose bundle.
        pact: the pact's digest.
        bundle: the bundle's digest.
        platform: of the bundle: `lambda-arm64`.
        stubs: the pacts that stood in for the services which the provider calls.
        chain: whether those pacts were verified before, in the same run. The gate does not rely on
            it: what counts is whether those that are deployed were verified for them.
        interactions: how many the pact has.
        failures: the descriptions of those that did not hold; none where it passed.
        revision: of the sources at hand: provider states, stubs, templates.
    """

    kind: ClassVar[str] = "verifications"

    consumer: Name
    provider: Name
    pact: Digest
    bundle: Digest
    platform: Name
    stubs: Digests
    chain: bool
    interactions: Annotated[int, Field(ge=1)]
    failures: tuple[str, ...]
    revision: Revision

    @property
    def passed(self) -> bool:
        """Whether every interaction held."""
        return not self.failures

    @property
    def folder(self) -> str:
        """One for each bundle."""
        return f"{self.kind}/{self.bundle}"


class Build(Record):
    """A bundle was made from sources.

    Attributes:
        service: whose it is.
        bundle: its digest.
        platform: that it is for.
        pacts: what the service relies on of each service that it calls.
        consumers: what is relied on by consumers that are no services, and so never deployed.
        revision: of the sources.
    """

    kind: ClassVar[str] = "builds"

    service: Name
    bundle: Digest
    platform: Name
    pacts: Digests
    consumers: Digests
    revision: Revision

    @property
    def folder(self) -> str:
        """One for each bundle."""
        return f"{self.kind}/{self.service}/{self.bundle}"


class Deployment(Record):
    """From then on, a service runs somewhere as some bundle.

    Attributes:
        service: which one.
        environment: where.
        bundle: its digest; None where the service was removed.
        platform: of the bundle; None where the service was removed.
        pacts: like a build's; None where no build of the bundle was on record.
        consumers: like a build's; None where no build of the bundle was on record.
    """

    kind: ClassVar[str] = "deployments"

    service: Name
    environment: Name
    bundle: Digest | None
    platform: Name | None
    pacts: Digests | None
    consumers: Digests | None

    @property
    def folder(self) -> str:
        """One for each service of an environment."""
        return f"{self.kind}/{self.environment}/{self.service}"


class Release(Record):
    """A version of a consumer that is no service is in use, or not any more.

    Attributes:
        consumer: such as an SDK or an app.
        version: as its users know it.
        environment: whose services they use.
        pacts: what that version relies on of each provider.
        supported: whether it may not be broken.
    """

    kind: ClassVar[str] = "releases"

    consumer: Name
    version: Name
    environment: Name
    pacts: Digests
    supported: bool

    @property
    def folder(self) -> str:
        """One for each environment."""
        return f"{self.kind}/{self.environment}"


R = TypeVar("R", bound=Record)


def render(record: Record) -> bytes:
    """A record as it is kept."""
    content = {"format": FORMAT, "kind": record.kind, **record.model_dump(mode="json")}
    return f"{json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def parse(kind: type[R], content: bytes, where: str) -> R:
    """Read a record.

    Args:
        kind: what it has to be a record of.
        content: as `render` made it.
        where: what to call it in errors.

    Raises:
        RecordError: it is damaged, of another kind or of another format.
    """
    try:
        given: Any = json.loads(content)
        form, said = given.pop("format"), given.pop("kind")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise RecordError(f"{where} is damaged: it is no release record") from error
    if form != FORMAT:
        raise RecordError(
            f"{where} is of format {form!r}, and this pactwright knows format {FORMAT} only: use "
            "the newer one that wrote it"
        )
    if said != kind.kind:
        raise RecordError(f"{where} is damaged: it is one of {said!r} among {kind.kind}")
    try:
        return kind.model_validate_json(json.dumps(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise RecordError(f"{where} is damaged: {place}: {first['msg']}") from error
