"""What caller and callee share: operations and messages as data, and their codecs.

Needs pydantic and the standard library only.
"""

from pactwright.wire.arrays import UniqueItems
from pactwright.wire.codec import (
    decode_request,
    decode_response,
    encode_request,
    encode_response,
)
from pactwright.wire.errors import (
    DecodeError,
    EncodeError,
    InvalidContent,
    MalformedBody,
    UnknownResource,
    UnsupportedMediaType,
    WireError,
)
from pactwright.wire.formats import Base64, Date, DateTime, Uuid
from pactwright.wire.messages import ReceivedRequest, RequestMessage, ResponseMessage
from pactwright.wire.model import ConstantModel, Model, Omittable, Unrecognized
from pactwright.wire.operation import (
    Body,
    Content,
    Cors,
    Header,
    Operation,
    Owner,
    Pagination,
    Parameter,
    Requirement,
    Response,
    SecurityScheme,
)
from pactwright.wire.problems import PROBLEM_JSON, FieldError, Problem
from pactwright.wire.published import Message, decode_message, encode_message

__all__ = [
    "PROBLEM_JSON",
    "Base64",
    "Body",
    "ConstantModel",
    "Content",
    "Cors",
    "Date",
    "DateTime",
    "DecodeError",
    "EncodeError",
    "FieldError",
    "Header",
    "InvalidContent",
    "MalformedBody",
    "Message",
    "Model",
    "Omittable",
    "Operation",
    "Owner",
    "Pagination",
    "Parameter",
    "Problem",
    "ReceivedRequest",
    "RequestMessage",
    "Requirement",
    "Response",
    "ResponseMessage",
    "SecurityScheme",
    "UniqueItems",
    "UnknownResource",
    "Unrecognized",
    "UnsupportedMediaType",
    "Uuid",
    "WireError",
    "decode_message",
    "decode_request",
    "decode_response",
    "encode_message",
    "encode_request",
    "encode_response",
]
