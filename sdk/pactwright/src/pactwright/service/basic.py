"""HTTP Basic (RFC 7617), for people's passwords and OAuth clients' secrets alike."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from urllib.parse import unquote_plus

from pactwright.service.call import Call, Principal
from pactwright.service.problems import MissingCredentials, Unauthenticated

Check = Callable[[str, str], "Principal | None"]
"""Tells who it is by id and secret; None where they are not good."""


def parse(header: str) -> tuple[str, str] | None:
    """The id and the secret of an Authorization header; None where it is not Basic's form."""
    scheme, _, coded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(coded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, secret = text.partition(":")
    return (name, secret) if colon and text.isprintable() else None


class BasicAuthenticator:
    """Authenticates by ``Authorization: Basic``.

    Args:
        check: tells who it is. What it raises ends the call.
        realm: what the credentials are for, for people.
        form_encoded: whether id and secret are form-encoded first, as those of OAuth clients are
            (RFC 6749 section 2.3.1).
    """

    def __init__(self, check: Check, *, realm: str, form_encoded: bool = False) -> None:
        self._check = check
        self._challenge = f'Basic realm="{realm}", charset="UTF-8"'
        self._form_encoded = form_encoded

    def authenticate(self, call: Call) -> Principal:
        """Tell who calls.

        Raises:
            MissingCredentials: there are no Basic credentials.
            Unauthenticated: there are, but they are not good or can't be read.
        """
        header = call.headers.get("authorization", "")
        if header.strip().partition(" ")[0].lower() != "basic":
            raise MissingCredentials(
                "Send an id and a secret by HTTP Basic.", challenge=self._challenge
            )
        given = parse(header)
        principal = self._check(*map(self._decoded, given)) if given else None
        if principal is None:
            raise Unauthenticated("The id or the secret is wrong.", challenge=self._challenge)
        return principal

    def _decoded(self, text: str) -> str:
        return unquote_plus(text) if self._form_encoded else text
