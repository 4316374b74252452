"""What a translated template must not contain. Each function returns what it finds, so an empty result is good."""

import re
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

from tests.infrastructure.permissions import Grant, grants, role_of
from tests.local.aws.cloudformation import Resource, Template

# The property that turns on encryption at rest, and the field in it.
_ENCRYPTION: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "AWS::DynamoDB::Table": ("SSESpecification", "SSEEnabled"),
        "AWS::SQS::Queue": ("SqsManagedSseEnabled", None),
    }
)
# What AWS always encrypts at rest, and where its documentation says so.
ENCRYPTED_BY_AWS: Mapping[str, str] = MappingProxyType(
    {
        "AWS::AppConfig::HostedConfigurationVersion": "AppConfig User Guide, Data protection: AWS owned key",
        "AWS::Events::EventBus": "EventBridge User Guide, Data encryption: AWS owned key",
        "AWS::Lambda::Function": "Lambda Developer Guide, Data protection: code and variables",
        "AWS::Lambda::LayerVersion": "Lambda Developer Guide, Data protection: code",
        "AWS::Logs::LogGroup": "CloudWatch Logs User Guide, Encrypt log data: AES-GCM with CloudWatch's own key",
        "AWS::SNS::Topic": "SNS Developer Guide, Data encryption: messages are stored on encrypted disks",
        "AWS::Scheduler::Schedule": "EventBridge Scheduler User Guide, Data protection: AWS owned key",
        "AWS::SecretsManager::Secret": "Secrets Manager User Guide, Secret encryption: the key aws/secretsmanager",
    }
)
_KEEPS_NO_DATA = re.compile(
    r"AWS::(EC2::\w+|ApiGatewayV2::(Api|Stage)|IAM::(Role|RolePolicy|ManagedPolicy)|Logs::MetricFilter|CloudWatch::Alarm|Events::Rule|SNS::Subscription|SQS::QueuePolicy"
    r"|AppConfig::(Application|ConfigurationProfile)|Lambda::(Alias|EventInvokeConfig|Permission|Version))"
)
_SECRET_NAME = re.compile(r"SECRET|TOKEN|PASSWORD|CREDENTIAL|PRIVATE|KEY", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"-----BEGIN|xox[a-z]-|\{\{resolve:|[A-Za-z0-9+/_]{32}")


def wildcards(template: Template) -> frozenset[Grant]:
    """Permissions with a wildcard, except for the streams of a log group, whose names nobody knows in advance."""
    streams = {group.arn for group in template.of_type("AWS::Logs::LogGroup")}
    return frozenset(
        grant
        for grant in grants(template)
        if "*" in grant.action or (set("*?") & set(grant.resource) and grant.resource not in streams)
    )


def not_read_by_exactly_one(template: Template) -> list[str]:
    """The secrets that no function may read, or more than one role or function."""
    secrets = template.of_type("AWS::SecretsManager::Secret")
    return [s.logical_id for s in secrets if len(readers(s, template)) != 1]


def readers(secret: Resource, template: Template) -> list[str]:
    """Who may read a secret: functions, and roles that belong to no function."""
    functions = template.of_type("AWS::Lambda::Function")
    roles = _roles_that_may("secretsmanager:GetSecretValue", [str(secret.arn)], template)
    users = {role: [f.logical_id for f in functions if role_of(f, template) == role] for role in roles}
    return sorted(user for role in roles for user in users[role] or [role])


def invokers(function: Resource, template: Template) -> list[str]:
    """Who may invoke a function or its alias: roles, and principals in resource policies."""
    name = function.properties["FunctionName"]
    arns = [str(function.arn), f"{function.arn}:live"]
    permissions = [
        str(permission.properties["Principal"])
        for permission in template.of_type("AWS::Lambda::Permission")
        if name in str(permission.properties["FunctionName"]).split(":")
    ]
    return sorted([*_roles_that_may("lambda:InvokeFunction", arns, template), *permissions])


def without_destination(template: Template, asynchronous: Collection[str]) -> list[str]:
    """Schedules and rules without a dead-letter queue, and functions of `asynchronous` (names) without OnFailure."""
    sources = [(s.logical_id, s.properties["Target"]) for s in template.of_type("AWS::Scheduler::Schedule")]
    sources += [(r.logical_id, each) for r in template.of_type("AWS::Events::Rule") for each in r.properties["Targets"]]
    kept = {
        config.properties["FunctionName"]
        for config in template.of_type("AWS::Lambda::EventInvokeConfig")
        if config.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    }
    lost = [name for name, target in sources if not target.get("DeadLetterConfig", {}).get("Arn")]
    return lost + sorted(set(asynchronous) - kept)


def without_retention(template: Template) -> list[str]:
    """Log groups that never expire, and functions that log to no group of the template: Lambda would create one."""
    groups = {group.reference: group for group in template.of_type("AWS::Logs::LogGroup")}
    unlimited = [group.logical_id for group in groups.values() if not group.properties.get("RetentionInDays")]
    functions = template.of_type("AWS::Lambda::Function")
    return unlimited + [
        f.logical_id for f in functions if f.properties.get("LoggingConfig", {}).get("LogGroup") not in groups
    ]


def unencrypted(template: Template) -> list[str]:
    """Resources that store data without encryption at rest, or of a type that is not listed here yet."""
    return [resource.logical_id for resource in template.resources.values() if not _is_safe_at_rest(resource)]


def secrets_in_environment(template: Template) -> list[str]:
    """`Function.VARIABLE` for each variable that looks like a secret and is not the name of one."""
    names = {secret.properties["Name"] for secret in template.of_type("AWS::SecretsManager::Secret")}
    return [
        f"{function.logical_id}.{name}"
        for function in template.of_type("AWS::Lambda::Function")
        for name, value in function.properties["Environment"]["Variables"].items()
        if value not in names and (_SECRET_NAME.search(name) or _SECRET_VALUE.search(str(value)))
    ]


def _roles_that_may(action: str, arns: Collection[str], template: Template) -> set[str]:
    return {
        grant.role
        for grant in grants(template)
        if fnmatchcase(action.lower(), grant.action.lower()) and any(fnmatchcase(arn, grant.resource) for arn in arns)
    }


def _is_safe_at_rest(resource: Resource) -> bool:
    if resource.type in _ENCRYPTION:
        name, field = _ENCRYPTION[resource.type]
        value = resource.properties.get(name)
        return bool((value or {}).get(field) if field else value)
    return resource.type in ENCRYPTED_BY_AWS or bool(_KEEPS_NO_DATA.fullmatch(resource.type))
