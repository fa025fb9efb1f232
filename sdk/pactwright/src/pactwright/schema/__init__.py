"""OpenAPI documents as typed data: every reference resolved, faults collected with their place."""

from pactwright.schema.bundling import bundle
from pactwright.schema.describe import describe
from pactwright.schema.description import (
    ApiDescription,
    OperationDescription,
    WebhookDescription,
)
from pactwright.schema.document import Document, load
from pactwright.schema.faults import DocumentError, Fault, Place
from pactwright.schema.project import Project, ProjectError, ServiceSettings

__all__ = [
    "ApiDescription",
    "Document",
    "DocumentError",
    "Fault",
    "OperationDescription",
    "Place",
    "Project",
    "ProjectError",
    "ServiceSettings",
    "WebhookDescription",
    "bundle",
    "describe",
    "load",
]
