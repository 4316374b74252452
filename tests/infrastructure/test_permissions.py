"""Least privilege, as the exact list of what every role may do."""

from tests.infrastructure.permissions import grants, role_of
from tests.infrastructure.wiring import alias_arn, provider_functions
from tests.local.aws.cloudformation import Template

TRACES = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}


def allowed(template: Template, role: str) -> set[tuple[str, str]]:
    return {(grant.action, grant.resource) for grant in grants(template) if grant.role == role}


def arn(template: Template, logical_id: str) -> str:
    return str(template.resources[logical_id].arn)


def alias(template: Template, function: str) -> str:
    return alias_arn(template.resources[function], template)


def own_logs(template: Template, function_name: str) -> set[tuple[str, str]]:
    groups = {group.reference: str(group.arn) for group in template.of_type("AWS::Logs::LogGroup")}
    # An ARN of a log group ends in ":*": the streams in it, whose names Lambda makes up.
    arn_of_own = groups[f"/aws/lambda/{function_name}"]
    return {(f"logs:{action}", arn_of_own) for action in ("CreateLogStream", "PutLogEvents")}


def test_a_provider_reads_its_own_secret_and_nothing_else(template: Template) -> None:
    secrets = {secret.properties["Name"]: str(secret.arn) for secret in template.of_type("AWS::SecretsManager::Secret")}
    for name, function in provider_functions(template).items():
        assert allowed(template, role_of(function, template)) == (
            TRACES
            | own_logs(template, function.properties["FunctionName"])
            | {("secretsmanager:GetSecretValue", secrets[f"balance-bot/{name}"])}
        )


def test_the_aggregator_invokes_providers_and_publishes(template: Template) -> None:
    assert allowed(template, "AggregatorRole") == (
        TRACES
        | own_logs(template, "balance-bot-aggregator")
        | {("lambda:InvokeFunction", alias_arn(f, template)) for f in provider_functions(template).values()}
        | {("events:PutEvents", arn(template, "BalanceBus")), ("sqs:SendMessage", arn(template, "FailureQueue"))}
    )


def test_the_slack_front_holds_only_the_signing_secret(template: Template) -> None:
    assert allowed(template, "SlackRole") == (
        TRACES
        | own_logs(template, "balance-bot-slack")
        | {
            ("secretsmanager:GetSecretValue", arn(template, "SlackSigningSecret")),
            ("lambda:InvokeFunction", alias(template, "SlackReporterFunction")),
        }
    )


def test_the_slack_reporter_holds_only_the_bot_token(template: Template) -> None:
    assert allowed(template, "SlackReporterRole") == (
        TRACES
        | own_logs(template, "balance-bot-slack-reporter")
        | {
            ("secretsmanager:GetSecretValue", arn(template, "SlackBotTokenSecret")),
            ("lambda:InvokeFunction", alias(template, "AggregatorFunction")),
            ("dynamodb:PutItem", arn(template, "RequestsTable")),
            ("sqs:SendMessage", arn(template, "FailureQueue")),
        }
    )


def test_the_schedule_invokes_only_the_aggregator(template: Template) -> None:
    assert allowed(template, "SnapshotRole") == {
        ("lambda:InvokeFunction", alias(template, "AggregatorFunction")),
        ("sqs:SendMessage", arn(template, "FailureQueue")),
    }


def test_only_the_aggregator_may_invoke_a_provider(template: Template) -> None:
    for function in provider_functions(template).values():
        name = function.properties["FunctionName"]
        invokers = {
            grant.role
            for grant in grants(template)
            if grant.action == "lambda:InvokeFunction" and f":function:{name}" in grant.resource
        }
        assert invokers == {"AggregatorRole"}
        permissions = template.of_type("AWS::Lambda::Permission")
        assert not [p.logical_id for p in permissions if name in p.properties["FunctionName"].split(":")]


def test_every_function_has_a_role_of_its_own_that_only_lambda_assumes(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function")
    roles = [role_of(function, template) for function in functions]
    assert sorted(roles) == sorted(
        role.logical_id for role in template.of_type("AWS::IAM::Role") if role.logical_id != "SnapshotRole"
    )
    for role in roles:
        [statement] = template.resources[role].properties["AssumeRolePolicyDocument"]["Statement"]
        assert statement == {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }


def test_the_scheduler_assumes_its_role_only_for_this_account(template: Template) -> None:
    [statement] = template.resources["SnapshotRole"].properties["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_from_outside_only_slack_and_the_rule_can_invoke(template: Template) -> None:
    permissions = {p.logical_id: dict(p.properties) for p in template.of_type("AWS::Lambda::Permission")}
    front = {"FunctionName": alias(template, "SlackFunction"), "Principal": "*"}
    assert permissions == {
        "SlackFunctionUrlPublicPermissions": {
            **front,
            "Action": "lambda:InvokeFunctionUrl",
            "FunctionUrlAuthType": "NONE",
        },
        "SlackFunctionURLInvokeAllowPublicAccess": {
            **front,
            "Action": "lambda:InvokeFunction",
            "InvokedViaFunctionUrl": True,
        },
        "DigestPermission": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": alias(template, "SlackReporterFunction"),
            "Principal": "events.amazonaws.com",
            "SourceArn": arn(template, "DigestRule"),
        },
    }
