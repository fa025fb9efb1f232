"""Requests of the OAuth endpoints as no client would send them, and their errors."""

from __future__ import annotations

import json
from base64 import b64encode

import requests

from hereabouts.authentication.models import TokenRequest
from tests.services.composition import Hereabouts

FORM = "application/x-www-form-urlencoded"

CHALLENGE = 'Basic realm="hereabouts", charset="UTF-8"'

ENDPOINTS = ("/oauth2/token", "/oauth2/revoke", "/oauth2/introspect")


def refreshing(token: str | None, scope: str | None = None) -> TokenRequest:
    return TokenRequest(grant_type="refresh_token", refresh_token=token, scope=scope)


def oauth_error(response: requests.Response) -> str:
    """The error of an answer in the form of RFC 6749 section 5.2."""
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    document = json.loads(response.content)
    assert document.keys() <= {"error", "error_description"}
    error: str = document["error"]
    return error


def basic(name: str, secret: str) -> str:
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


def post(hereabouts: Hereabouts, path: str, form: str, **headers: str) -> requests.Response:
    return hereabouts.authentication.send("POST", path, form, **{"Content_Type": FORM, **headers})
