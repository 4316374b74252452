"""Whether every provider function of a translated template is connected to the aggregator and to Slack."""

from collections.abc import Iterable, Mapping

from balance_core import settings
from tests.infrastructure.permissions import grants, role_of
from tests.local.aws.cloudformation import Resource, Template
from tests.local.aws.stack import STACK_NAME

OTHER_FOLDERS = frozenset({"functions/aggregator", "functions/slack", "functions/watch"})


def provider_functions(template: Template) -> dict[str, Resource]:
    """The functions that are neither the aggregator nor Slack's nor the watch's, by the name of their folder."""
    folders = {function.properties["Code"]["S3Key"]: function for function in template.of_type("AWS::Lambda::Function")}
    return {folder.rsplit("/", 1)[-1]: folders[folder] for folder in folders if folder not in OTHER_FOLDERS}


def alias_arn(function: Resource, template: Template) -> str:
    """The ARN of a function's one alias."""
    name = function.properties["FunctionName"]
    [alias] = [a for a in template.of_type("AWS::Lambda::Alias") if a.properties["FunctionName"] == name]
    return str(alias.reference)


def wiring_faults(template: Template) -> list[str]:
    """One sentence for each connection that is missing or wrong; empty when there is none."""
    providers = provider_functions(template)
    faults = [f"{name}: {fault}" for name in providers for fault in _faults(name, providers[name], template)]
    targets = dict(settings.provider_functions(_variables("AggregatorFunction", template)))
    wanted = {name: alias_arn(function, template) for name, function in providers.items()}
    if targets != wanted:
        faults.append(f"the aggregator asks {targets}, not {wanted}")
    for function in ("SlackFunction", "SlackReporterFunction"):
        shown = settings.provider_names(_variables(function, template))
        if list(shown) != list(providers):
            faults.append(f"{function} names {list(shown)}, not {list(providers)}")
    invoked = _resources("AggregatorRole", "lambda:InvokeFunction", template)
    if invoked != set(wanted.values()):
        faults.append(f"the aggregator may invoke {sorted(invoked)}, not {sorted(wanted.values())}")
    return faults


def _faults(name: str, function: Resource, template: Template) -> Iterable[str]:
    properties = function.properties
    secret_name = f"{STACK_NAME}/{name}"
    secrets = {
        secret.properties["Name"]: secret.reference for secret in template.of_type("AWS::SecretsManager::Secret")
    }
    if properties["FunctionName"] != f"{STACK_NAME}-{name}":
        yield f"the function is called {properties['FunctionName']}"
    if properties["Handler"] != f"{name}_balance.handler.handler":
        yield f"the handler is {properties['Handler']}"
    if properties["Environment"]["Variables"].get("SECRET_NAME") != secret_name:
        yield f"SECRET_NAME is not {secret_name}"
    readable = _resources(role_of(function, template), "secretsmanager:GetSecretValue", template)
    if readable != {secrets.get(secret_name)}:
        yield f"it may read {sorted(readable)} instead of the secret {secret_name} alone"


def _variables(function: str, template: Template) -> Mapping[str, str]:
    variables: Mapping[str, str] = template.resources[function].properties["Environment"]["Variables"]
    return variables


def _resources(role: str, action: str, template: Template) -> set[str]:
    return {grant.resource for grant in grants(template) if (grant.role, grant.action) == (role, action)}
