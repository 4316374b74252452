"""From the source template to the stack that the local system runs. No build is needed: code runs where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.local.aws.cloudformation import Resource, Template, load_template
from tests.local.aws.identities import Endpoints
from tests.local.aws.intrinsics import Node
from tests.local.aws.stack import FunctionSpec, RuleSpec, ScheduleSpec, Stack


class UnsupportedResourceError(Exception):
    """A resource uses a feature that the local system cannot imitate; the message names both."""


@dataclass(frozen=True)
class BuildPaths:
    """Where local runs keep what `sam build` would package beside the source tree.

    `layers` maps a layer's logical id to the folders that stand for it, `dependencies` a function's logical id to the
    folders of its installed requirements.
    """

    layers: Mapping[str, tuple[Path, ...]]
    dependencies: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)


def load_stack(
    template_path: Path,
    build: BuildPaths,
    parameters: Mapping[str, str] | None = None,
    endpoints: Endpoints | None = None,
) -> Stack:
    """The stack that the template at `template_path` describes, with `parameters` over its defaults.

    Raises `ParameterError`, `IntrinsicError` or `UnsupportedResourceError`, each of which names what is wrong.
    """
    return stack_of(load_template(template_path, parameters, endpoints), build)


def stack_of(template: Template, build: BuildPaths) -> Stack:
    """The stack in `template`: functions by their names, function URLs by their logical ids.

    Raises `UnsupportedResourceError`.
    """
    functions = [_function(resource, template, build) for resource in template.of_type("AWS::Lambda::Function")]
    return Stack(
        functions={function.name: function for function in functions},
        url_targets={
            url.logical_id: url.properties["TargetFunctionArn"] for url in template.of_type("AWS::Lambda::Url")
        },
        schedules=tuple(_schedule(resource) for resource in template.of_type("AWS::Scheduler::Schedule")),
        rules=tuple(_rule(resource) for resource in template.of_type("AWS::Events::Rule")),
        outputs=template.outputs,
    )


def _function(function: Resource, template: Template, build: BuildPaths) -> FunctionSpec:
    properties = function.properties
    name = properties["FunctionName"]
    invoke = _invoke_config(name, template)
    on_failure = invoke.get("DestinationConfig", {}).get("OnFailure", {})
    variables = properties.get("Environment", {}).get("Variables", {})
    aliases = template.of_type("AWS::Lambda::Alias")
    return FunctionSpec(
        name=name,
        logical_id=function.logical_id,
        handler=properties["Handler"],
        code=template.folder / properties["Code"]["S3Key"],
        layers=(*build.dependencies.get(function.logical_id, ()), *_layer_folders(function, template, build)),
        environment={key: str(value) for key, value in variables.items()},
        timeout_seconds=int(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
        aliases=tuple(alias.properties["Name"] for alias in aliases if alias.properties["FunctionName"] == name),
        async_retries=int(invoke.get("MaximumRetryAttempts", 2)),
        on_failure_arn=on_failure.get("Destination"),
        snap_start=properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
    )


def _layer_folders(function: Resource, template: Template, build: BuildPaths) -> tuple[Path, ...]:
    layers = {layer.arn: layer for layer in template.of_type("AWS::Lambda::LayerVersion")}
    folders: list[Path] = []
    for arn in function.properties.get("Layers", []):
        if arn not in layers:
            raise UnsupportedResourceError(f"{function.logical_id} uses {arn}, which is no layer of this template")
        logical_id = layers[arn].properties["Content"]["S3Key"]
        if logical_id not in build.layers:
            raise UnsupportedResourceError(f"{function.logical_id} uses {logical_id}, for which no folders were given")
        folders += build.layers[logical_id]
    return tuple(folders)


def _invoke_config(function_name: str, template: Template) -> Mapping[str, Node]:
    for config in template.of_type("AWS::Lambda::EventInvokeConfig"):
        if config.properties["FunctionName"] == function_name:
            return config.properties
    return {}


def _schedule(schedule: Resource) -> ScheduleSpec:
    target = schedule.properties["Target"]
    return ScheduleSpec(
        name=schedule.logical_id,
        expression=schedule.properties["ScheduleExpression"],
        timezone=schedule.properties.get("ScheduleExpressionTimezone", "UTC"),
        target_arn=target["Arn"],
        payload=target["Input"],
    )


def _rule(rule: Resource) -> RuleSpec:
    properties = rule.properties
    if "EventPattern" not in properties:
        raise UnsupportedResourceError(f"rule {rule.logical_id} has no EventPattern")
    for target in properties["Targets"]:
        if features := sorted(target.keys() & {"Input", "InputPath", "InputTransformer"}):
            raise UnsupportedResourceError(f"rule {rule.logical_id} uses {', '.join(features)}")
    return RuleSpec(
        name=rule.logical_id,
        bus_name=properties.get("EventBusName", "default"),
        pattern=properties["EventPattern"],
        target_arns=tuple(target["Arn"] for target in properties["Targets"]),
    )
