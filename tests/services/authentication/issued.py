"""Tokens that a test has been issued."""

from __future__ import annotations

from services.authentication.sessions import Issued, Sessions


def refresh_token(issued: Issued) -> str:
    assert issued.refresh_token is not None
    return issued.refresh_token


def works(sessions: Sessions, issued: Issued) -> bool:
    return sessions.introspect(issued.access_token) is not None
