"""A double of a Pact Broker: it answers as the API's documentation says, and refuses the rest.

After https://docs.pact.io/pact_broker/advanced_topics/api_docs and the pages below `/doc` of a
broker; the forms of errors are those that it gives: 400 with `errors` by field, 401 without a body,
404 and 409 with texts, 405, 406 and 415 without.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

TOKEN = "a token"
BASIC = "Basic " + base64.b64encode(b"ines:tram 28").decode()
HAL = "application/hal+json;charset=utf-8"

Answer = tuple[int, Any]


class Refused(Exception):
    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass
class State:
    """What a broker keeps."""

    url: str = ""
    environments: Mapping[str, str] = field(default_factory=dict)
    versions: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    pacts: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    deployed: dict[tuple[str, str], str] = field(default_factory=dict)
    released: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def sha(content: Mapping[str, Any]) -> str:
    said = json.dumps([content["interactions"], content.get("metadata")], sort_keys=True)
    return hashlib.sha1(said.encode()).hexdigest()  # noqa: S324 - the broker's own choice


def index(state: State) -> Answer:
    links = {
        "self": {"href": state.url, "title": "Index", "templated": False},
        "pb:publish-contracts": {"href": f"{state.url}/contracts/publish", "templated": False},
        "pb:can-i-deploy-pacticipant-version-to-environment": {
            "href": state.url
            + "/can-i-deploy?pacticipant={pacticipant}&version={version}&environment={environment}",
            "templated": True,
        },
    }
    return 200, {"_links": links}


def publish(state: State, body: Any) -> Answer:
    errors = {
        name: ["is missing"]
        for name in ("pacticipantName", "pacticipantVersionNumber", "contracts")
        if name not in body
    }
    if errors:
        raise Refused(400, {"errors": errors})
    name, number = body["pacticipantName"], body["pacticipantVersionNumber"]
    decoded = [_decoded(name, each) for each in body["contracts"]]
    for content in decoded:
        key = (name, number, content["provider"]["name"])
        if key in state.pacts and sha(state.pacts[key]) != sha(content):
            text = (
                f"Cannot change the content of the pact for {name} version {number} and provider "
                f"{key[2]}, as race conditions will cause unreliable results for can-i-deploy."
            )
            raise Refused(
                409,
                {"notices": [{"type": "error", "text": text}], "errors": {"contracts": [text]}},
            )
    state.versions[name, number] = {"branch": body.get("branch"), "build": body.get("buildUrl")}
    for content in decoded:
        state.pacts[name, number, content["provider"]["name"]] = content
    return 200, {"notices": [], "logs": [], "_links": {"pb:contracts": []}}


def _decoded(name: str, contract: Any) -> Any:
    errors = {
        part: ["is missing"]
        for part in ("consumerName", "providerName", "content", "contentType", "specification")
        if part not in contract
    }
    if errors or contract["specification"] != "pact":
        raise Refused(400, {"errors": {"contracts": [errors or {"specification": ["is wrong"]}]}})
    try:
        content = json.loads(base64.b64decode(contract["content"], validate=True))
    except ValueError:
        text = "Couldn't be decoded or parsed (at index 0)"
        raise Refused(400, {"errors": {"contracts": [text]}}) from None
    if content["consumer"]["name"] != name or contract["consumerName"] != name:
        raise Refused(400, {"errors": {"contracts": ["consumer name does not match (at index 0)"]}})
    return content


def pact(state: State, provider: str, consumer: str, number: str) -> Answer:
    return 200, _shown(state, _find(state.pacts, (consumer, number, provider)))


def pact_version(state: State, provider: str, consumer: str, digest: str) -> Answer:
    for (name, _, of), content in state.pacts.items():
        if (name, of, sha(content)) == (consumer, provider, digest):
            return 200, _shown(state, content)
    raise Refused(404, NOT_FOUND)


def _shown(state: State, content: Mapping[str, Any]) -> Any:
    consumer, provider = content["consumer"]["name"], content["provider"]["name"]
    between = f"{state.url}/pacts/provider/{quote(provider)}/consumer/{quote(consumer)}"
    results = f"{between}/pact-version/{sha(content)}/verification-results"
    numbered = [{"_id": str(i), **each} for i, each in enumerate(content["interactions"])]
    return {
        **content,
        "interactions": numbered,
        "createdAt": "2026-11-20T09:30:00+00:00",
        "_links": {
            "pb:publish-verification-results": {"href": results, "title": "Publish"},
            "curies": [{"name": "pb", "href": state.url + "/doc/{rel}", "templated": True}],
        },
    }


def result(state: State, provider: str, consumer: str, digest: str, body: Any) -> Answer:
    pact_version(state, provider, consumer, digest)
    errors = {}
    if not isinstance(body.get("success"), bool):
        errors["success"] = ["is missing"]
    if not body.get("providerApplicationVersion"):
        errors["providerApplicationVersion"] = ["is missing"]
    if errors:
        raise Refused(400, {"errors": errors})
    number = body["providerApplicationVersion"]
    state.versions.setdefault((provider, number), {})
    state.results.append({"sha": digest, "provider": provider, **body})
    return 201, {"success": body["success"], "_links": {}}


def for_verification(state: State, provider: str, body: Any) -> Answer:
    found = {}
    for selector in body.get("consumerVersionSelectors", []):
        if set(selector) - {"deployedOrReleased", "environment", "consumer", "branch"}:
            raise Refused(400, {"errors": {"consumerVersionSelectors": ["has an unknown key"]}})
        if selector["environment"] not in state.environments:
            name = selector["environment"]
            text = f"environment with name '{name}' does not exist"
            raise Refused(400, {"errors": {"consumerVersionSelectors": [text]}})
        for name, number in _there(state, selector["environment"]):
            content = state.pacts.get((name, number, provider))
            if content is not None:
                found[sha(content)] = content
    links = [
        {"_links": {"self": {"href": f"{_between(state, each)}/pact-version/{digest}"}}}
        for digest, each in found.items()
    ]
    return 200, {"_embedded": {"pacts": links}, "_links": {}}


def _between(state: State, content: Mapping[str, Any]) -> str:
    consumer, provider = content["consumer"]["name"], content["provider"]["name"]
    return f"{state.url}/pacts/provider/{quote(provider)}/consumer/{quote(consumer)}"


def _there(state: State, environment: str) -> Iterator[tuple[str, str]]:
    yield from (
        (name, number) for (where, name), number in state.deployed.items() if where == environment
    )
    yield from ((name, number) for where, name, number in state.released if where == environment)


def version(state: State, name: str, number: str) -> Answer:
    _find(state.versions, (name, number))
    own = f"{state.url}/pacticipants/{quote(name)}/versions/{quote(number)}"
    links = {
        f"pb:record-{what}": [
            {"name": each, "href": f"{own}/{folder}/environment/{uuid}"}
            for each, uuid in state.environments.items()
        ]
        for what, folder in (("deployment", "deployed-versions"), ("release", "released-versions"))
    }
    return 200, {"number": number, "_links": links}


def deploy(state: State, name: str, number: str, uuid: str, _: Any) -> Answer:
    _find(state.versions, (name, number))
    state.deployed[_environment(state, uuid), name] = number
    return 201, {"currentlyDeployed": True, "_links": {}}


def release(state: State, name: str, number: str, uuid: str, _: Any) -> Answer:
    _find(state.versions, (name, number))
    state.released.append((_environment(state, uuid), name, number))
    return 201, {"currentlySupported": True, "_links": {}}


def _environment(state: State, uuid: str) -> str:
    name: str = _find({uuid: name for name, uuid in state.environments.items()}, uuid)
    return name


def can_i_deploy(state: State, query: Mapping[str, str]) -> Answer:
    missing = [name for name in ("pacticipant", "version", "environment") if name not in query]
    if missing:
        raise Refused(400, {"errors": {name: ["is missing"] for name in missing}})
    name, number, environment = query["pacticipant"], query["version"], query["environment"]
    if environment not in state.environments:
        text = f"environment with name '{environment}' does not exist"
        raise Refused(400, {"errors": {"environment": [text]}})
    if not any(name == known for known, _ in state.versions):
        raise Refused(400, {"errors": {"pacticipant": [f"Pacticipant {name} not found"]}})
    if (name, number) not in state.versions:
        return 200, _summary(None, f"No version with number {number} exists for {name}", [])
    rows = [*_rows(state, name, number, environment)]
    said = [row["verificationResult"] for row in rows]
    if any(each is not None and not each["success"] for each in said):
        return 200, _summary(deployable=False, reason="One or more verifications failed", rows=rows)
    if None in said:
        return 200, _summary(None, "There is no verified pact between them", rows)
    return 200, _summary(deployable=True, reason="All required results are published", rows=rows)


def _rows(state: State, name: str, number: str, environment: str) -> Iterator[Any]:
    there = dict(_there(state, environment))
    for (consumer, version_number, provider), content in state.pacts.items():
        if (consumer, version_number) == (name, number):
            yield _row(state, content, number, there.get(provider))
        elif provider == name and (consumer, version_number) in _there(state, environment):
            yield _row(state, content, version_number, number)


def _row(state: State, content: Any, consumer: str, provider: str | None) -> Any:
    of = [
        each["success"]
        for each in state.results
        if (each["sha"], each["providerApplicationVersion"]) == (sha(content), provider)
    ]
    return {
        "consumer": {"name": content["consumer"]["name"], "version": {"number": consumer}},
        "provider": {
            "name": content["provider"]["name"],
            "version": {"number": provider} if provider else None,
        },
        "verificationResult": {"success": of[-1]} if of else None,
    }


def _summary(deployable: Any, reason: str, rows: list[Any]) -> Any:
    return {"summary": {"deployable": deployable, "reason": reason}, "matrix": rows}


NOT_FOUND = {"error": "The requested document was not found on this server."}


def _find(among: Mapping[Any, Any], key: Any) -> Any:
    if key not in among:
        raise Refused(404, NOT_FOUND)
    return among[key]


_BETWEEN = r"/pacts/provider/([^/]+)/consumer/([^/]+)"
_VERSION = r"/pacticipants/([^/]+)/versions/([^/]+)"
ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    ("GET", r"/", index),
    ("POST", r"/contracts/publish", publish),
    ("GET", rf"{_BETWEEN}/version/([^/]+)", pact),
    ("GET", rf"{_BETWEEN}/pact-version/([^/]+)", pact_version),
    ("POST", rf"{_BETWEEN}/pact-version/([^/]+)/verification-results", result),
    ("POST", r"/pacts/provider/([^/]+)/for-verification", for_verification),
    ("GET", _VERSION, version),
    ("POST", rf"{_VERSION}/deployed-versions/environment/([^/]+)", deploy),
    ("POST", rf"{_VERSION}/released-versions/environment/([^/]+)", release),
    ("GET", r"/can-i-deploy", can_i_deploy),
]


def routed(state: State, method: str, target: str) -> Callable[..., Answer]:
    split = urlsplit(target)
    allowed = set()
    for verb, pattern, action in ROUTES:
        if match := re.fullmatch(pattern, split.path or "/"):
            allowed.add(verb)
            if verb == method:
                parts = [unquote(group) for group in match.groups()]
                if action is can_i_deploy:
                    parts = [{name: v[0] for name, v in parse_qs(split.query).items()}]  # type: ignore[list-item]
                return lambda *body: action(state, *parts, *body)
    raise Refused(405 if allowed else 404, None if allowed else NOT_FOUND)


class Handler(BaseHTTPRequestHandler):
    state: State

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        self.state.asked.append(f"{method} {urlsplit(self.path).path}")
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            status, body = self._answered(method, content)
        except Refused as refused:
            status, body = refused.status, refused.body
        encoded = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", HAL if encoded else "text/plain")
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="Restricted Area"')
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def _answered(self, method: str, content: bytes) -> Answer:
        if self.headers.get("Authorization") not in (f"Bearer {TOKEN}", BASIC):
            raise Refused(401)
        action = routed(self.state, method, self.path)
        if "application/hal+json" not in self.headers.get("Accept", ""):
            raise Refused(406)
        if method == "GET":
            return action()
        if self.headers.get("Content-Type") != "application/json":
            raise Refused(415)
        try:
            return action(json.loads(content))
        except ValueError:
            raise Refused(400, {"error": "Error parsing JSON - unexpected token"}) from None

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def serving(handler: type[Handler] = Handler, **environments: str) -> Iterator[State]:
    """A broker that knows some environments, on loopback."""
    state = State(environments=environments)
    bound = type("Bound", (handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
