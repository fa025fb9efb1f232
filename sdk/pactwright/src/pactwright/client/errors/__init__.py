"""What a call can raise.

::

    ClientError
    ├── ArgumentError (ValueError)       nothing was sent: an argument or a setting can't be
    │   └── MissingCredentials           the operation asks for credentials the client doesn't have
    ├── CredentialsError                 no access token could be had; the cause says why
    ├── TransportError                   no answer, or not the whole of it
    │   ├── ConnectError                 the provider was never reached, so nothing was done
    │   │   ├── ConnectTimeout (TimeoutError)
    │   │   └── ProxyError               the proxy was not reached, or its URL is wrong
    │   ├── TLSError                     no trust: certificate, host name or protocol version
    │   ├── ReadTimeout (TimeoutError)   the provider was silent for too long
    │   ├── ConnectionLost               closed or reset before the answer was whole
    │   ├── ProtocolError                what came is not HTTP, or is badly compressed
    │   └── DeadlineExceeded (TimeoutError)  the whole call took too long
    ├── InvalidResponse                  success, but not as the document declares it
    │   └── ResponseTooLarge             more than the client takes
    └── StatusError                      answered, and not with success
        ├── NotModified                  304: what the caller has is current
        ├── UnexpectedRedirect           3xx: redirects are never followed
        ├── ClientStatusError            4xx
        │   ├── BadRequest               400
        │   ├── Unauthorized             401
        │   ├── Forbidden                403
        │   ├── NotFound                 404
        │   ├── MethodNotAllowed         405
        │   ├── NotAcceptable            406
        │   ├── Conflict                 409
        │   ├── PreconditionFailed       412
        │   ├── ContentTooLarge          413
        │   ├── UnsupportedMediaType     415
        │   ├── InvalidRequest           422
        │   ├── PreconditionRequired     428
        │   └── TooManyRequests          429
        └── ServerStatusError            5xx
            ├── InternalServerError      500
            ├── BadGateway               502
            ├── ServiceUnavailable       503
            └── GatewayTimeout           504

The text of each is one line that can be logged: no header field, no query, no body of a request.
All of them can be pickled.
"""

from pactwright.client.errors.failures import (
    ArgumentError,
    ClientError,
    ConnectError,
    ConnectionLost,
    ConnectTimeout,
    CredentialsError,
    DeadlineExceeded,
    InvalidResponse,
    MissingCredentials,
    ProtocolError,
    ProxyError,
    ReadTimeout,
    ResponseTooLarge,
    TLSError,
    TransportError,
)
from pactwright.client.errors.statuses import (
    BadGateway,
    BadRequest,
    ClientStatusError,
    Conflict,
    ContentTooLarge,
    Forbidden,
    GatewayTimeout,
    InternalServerError,
    InvalidRequest,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    NotModified,
    PreconditionFailed,
    PreconditionRequired,
    ServerStatusError,
    ServiceUnavailable,
    StatusError,
    TooManyRequests,
    Unauthorized,
    UnexpectedRedirect,
    UnsupportedMediaType,
)

__all__ = [
    "ArgumentError",
    "BadGateway",
    "BadRequest",
    "ClientError",
    "ClientStatusError",
    "Conflict",
    "ConnectError",
    "ConnectTimeout",
    "ConnectionLost",
    "ContentTooLarge",
    "CredentialsError",
    "DeadlineExceeded",
    "Forbidden",
    "GatewayTimeout",
    "InternalServerError",
    "InvalidRequest",
    "InvalidResponse",
    "MethodNotAllowed",
    "MissingCredentials",
    "NotAcceptable",
    "NotFound",
    "NotModified",
    "PreconditionFailed",
    "PreconditionRequired",
    "ProtocolError",
    "ProxyError",
    "ReadTimeout",
    "ResponseTooLarge",
    "ServerStatusError",
    "ServiceUnavailable",
    "StatusError",
    "TLSError",
    "TooManyRequests",
    "TransportError",
    "Unauthorized",
    "UnexpectedRedirect",
    "UnsupportedMediaType",
]
