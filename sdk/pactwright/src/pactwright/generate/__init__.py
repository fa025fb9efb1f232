"""`ApiDescription` to a Python package: typed models, operations, client and service."""

from pactwright.generate.formatting import FormattingError
from pactwright.generate.package import Package, build
from pactwright.generate.run import Report, generate

__all__ = ["FormattingError", "Package", "Report", "build", "generate"]
