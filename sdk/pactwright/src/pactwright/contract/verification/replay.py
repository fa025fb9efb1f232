"""One interaction replayed by pact's engine; all that verification has to do with it is here.

The engine is given one pact with one interaction each time, without its states: whoever calls has
made them so. It can't have nothing to do then, and it can't wait for a state that nobody handles.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pact import Verifier

from pactwright.contract.pacts import Interaction, Pact
from pactwright.local.loopback import HOST

PATIENCE: Final = 40.0
"""Seconds that the engine waits for an answer; the tap gives up before."""

_PLACES: Final = {
    "StatusMismatch": "status",
    "HeaderMismatch": "header {key}",
    "BodyTypeMismatch": "body",
    "BodyMismatch": "body {path}",
}


def replay(
    pact: Pact,
    interaction: Interaction,
    url: str,
    patience: float = PATIENCE,
    hang_up: Callable[[], object] = lambda: None,
) -> list[str]:
    """Send an interaction's request, and hold the answer against what the consumer relies on.

    Of a message, ask for it, and hold that.

    Args:
        pact: that it is in.
        interaction: what to replay.
        url: where the provider answers, on loopback.
        patience: seconds to wait for its answer.
        hang_up: ends that waiting, when this process is to stop.

    Returns:
        What does not hold, a line each; nothing where all does.
    """
    os.environ["PACT_DO_NOT_TRACK"] = "true"  # the engine would tell its makers of each run
    with tempfile.TemporaryDirectory(prefix="pactwright-replay-") as folder:
        source = Path(folder, "one.json")
        source.write_text(json.dumps(_alone(pact, interaction)), encoding="utf-8")
        verifier = Verifier(pact.provider, host=HOST).add_source(source)
        _reach(verifier, interaction, url)
        verifier.set_coloured_output(enabled=False).set_request_timeout(round(patience * 1000))
        with _silence():
            failure = _execute(verifier, hang_up)
        return list(_reasons(verifier.results, failure))


def _reach(verifier: Verifier, interaction: Interaction, url: str) -> None:
    """Tell the engine where to ask: for a message, by a POST to the URL itself."""
    if interaction.message is None:
        verifier.add_transport(url=url)
    else:
        verifier.add_transport(protocol="message", port=urlsplit(url).port, path="/")


def _alone(pact: Pact, interaction: Interaction) -> dict[str, Any]:
    told = ("key", "providerStates", "comments")
    kept = {name: value for name, value in interaction.content.items() if name not in told}
    return {
        "consumer": {"name": pact.consumer},
        "provider": {"name": pact.provider},
        "interactions": [kept],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def _execute(verifier: Verifier, hang_up: Callable[[], object]) -> str | None:
    """Run the engine, in a thread: where it runs itself, Python does not see that a signal came."""
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(verifier.verify).result()
        except RuntimeError as error:
            return str(error)
        except BaseException:
            hang_up()
            raise
    return None


def _reasons(results: Mapping[str, Any], failure: str | None) -> Iterator[str]:
    replayed = results.get("interactionResults", [])
    if len(replayed) != 1:
        yield f"the engine replayed {len(replayed)} interactions, not one"
        return
    (result,) = replayed
    if result["result"] == "OK" and results.get("result") is True and failure is None:
        return
    found = result.get("mismatch", {})
    mismatches = sorted(found.get("mismatches", []), key=_order)
    yield from dict.fromkeys(map(_reason, mismatches))
    if not mismatches:
        yield f"the engine failed: {found.get('message') or found or failure or results}"


def _order(mismatch: Mapping[str, Any]) -> int:
    kinds = [*_PLACES, mismatch.get("type", "")]
    return kinds.index(kinds[-1])


def _reason(mismatch: Mapping[str, Any]) -> str:
    place = _PLACES.get(mismatch.get("type", ""), "").format_map(_Known(mismatch))
    said = str(mismatch.get("mismatch") or mismatch)
    return f"{place}: {said}" if place else said


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let nothing that the engine prints reach standard output: it writes past Python."""
    sys.stdout.flush()
    kept = os.dup(1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)
