"""An address on loopback for a handler: what the gateway is on AWS, without its checks."""

from __future__ import annotations

from requests import PreparedRequest
from requests.adapters import BaseAdapter

from pactwright.local.endpoint import Endpoint, Received
from pactwright.local.loopback import HOST
from pactwright.wire import ResponseMessage


def front(adapter: BaseAdapter, port: int = 0) -> Endpoint:
    """A server that passes requests to an adapter, such as an `InProcessAdapter`.

    Args:
        adapter: what answers, from several threads at once.
        port: on loopback, to listen on; 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """

    def respond(received: Received) -> ResponseMessage:
        answer = adapter.send(_prepared(received))
        return ResponseMessage(answer.status_code, answer.raw.headers, answer.content)

    return Endpoint(respond, port)


def _prepared(received: Received) -> PreparedRequest:
    """The request; headers of one name are joined, as the gateway joins them for most names."""
    url = f"http://{received.headers.get('host', HOST)}{received.target}"
    request = PreparedRequest()
    request.prepare(received.method, url, dict(received.headers), data=received.body or None)
    return request
