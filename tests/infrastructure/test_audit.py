"""Nothing that must not be in the template is in it, and each thing of the kind would be found."""

from dataclasses import replace

import pytest

from tests.infrastructure import audit
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import Grant, role_of
from tests.infrastructure.test_asynchronous import asynchronous_targets
from tests.infrastructure.wiring import provider_functions
from tests.local.aws.cloudformation import Resource, Template, load_template
from tests.local.aws.intrinsics import Node


def changed(template: Template, logical_id: str, **properties: Node) -> Template:
    """The template with other properties of one resource."""
    resource = template.resources[logical_id]
    return added(template, replace(resource, properties={**resource.properties, **properties}))


def added(template: Template, resource: Resource) -> Template:
    return replace(template, resources={**template.resources, resource.logical_id: resource})


def allowing(template: Template, role: str, action: str, resource: str) -> Template:
    """The template with one more permission of a role."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    policies = template.resources[role].properties["Policies"]
    return changed(template, role, Policies=[*policies, {"PolicyDocument": {"Statement": [statement]}}])


@pytest.fixture(scope="module")
def in_vpc() -> Template:
    return load_template(TEMPLATE_PATH, {"CreateProviderVpc": "true"})


@pytest.mark.parametrize(("setting", "services"), [("template", {"xray"}), ("in_vpc", {"xray", "ec2"})])
def test_only_lambda_itself_uses_a_wildcard(setting: str, services: set[str], request: pytest.FixtureRequest) -> None:
    template: Template = request.getfixturevalue(setting)
    wild = audit.wildcards(template)
    assert {grant.action.partition(":")[0] for grant in wild} == services
    assert not [grant for grant in wild if "*" in grant.action]
    assert {grant.role for grant in wild} == {role_of(f, template) for f in template.of_type("AWS::Lambda::Function")}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sqs:*", "arn:aws:sqs:eu-central-1:1:q"),
        ("sqs:SendMessage", "*"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:::t?"),
    ],
)
def test_another_wildcard_is_found(template: Template, action: str, resource: str) -> None:
    wider = allowing(template, "SlackRole", action, resource)
    assert audit.wildcards(wider) - audit.wildcards(template) == {Grant("SlackRole", action, resource)}


def test_every_secret_is_read_by_exactly_one_function(template: Template) -> None:
    secrets = {secret.properties["Name"]: secret for secret in template.of_type("AWS::SecretsManager::Secret")}
    assert {name: audit.readers(secret, template) for name, secret in secrets.items()} == {
        **{f"balance-bot/{name}": [f.logical_id] for name, f in provider_functions(template).items()},
        "balance-bot/slack-signing": ["SlackFunction"],
        "balance-bot/slack-bot-token": ["SlackReporterFunction"],
    }
    assert audit.not_read_by_exactly_one(template) == []


@pytest.mark.parametrize("action", ["secretsmanager:GetSecretValue", "secretsmanager:*", "SecretsManager:get*", "*"])
def test_another_reader_is_found(template: Template, action: str) -> None:
    wider = allowing(template, "AggregatorRole", action, str(template.resources["PayBySecret"].arn))
    assert audit.not_read_by_exactly_one(wider) == ["PayBySecret"]
    assert audit.not_read_by_exactly_one(changed(template, "PayByRole", Policies=[])) == ["PayBySecret"]
    secrets = [secret.logical_id for secret in template.of_type("AWS::SecretsManager::Secret")]
    assert sorted(audit.not_read_by_exactly_one(allowing(template, "SnapshotRole", action, "*"))) == sorted(secrets)


def test_the_aggregator_answers_only_the_reporter_and_the_schedule(template: Template) -> None:
    aggregator = template.resources["AggregatorFunction"]
    assert audit.invokers(aggregator, template) == ["SlackReporterRole", "SnapshotRole"]
    wider = allowing(template, "SlackRole", "lambda:Invoke*", "arn:aws:lambda:*:*:function:*")
    assert audit.invokers(aggregator, wider) == ["SlackReporterRole", "SlackRole", "SnapshotRole"]
    opened = changed(template, "DigestPermission", FunctionName=f"{aggregator.arn}:live")
    assert audit.invokers(aggregator, opened) == ["SlackReporterRole", "SnapshotRole", "events.amazonaws.com"]


def test_nothing_else_can_open_a_resource(template: Template) -> None:
    """Resource policies of other kinds would have to be judged first."""
    kinds = {r.type for r in template.resources.values() if r.type.endswith(("Policy", "Permission"))}
    assert kinds == {"AWS::IAM::ManagedPolicy", "AWS::Lambda::Permission", "AWS::SQS::QueuePolicy"}


def test_every_asynchronous_edge_has_a_failure_destination(template: Template) -> None:
    names = {arn.split(":")[-2] for arn in asynchronous_targets(template)}
    assert audit.without_destination(template, names) == []
    [schedule] = template.of_type("AWS::Scheduler::Schedule")
    lost = {key: value for key, value in schedule.properties["Target"].items() if key != "DeadLetterConfig"}
    assert audit.without_destination(changed(template, "SnapshotSchedule", Target=lost), names) == ["SnapshotSchedule"]
    assert audit.without_destination(changed(template, "DigestRule", Targets=[lost]), names) == ["DigestRule"]
    kept_nowhere = changed(template, "SlackReporterFunctionEventInvokeConfig", DestinationConfig={})
    assert audit.without_destination(kept_nowhere, names) == ["balance-bot-slack-reporter"]


def test_no_log_is_kept_for_ever(template: Template) -> None:
    assert audit.without_retention(template) == []
    assert audit.without_retention(changed(template, "PayByLogGroup", RetentionInDays=None)) == ["PayByLogGroup"]
    assert audit.without_retention(changed(template, "PayByFunction", LoggingConfig={})) == ["PayByFunction"]


def test_everything_is_encrypted_at_rest(template: Template, in_vpc: Template) -> None:
    assert audit.unencrypted(template) == audit.unencrypted(in_vpc) == []
    assert audit.unencrypted(changed(template, "FailureQueue", SqsManagedSseEnabled=False)) == ["FailureQueue"]
    assert audit.unencrypted(changed(template, "RequestsTable", SSESpecification={})) == ["RequestsTable"]
    bucket = replace(template.resources["FailureQueue"], logical_id="Bucket", type="AWS::S3::Bucket")
    assert audit.unencrypted(added(template, bucket)) == ["Bucket"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "short"),
        ("SECRET_NAME", "balance-bot/unknown"),
        ("SETTING", "xoxb-1-2"),
        ("SETTING", "-----BEGIN PRIVATE KEY-----"),
        ("SETTING", "{{resolve:secretsmanager:balance-bot/payby}}"),
        ("SETTING", "8f742231b10e8888abcd99yyyzzz85a5"),
    ],
)
def test_no_secret_is_in_an_environment_variable(template: Template, name: str, value: str) -> None:
    assert audit.secrets_in_environment(template) == []
    leaking = changed(template, "PayByFunction", Environment={"Variables": {name: value}})
    assert audit.secrets_in_environment(leaking) == [f"PayByFunction.{name}"]
