"""How much a request may hold, before anything of it is read."""

from __future__ import annotations

from dataclasses import dataclass

from pactwright.service.events import Incoming
from pactwright.service.problems import HeadersTooLarge, UriTooLong


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What is taken at most; more is refused before the caller is authenticated.

    API Gateway takes 10,240 bytes of request line and header fields together, and adds fields of
    its own (AWS, "Amazon API Gateway quotas"); a function's URL or a load balancer takes more.

    Attributes:
        uri: characters of path and query, percent-decoded. A URI of 8,000 octets is what everyone
            should take (RFC 9110 section 4.1).
        fields: header fields, those of one name counted once.
        field_size: characters of all header fields, names included.
        body: bytes of a body, where its operation doesn't say.
    """

    uri: int = 8_000
    fields: int = 100
    field_size: int = 16_384
    body: int = 1 << 20

    def check(self, request: Incoming) -> None:
        """Hold a request to the limits, but for its body.

        Raises:
            UriTooLong: path and query are too long.
            HeadersTooLarge: there are too many header fields, or too much in them.
        """
        query = sum(len(name) + len(value) + 2 for name, value in request.query)
        if len(request.path) + query > self.uri:
            raise UriTooLong(self.uri)
        headers = request.headers
        size = sum(map(len, headers)) + sum(map(len, headers.values()))
        if len(headers) > self.fields or size > self.field_size:
            raise HeadersTooLarge(self.fields, self.field_size)
