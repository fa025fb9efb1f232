"""What is told to a Pact Broker, and asked of it. A service's version there is its bundle's digest.

A bundle's digest names bytes for one platform, so a broker needs no notion of platforms: what was
verified on another is another version.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

from pactwright.contract import pacts
from pactwright.contract.errors import PactError
from pactwright.contract.pacts import Pact
from pactwright.release.broker.hal import Hal, Resource, link, part
from pactwright.release.errors import BrokerError
from pactwright.release.verdict import Kind, Reason, Verdict, short

VERIFIER: Final = "Pactwright"


@dataclass(frozen=True, slots=True)
class Published:
    """A pact as the broker keeps it.

    Attributes:
        pact: what it says.
        results: where results of verifying it are published.
    """

    pact: Pact
    results: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where versions come from.

    Attributes:
        branch: of the version control; None on none.
        build: the URL of the build; None where it has none.
    """

    branch: str | None = None
    build: str | None = None


@dataclass(frozen=True, slots=True)
class Broker:
    """A Pact Broker.

    Attributes:
        hal: how it is asked.
    """

    hal: Hal

    def check(self) -> None:
        """Find out whether it is there, and lets us in.

        Raises:
            BrokerError: not so.
        """
        link(self.hal.get("/"), "pb:publish-contracts")

    def publish(
        self, consumer: str, version: str, own: Sequence[Pact], source: Source
    ) -> list[Published]:
        """Publish all that a version of a consumer relies on.

        Raises:
            BrokerError: that version has said something else before, or the broker can't be used.
        """
        body: dict[str, Any] = {
            "pacticipantName": consumer,
            "pacticipantVersionNumber": version,
            "contracts": [_contract(pact) for pact in own],
        }
        body |= {"branch": source.branch} if source.branch else {}
        body |= {"buildUrl": source.build} if source.build else {}
        self.hal.post(link(self.hal.get("/"), "pb:publish-contracts"), body)
        return [self._kept(pact, _address(pact, version)) for pact in own]

    def _kept(self, pact: Pact, address: str) -> Published:
        kept = self.hal.get(address)
        found = _pact(kept)
        if found.digest != pact.digest:
            raise BrokerError(f"the broker keeps another pact {pact} than was published")
        return Published(pact, link(kept, "pb:publish-verification-results"))

    def deployed(self, provider: str, environment: str) -> list[Published]:
        """The pacts with a provider that are relied on in an environment.

        Raises:
            BrokerError: the broker can't be used, or keeps a pact that Pactwright did not record.
        """
        selectors = [{"deployedOrReleased": True, "environment": environment}]
        body = {"consumerVersionSelectors": selectors, "includePendingStatus": False}
        found = self.hal.post(f"/pacts/provider/{part(provider)}/for-verification", body)
        kept = [self.hal.get(link(each, "self")) for each in found["_embedded"]["pacts"]]
        return [
            Published(_pact(each), link(each, "pb:publish-verification-results")) for each in kept
        ]

    def publish_result(
        self, published: Published, bundle: str, failures: Sequence[str], source: Source
    ) -> None:
        """Publish what became of a pact on a bundle of its provider.

        Raises:
            BrokerError: the broker can't be used.
        """
        body: dict[str, Any] = {
            "success": not failures,
            "providerApplicationVersion": bundle,
            "verifiedBy": {"implementation": VERIFIER},
            "testResults": {"failures": [*failures]},
        }
        body |= {"buildUrl": source.build} if source.build else {}
        self.hal.post(published.results, body)

    def record_deployment(self, service: str, bundle: str, environment: str) -> None:
        """Record that a service runs as some bundle.

        Raises:
            BrokerError: it knows no such version or environment, or can't be used.
        """
        version = self._version(service, bundle)
        self.hal.post(link(version, "pb:record-deployment", environment), {})

    def record_release(self, consumer: str, version: str, environment: str) -> None:
        """Record that a version of a consumer that is no service is in use; raises likewise."""
        found = self._version(consumer, version)
        self.hal.post(link(found, "pb:record-release", environment), {})

    def _version(self, name: str, number: str) -> Resource:
        try:
            return self.hal.get(f"/pacticipants/{part(name)}/versions/{part(number)}")
        except BrokerError as error:
            if error.status != requests.codes.not_found:
                raise
            raise BrokerError(
                f"the broker knows no version {number} of {name}: `pactwright verify` publishes it"
            ) from error

    def judge(self, service: str, bundle: str, platform: str, environment: str) -> Verdict:
        """Whether a bundle may go to an environment, as the broker has it.

        Raises:
            BrokerError: it knows no such service or environment, or can't be used.
        """
        said = self.hal.get(
            "/can-i-deploy", pacticipant=service, version=bundle, environment=environment
        )
        summary = said.get("summary")
        if not isinstance(summary, dict) or "deployable" not in summary:
            raise BrokerError("the broker does not say whether it can be deployed")
        reasons = [] if summary["deployable"] is True else [*_reasons(said)]
        return Verdict(
            service=service,
            bundle=bundle,
            platform=platform,
            environment=environment,
            reasons=tuple(reasons),
        )


def outside_version(own: Iterable[Pact]) -> str:
    """The version of a consumer that is no bundle: it follows from what it relies on."""
    return "-".join(sorted(short(pact.digest) for pact in own))


def _contract(pact: Pact) -> dict[str, str]:
    content = pact.path.read_bytes() if pact.path else b""
    return {
        "consumerName": pact.consumer,
        "providerName": pact.provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(content).decode("ascii"),
    }


def _address(pact: Pact, version: str) -> str:
    between = f"/pacts/provider/{part(pact.provider)}/consumer/{part(pact.consumer)}"
    return f"{between}/version/{part(version)}"


def _pact(kept: Mapping[str, Any]) -> Pact:
    """A pact without what the broker adds: links, times, and an `_id` in each interaction."""
    try:
        content = {name: kept[name] for name in ("consumer", "provider", "metadata")}
        content["interactions"] = [
            {name: value for name, value in each.items() if name != "_id"}
            for each in kept["interactions"]
        ]
        name = f"{content['consumer']['name']}-{content['provider']['name']}.json"
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokerError(f"the broker keeps a pact without {error}") from error
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, part(name))
        file.write_text(json.dumps(content), encoding="utf-8")
        try:
            return pacts.read(file)
        except PactError as error:
            raise BrokerError(f"a pact of the broker can't be verified: {error}") from error


def _reasons(said: Mapping[str, Any]) -> Iterator[Reason]:
    summary = said["summary"]
    yield Reason(Kind.UNVERIFIED, str(summary.get("reason") or "the broker does not say why"))
    for row in said.get("matrix", ()):
        result = row.get("verificationResult")
        if result is None or not result["success"]:
            yield _reason(row["consumer"], row["provider"], failed=result is not None)


def _reason(consumer: Mapping[str, Any], provider: Mapping[str, Any], *, failed: bool) -> Reason:
    name, of = provider["name"], f"{consumer['name']} {short(consumer['version']['number'])}"
    pair = f"{consumer['name']} → {name}"
    if provider.get("version") is None:
        return Reason(
            Kind.NOT_DEPLOYED, f"{pair}: no version of {name} there was verified for {of}"
        )
    what = "failed" if failed else "was never verified"
    text = f"{pair}: {name} {short(provider['version']['number'])} {what} for {of}"
    return Reason(Kind.FAILED if failed else Kind.UNVERIFIED, text, (f"pactwright verify {name}",))
