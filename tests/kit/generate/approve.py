"""Writes the golden output anew: ``python -m tests.kit.generate.approve``; read the difference."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from pactwright.generate import build
from pactwright.generate.formatting import format_sources
from pactwright.schema import describe, load

HERE = Path(__file__).parent


def generate() -> Mapping[PurePosixPath, str]:
    """What is generated from the document now."""
    api = describe(load(HERE / "documents" / "shop.yaml"))
    return format_sources(build(api, "shop", "shop.yaml").modules)


if __name__ == "__main__":
    for path, source in generate().items():
        (HERE / "golden" / "shop" / path).write_text(source, encoding="utf-8")
