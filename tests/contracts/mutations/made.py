"""Interactions made by hand, for tests of the oracle and of the trial."""

from __future__ import annotations

from typing import Any, Final

from pactwright.contract.pacts import Interaction

INES: Final = "0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60"


def interaction(
    body: Any = None,
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
    sent: Any = None,
    states: dict[str, Any] | None = None,
) -> Interaction:
    """A request for a thing of Inês's, and what is read of the answer."""
    answered = {name: [value] for name, value in (headers or {}).items()}
    response: dict[str, Any] = {"status": status, "headers": answered}
    request: dict[str, Any] = {
        "method": "PUT",
        "path": f"/things/{INES}",
        "query": {"limit": ["20"]},
    }
    if body is not None:
        response["body"] = {"contentType": media_type, "content": body}
    if sent is not None:
        request["body"] = {"contentType": "application/json", "content": sent}
    return Interaction(
        {
            "description": "a thing",
            "key": "",
            "providerStates": [{"name": "a thing", "params": states or {}}],
            "request": request,
            "response": response,
        }
    )
