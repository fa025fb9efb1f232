"""Problem documents (RFC 9457) as exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pactwright.wire.problems import FieldError, Problem

MOST_ERRORS: Final = 100
"""How many entries of `errors` are sent at most."""


class ProblemError(Exception):
    """Ends an operation with a problem.

    Attributes:
        status: the HTTP status, 400 to 599.
        slug: the last part of the problem's type URI, in small letters and hyphens.
        title: the kind of problem in a few words; None is the slug in words.
        detail: what went wrong this time and what to do about it, for people. Never a secret.
        headers: header fields of the answer.
        errors: each place of the request that was wrong.
        members: further members of the document.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        title: str | None = None,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Iterable[FieldError] = (),
        **members: Any,
    ) -> None:
        super().__init__(detail or title or slug)
        self.status = status
        self.slug = slug
        self.title = title or slug.replace("-", " ").capitalize()
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = tuple(errors)
        self.members = members

    def document(self, types: str, request_id: str) -> Problem:
        """The problem as it is sent.

        Args:
            types: what the slug is appended to for the type URI.
            request_id: the id under which the logs know the request.
        """
        fields: dict[str, Any] = dict(self.members)
        fields.update(type=types + self.slug, title=self.title, status=self.status)
        if self.detail:
            fields["detail"] = self.detail[:2000]
        if self.errors:
            fields["errors"] = [_clipped(error) for error in self.errors[:MOST_ERRORS]]
        return Problem(**fields, request_id=request_id)


def _clipped(error: FieldError) -> FieldError:
    """A pointer holds what the caller has sent as names, which may be long."""
    return error.model_copy(update={"pointer": error.pointer[:1000], "detail": error.detail[:1000]})
