"""Which permissions the functions use: a run of the local system that records every call to AWS."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.infrastructure.call_recorder import ApiCall, CallRecorder
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import Grant, role_of
from tests.local.aws.cloudformation import Resource, Template, load_template
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.company import PARAMETERS, create_company
from tests.local.kms_keys import sign_with_kms
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import LocalSystem

# Resources that callers refer to by name, with the prefix of their service's actions.
_NAMED: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::Events::EventBus": "events",
    "AWS::SecretsManager::Secret": "secretsmanager",
}
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html, "Required IAM permissions"
_NETWORK_ACTIONS: Mapping[str, str] = {
    "ec2:AssignPrivateIpAddresses": f"arn:aws:ec2:{REGION}:*:*/*",
    "ec2:CreateNetworkInterface": f"arn:aws:ec2:{REGION}:*:*/*",
    "ec2:DeleteNetworkInterface": f"arn:aws:ec2:{REGION}:*:*/*",
    "ec2:DescribeNetworkInterfaces": "*",
    "ec2:DescribeSubnets": "*",
    "ec2:UnassignPrivateIpAddresses": f"arn:aws:ec2:{REGION}:*:*/*",
}


# Every provider may sign with keys under its aliases, so that a new key needs no deployment. Pagsmile's key decrypts.
UNUSED = frozenset(
    Grant("pagsmileRole", f"kms:{action}", "alias/balance-bot/pagsmile/*") for action in ("Sign", "GetPublicKey")
)
# The part of a key's alias that a role's condition names.
_ALIAS = re.compile(r"(alias/[^/]+/[^/]+/).+")


@dataclass(frozen=True)
class Observation:
    """What a stack of `template` did: calls by the functions' code, and which functions were invoked asynchronously."""

    template: Template
    calls: frozenset[ApiCall]
    asynchronous: frozenset[str]

    @property
    def used(self) -> frozenset[Grant]:
        """Every permission that is needed, by the functions' code or by AWS on their behalf."""
        return called(self.calls, self.template) | called_by_aws(self.template)


def observe(folder: Path) -> Observation:
    """Make the functions do everything they can. Keys and logs go into `folder`. Takes ten seconds."""
    calls: set[ApiCall] = set()
    parameters = {**PARAMETERS, "ProviderDeadlineSeconds": "2", "FreshnessSeconds": "0"}
    parameters["SlackAdminUserIds"] = "U0123456789"
    with (
        LocalSystem(create_company(folder), parameters=parameters, logs=folder / "logs") as system,
        ExitStack() as fronts,
    ):
        kms_url = system.variables["AWS_ENDPOINT_URL"]
        for name, url in system.variables.items():
            if name.startswith("AWS_ENDPOINT_URL"):
                system.variables[name] = fronts.enter_context(CallRecorder(url, calls)).url
        sign_with_kms(system, kms_url, ("payby", "payermax"))  # Pagsmile's key decrypts
        _do_everything(system)
        runs = system.functions.timeline
    return Observation(
        load_template(TEMPLATE_PATH, parameters),
        frozenset(calls),
        frozenset(r.function_name for r in runs if r.is_async),
    )


def called(calls: Iterable[ApiCall], template: Template) -> frozenset[Grant]:
    """The permissions that `calls` need. A resource that is not in the template keeps the name that the caller used."""
    roles = {f.properties["FunctionName"]: role_of(f, template) for f in template.of_type("AWS::Lambda::Function")}
    arns = {
        (_NAMED[resource.type], resource.properties.get("Name", resource.reference)): str(resource.arn)
        for resource in template.resources.values()
        if resource.type in _NAMED
    }
    # Functions are invoked by the ARN of their alias, or by its name, as in `balance-bot-watch:live`.
    arns |= {("lambda", arn.rpartition(":function:")[2]): arn for arn in _aliases(template)}
    return frozenset(
        Grant(
            roles.get(call.caller, call.caller),
            call.action,
            arns.get((call.action.partition(":")[0], call.resource), _alias_pattern(call.resource)),
        )
        for call in calls
    )


def _aliases(template: Template) -> Iterable[str]:
    return (str(alias.reference) for alias in template.of_type("AWS::Lambda::Alias"))


def called_by_aws(template: Template) -> frozenset[Grant]:
    """The permissions that AWS itself uses, which no recorded call shows.

    With the function's role, Lambda writes logs, sends traces, sends failed events to the queue and connects to the VPC
    (Lambda Developer Guide, "Execution role"). With its own role, the Scheduler invokes its target and sends failed
    events to the queue.
    """
    by_lambda = [
        Grant(role_of(function, template), action, resource)
        for function in template.of_type("AWS::Lambda::Function")
        for action, resource in _done_by_lambda(function, template)
    ]
    targets = [schedule.properties["Target"] for schedule in template.of_type("AWS::Scheduler::Schedule")]
    roles = {role.arn: role.logical_id for role in template.of_type("AWS::IAM::Role")}
    by_scheduler = [Grant(roles[t["RoleArn"]], "lambda:InvokeFunction", t["Arn"]) for t in targets]
    by_scheduler += [Grant(roles[t["RoleArn"]], "sqs:SendMessage", t["DeadLetterConfig"]["Arn"]) for t in targets]
    return frozenset([*by_lambda, *by_scheduler])


def _alias_pattern(resource: str) -> str:
    return _ALIAS.sub(r"\1*", resource)


def _do_everything(system: LocalSystem) -> None:
    """Answers, a mistake, a refusal, snapshots, a digest, the past, and a failing provider and Slack with retries."""
    for text, who in (("", {}), ("USD payby", {}), ("help", {}), ("uds", {}), ("USD", {"user_id": "U0000000666"})):
        system.command(text, **who)
        system.settle()
    system.press(next(each for each in system.company.slack.messages if each.blocks), "details")
    system.command("who")
    system.settle()
    for name in ("snapshot", "watch"):
        system.fire_schedule(name=name)
        system.settle()
    system.functions.invoke(f"{STACK_NAME}-aggregator:live", b'{"currencies": ["USD"], "history": "30d"}')
    _watch_everything(system)
    system.company.providers["payby"].set_fault(Fault(FaultName.FAIL))
    system.company.slack.set_fault(Fault(FaultName.FAIL))
    system.command("USD")
    system.settle()
    assert system.failed_events(), "nothing reached the failure queue, so the run did not cover it"


def _watch_everything(system: LocalSystem) -> None:
    """An alert, a press, a refused channel that the admin is told about, a preview, and the states."""
    target = {"currency": "PHP", "provider": "payermax", "account": "main", "type": "DISBURSEMENT"}
    rule = {"channel": "C0123456789", "owner": "U0123456789", "target": target, "warning": "1000", "in_a_row": 1}
    press = {"kind": "take", "by": "U0123456789", "incident": 1, "until": f"{datetime.now(UTC) + timedelta(hours=1)}"}
    for name, each in (("low", rule), ("refused", {**rule, "channel": "C0UNKNOWN00"})):
        _ask_watch(system, {"request": "save", "by": "U0123456789", "rule": {"id": name, **each}})
    _ask_watch(system, {"request": "press", "rule": "low", "press": press})
    _ask_watch(system, {"request": "preview", "rule": rule})
    system.fire_schedule(name="watch-run")
    system.settle()
    system.functions.invoke(f"{STACK_NAME}-watch-states:live", b'{"request": "states"}')


def _ask_watch(system: LocalSystem, request: Mapping[str, object]) -> None:
    system.functions.invoke(f"{STACK_NAME}-watch:live", json.dumps(request).encode())


def _done_by_lambda(function: Resource, template: Template) -> Iterable[tuple[str, str]]:
    properties = function.properties
    for group in template.of_type("AWS::Logs::LogGroup"):
        if group.reference == properties["LoggingConfig"]["LogGroup"]:
            yield from ((f"logs:{action}", str(group.arn)) for action in ("CreateLogStream", "PutLogEvents"))
    if properties["TracingConfig"]["Mode"] == "Active":
        yield from (("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*"))
    for config in template.of_type("AWS::Lambda::EventInvokeConfig"):
        if config.properties["FunctionName"] == properties["FunctionName"]:
            yield "sqs:SendMessage", config.properties["DestinationConfig"]["OnFailure"]["Destination"]
    if "VpcConfig" in properties:
        yield from _NETWORK_ACTIONS.items()
