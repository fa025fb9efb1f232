"""Whether a pipeline's actions fit together: providers, settings, artifacts made before use."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.structure import Action, Pipeline


@dataclass(frozen=True, slots=True)
class Provider:
    """What an action of a provider may and must have.

    Attributes:
        categories: the categories that it does.
        required: the settings without which it can't work.
        optional: the others that it takes.
        inputs: at least and at most so many artifacts.
        outputs: likewise.
    """

    categories: Collection[str]
    required: Collection[str]
    optional: Collection[str]
    inputs: tuple[int, int]
    outputs: tuple[int, int]


PROVIDERS: Final[Mapping[str, Provider]] = {
    "CodeCommit": Provider(
        {"Source"},
        {"RepositoryName", "BranchName"},
        {"PollForSourceChanges", "OutputArtifactFormat"},
        (0, 0),
        (1, 1),
    ),
    "CodeStarSourceConnection": Provider(
        {"Source"},
        {"ConnectionArn", "FullRepositoryId", "BranchName"},
        {"DetectChanges", "OutputArtifactFormat"},
        (0, 0),
        (1, 1),
    ),
    "CodeBuild": Provider(
        {"Build", "Test"},
        {"ProjectName"},
        {"PrimarySource", "EnvironmentVariables"},
        (1, 5),
        (0, 5),
    ),
    "CloudFormation": Provider(
        {"Deploy"},
        {"ActionMode", "StackName", "ChangeSetName"},
        {
            "TemplatePath",
            "TemplateConfiguration",
            "Capabilities",
            "ParameterOverrides",
            "RoleArn",
            "OutputFileName",
        },
        (0, 10),
        (0, 1),
    ),
    "Manual": Provider(
        {"Approval"}, set(), {"CustomData", "ExternalEntityLink", "NotificationArn"}, (0, 0), (0, 0)
    ),
}
"""What is rehearsed. An action of anything else is refused, for nothing would be proven of it."""

_MODES: Final[Mapping[str, Collection[str]]] = {
    "CHANGE_SET_REPLACE": {"TemplatePath", "RoleArn"},
    "CHANGE_SET_EXECUTE": set(),
}


def check(pipeline: Pipeline) -> None:
    """Hold a pipeline's actions against each other, before any is done.

    Raises:
        RehearsalError: CodePipeline would refuse the pipeline, or an action must fail.
    """
    faults = list(_stages(pipeline))
    made: set[str] = set()
    for stage in pipeline.stages.values():
        for order in sorted({action.order for action in stage}):
            together = [action for action in stage if action.order == order]
            for action in together:
                faults += [f"{action}: {fault}" for fault in _faults(action, made, pipeline)]
            for name in [name for action in together for name in action.outputs]:
                faults += [f"two actions make the artifact {name}"] if name in made else []
                made.add(name)
    if faults:
        raise RehearsalError(
            "the pipeline does not fit together:\n" + "\n".join(map(_line, faults))
        )


def _line(fault: str) -> str:
    return f"  {fault}"


def _stages(pipeline: Pipeline) -> Iterator[str]:
    for number, (name, stage) in enumerate(pipeline.stages.items()):
        for action in stage:
            if (action.category == "Source") != (number == 0):
                yield f"{action}: sources are in the first stage, and nothing else is; {name} isn't"


def _faults(action: Action, made: set[str], pipeline: Pipeline) -> Iterator[str]:
    provider = PROVIDERS.get(action.provider)
    if provider is None or action.category not in provider.categories:
        yield f"{action.category} by {action.provider} can't be rehearsed"
        return
    given = set(action.configuration)
    yield from (f"{name} is missing" for name in sorted(set(provider.required) - given))
    for name in sorted(given - set(provider.required) - set(provider.optional)):
        yield f"{action.provider} has no setting {name}"
    yield from _counted("input", action.inputs, provider.inputs)
    yield from _counted("output", action.outputs, provider.outputs)
    for name in action.inputs:
        if name not in made:
            yield f"the artifact {name} is made by no earlier action; there are {_names(made)}"
    if action.provider == "CodeBuild":
        yield from _build(action, pipeline)
    if action.provider == "CloudFormation":
        yield from _change(action)


def _counted(what: str, names: Collection[str], limits: tuple[int, int]) -> Iterator[str]:
    least, most = limits
    if not least <= len(names) <= most:
        yield f"it has {len(names)} {what} artifacts; between {least} and {most} can be"


def _build(action: Action, pipeline: Pipeline) -> Iterator[str]:
    project = action.configuration.get("ProjectName", "")
    if project not in pipeline.projects:
        yield f"there is no project {project!r}; there are {_names(pipeline.projects)}"
    primary = action.configuration.get("PrimarySource")
    if primary is None and len(action.inputs) > 1:
        yield "with several input artifacts, PrimarySource must name one"
    if primary is not None and primary not in action.inputs:
        yield f"PrimarySource {primary!r} is no input artifact; these are {_names(action.inputs)}"


def _change(action: Action) -> Iterator[str]:
    required = _MODES.get(action.mode)
    if required is None:
        yield f"the mode {action.mode!r} isn't rehearsed"
        return
    yield from (f"{name} is missing" for name in sorted(set(required) - set(action.configuration)))
    for setting in ("TemplatePath", "TemplateConfiguration"):
        artifact, colons, _ = action.configuration.get(setting, "").partition("::")
        if setting in action.configuration and not (colons and artifact in action.inputs):
            yield f"{setting} begins with none of the input artifacts: {_names(action.inputs)}"


def _names(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
