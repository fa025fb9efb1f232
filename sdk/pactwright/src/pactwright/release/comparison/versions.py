"""What there is to compare: documents and pacts, in files, folders, projects and git revisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pactwright.contract import pacts
from pactwright.contract.pacts import Pact
from pactwright.contract.settings import ContractSettings
from pactwright.release.comparison.errors import ComparisonError
from pactwright.release.comparison.revisions import Repository
from pactwright.schema import Document, Project, load
from pactwright.schema.document import is_mapping
from pactwright.schema.parsing import parse

_DOCUMENTS: Final = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Version:
    """Somewhere that documents or pacts are.

    Attributes:
        text: as it was asked for.
        path: a file, or a folder.
        base: the folder that places are named from.
        revised: whether it is of a revision.
    """

    text: str
    path: Path
    base: Path
    revised: bool = False

    @property
    def project(self) -> Project | None:
        """The project whose folder it is; None where it is none."""
        settings = self.path / "pyproject.toml"
        if not settings.is_file() or "[tool.pactwright" not in settings.read_text("utf-8"):
            return None
        return Project.load(self.path)

    def documents(self) -> dict[str, Path]:
        """The documents, by the service that each is of, or by its file's name.

        Raises:
            ComparisonError: there are none.
        """
        project = self.project
        if project is not None:
            return {name: service.document for name, service in project.services.items()}
        files = [self.path] if self.path.is_file() else sorted(self.path.iterdir())
        found = {file.stem: file for file in files if _is_document(file, self.base)}
        if self.path.is_file() and not found:
            load(self.path, self.base)  # tells why
        if not found:
            raise ComparisonError(f"{self.text}: there is no OpenAPI document with paths in it")
        return found

    def read(self, file: Path) -> Document:
        """A document of it, whose places are named from its base."""
        return load(file, self.base.resolve())

    def pacts(self) -> tuple[Pact, ...]:
        """The pacts that are in it: of a project, those that are committed.

        Raises:
            PactError: one of them is none.
        """
        project = self.project
        folder = ContractSettings.load(project).folder if project else self.path
        if folder.is_file():
            return (pacts.read(folder),)
        return tuple(pacts.read(file) for file in sorted(folder.glob("*.json")))


def _is_document(file: Path, base: Path) -> bool:
    """Whether a file has an API in it, and not only what others refer to."""
    if file.suffix not in _DOCUMENTS or not file.is_file():
        return False
    content = parse(file, str(file.relative_to(base) if file.is_relative_to(base) else file))
    return (
        is_mapping(content)
        and "openapi" in content
        and ("paths" in content or "webhooks" in content)
    )


def find(text: str, repository: Repository, here: Path) -> Version:
    """What a text on the command line means: a file, a folder, or a revision with or without one.

    Args:
        text: ``contracts/profile.yaml``, ``contracts``, ``main``, ``main:contracts``; the path
            after a revision is from the top of the repository, with ``./`` from here.
        repository: whose revisions.
        here: the folder that paths, and the project at a revision, are from.

    Raises:
        ComparisonError: it is nothing of these, or two of them.
    """
    path = here / text
    commit = repository.commit(text)
    if path.exists():
        if commit is not None:
            raise ComparisonError(
                f"{text} is a revision and a path: write ./{text} for the path, or the revision's "
                f"whole name, such as heads/{text}"
            )
        folder = path if path.is_dir() else path.parent
        return Version(text, path, here if path.resolve().is_relative_to(here) else folder)
    revision, colon, inside = text.partition(":")
    commit = repository.commit(revision)
    if commit is None:
        why = "" if repository.is_reachable else ": there is no git here to ask"
        raise ComparisonError(f"{text} is neither a file, a folder nor a git revision{why}")
    return _at(text, commit, inside if colon else None, repository)


def _at(text: str, commit: str, inside: str | None, repository: Repository) -> Version:
    root = repository.files(commit)
    base = root / repository.prefix
    relative = inside is None or inside.startswith(("./", "../"))
    path = (base if relative else root) / (inside or "")
    if not path.exists():
        raise ComparisonError(f"{text}: there is no such file or folder at that revision")
    return Version(text, path, base, revised=True)


def working(text: str, version: Version, repository: Repository, here: Path) -> Version:
    """What stands in the working tree now for a revision's project, file or folder.

    Raises:
        ComparisonError: it is of no revision, or not there.
    """
    if not version.revised:
        raise ComparisonError(f"{text} is no revision: say what to compare it with")
    inside = text.partition(":")[2]
    if not inside:
        return Version("the working tree", here, here)
    path = (here if inside.startswith(("./", "../")) else repository.top) / inside
    if not path.exists():
        raise ComparisonError(f"{inside} is not there any more: say what to compare {text} with")
    return Version(inside, path, here)


Pairs = Mapping[str, tuple[Document | None, Document | None]]


def paired(
    old: Version, new: Version, project: Project | None, provider: str | None = None
) -> Pairs:
    """The documents of two versions, by the service that they are of.

    Two files are of one service, whatever they are called; of a file and a folder, that in the
    folder is taken which is called like the file.

    Args:
        old: the one.
        new: the other.
        project: whose services they may be of.
        provider: the service that two files are of, or the only one to compare.

    Raises:
        ComparisonError: there is nothing to compare.
        DocumentError: a document can't be read.
    """
    before, after = old.documents(), new.documents()
    if old.path.is_file() and new.path.is_file():
        known = next(_services(project, (*after, *before)), next(iter(after)))
        name = provider or known
        return {name: (old.read(old.path), new.read(new.path))}
    for one, version, many in ((before, old, after), (after, new, before)):
        if version.path.is_file():
            _keep(many, next(iter(one)), version)
    return {
        name: (
            old.read(before[name]) if name in before else None,
            new.read(after[name]) if name in after else None,
        )
        for name in _chosen(list(dict.fromkeys((*before, *after))), provider)
    }


def _chosen(names: list[str], provider: str | None) -> list[str]:
    if provider is None:
        return names
    if provider not in names:
        raise ComparisonError(f"there is no document of {provider}: {', '.join(names)} are")
    return [provider]


def _services(project: Project | None, names: tuple[str, ...]) -> Iterator[str]:
    for name, service in (project.services if project else {}).items():
        if service.document.stem in names:
            yield name


def _keep(many: dict[str, Path], name: str, version: Version) -> None:
    if name not in many:
        raise ComparisonError(f"{version.text} has no counterpart: there is no other {name}")
    for other in set(many) - {name}:
        del many[other]
