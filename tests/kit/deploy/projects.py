"""Projects of which nothing is read but which services there are, and who calls whom."""

from __future__ import annotations

from pathlib import Path

from pactwright.schema.project import Project, ServiceSettings


def shop(folder: Path, **calls: tuple[str, ...]) -> Project:
    """A project `shop`: each service's name with those that it calls."""
    services = {
        name: ServiceSettings(name=name, path=folder, document=folder, calls=called)
        for name, called in calls.items()
    }
    return Project(
        root=folder,
        package="shop",
        sdk=folder,
        contracts=folder,
        problem_types="",
        services=services,
    )
