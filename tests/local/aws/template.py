"""From the template to the stack that the local system runs, without a build: code runs from the source tree."""

from collections.abc import Mapping

from tests.local.aws.cloudformation import Resource, Template
from tests.local.aws.intrinsics import Node
from tests.local.aws.stack import FunctionSpec, RuleSpec, ScheduleSpec, Stack
from tests.local.paths import INSTALLED


def stack_of(template: Template) -> Stack:
    """The stack that `template` describes: its functions by name."""
    (api,) = template.of_type("AWS::ApiGatewayV2::Api")
    ((path, methods),) = api.properties["Body"]["paths"].items()
    ((method, operation),) = methods.items()
    functions = [_function(resource, template) for resource in template.of_type("AWS::Lambda::Function")]
    return Stack(
        functions={function.name: function for function in functions},
        http_route=f"{method.upper()} {path}",
        # .../functions/<ARN>/invocations
        http_target=operation["x-amazon-apigateway-integration"]["uri"].split("/")[-2],
        schedules=tuple(
            ScheduleSpec(
                schedule.reference, schedule.properties["Target"]["Arn"], schedule.properties["Target"]["Input"]
            )
            for schedule in template.of_type("AWS::Scheduler::Schedule")
        ),
        rules=tuple(
            RuleSpec(
                bus_name=rule.properties["EventBusName"],
                pattern=rule.properties["EventPattern"],
                target_arns=tuple(target["Arn"] for target in rule.properties["Targets"]),
            )
            for rule in template.of_type("AWS::Events::Rule")
        ),
    )


def _function(function: Resource, template: Template) -> FunctionSpec:
    properties = function.properties
    name = properties["FunctionName"]
    code = template.folder / properties["Code"]["S3Key"]
    layers = [template.folder / layer.properties["Content"]["S3Key"] for layer in _layers(function, template)]
    invoke = _invoke_config(name, template)
    variables = properties.get("Environment", {}).get("Variables", {})
    aliases = template.of_type("AWS::Lambda::Alias")
    return FunctionSpec(
        name=name,
        handler=properties["Handler"],
        code=code,
        # Only the layer and the Slack functions bring packages; see the Makefile.
        layers=(
            *([INSTALLED / "slack"] if (code / "requirements.txt").exists() else []),
            *(folder for layer in layers for folder in (layer, INSTALLED / "layer")),
        ),
        environment={key: str(value) for key, value in variables.items()},
        timeout_seconds=int(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
        aliases=tuple(alias.properties["Name"] for alias in aliases if alias.properties["FunctionName"] == name),
        async_retries=int(invoke.get("MaximumRetryAttempts", 2)),
        on_failure_arn=invoke.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
        snap_start=properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
    )


def _layers(function: Resource, template: Template) -> list[Resource]:
    arns = function.properties.get("Layers", [])
    return [layer for layer in template.of_type("AWS::Lambda::LayerVersion") if layer.arn in arns]


def _invoke_config(function_name: str, template: Template) -> Mapping[str, Node]:
    for config in template.of_type("AWS::Lambda::EventInvokeConfig"):
        if config.properties["FunctionName"] == function_name:
            return config.properties
    return {}
