"""The template opens nothing to others, encrypts everything and contains no secret.

tests/infrastructure/test_called_actions.py compares every permission with what the functions really call.
"""

import pytest

from tests.infrastructure import audit
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import Grant, grants, role_of
from tests.infrastructure.wiring import alias_arn, provider_functions
from tests.local.aws.cloudformation import Template, load_template


@pytest.fixture(scope="module")
def in_vpc() -> Template:
    return load_template(TEMPLATE_PATH, {"CreateProviderVpc": "true"})


@pytest.mark.parametrize(("setting", "services"), [("template", {"xray", "kms"}), ("in_vpc", {"xray", "kms", "ec2"})])
def test_only_permissions_for_lambda_itself_and_for_keys_have_a_wildcard(
    setting: str, services: set[str], request: pytest.FixtureRequest
) -> None:
    template: Template = request.getfixturevalue(setting)
    wild = audit.wildcards(template)
    assert {grant.action.partition(":")[0] for grant in wild} == services
    assert not [grant for grant in wild if "*" in grant.action]
    assert {grant.role for grant in wild} == {role_of(f, template) for f in template.of_type("AWS::Lambda::Function")}


def test_each_secret_is_read_by_exactly_one_function(template: Template) -> None:
    secrets = {secret.properties["Name"]: secret for secret in template.of_type("AWS::SecretsManager::Secret")}
    assert {name: audit.readers(secret, template) for name, secret in secrets.items()} == {
        **{f"balance-bot/{name}": [f.logical_id] for name, f in provider_functions(template).items()},
        "balance-bot/slack-signing": ["SlackFunction"],
        "balance-bot/slack-bot-token": ["SlackReporterFunction"],
    }
    assert audit.not_read_by_exactly_one(template) == []


def test_each_provider_may_sign_with_the_keys_under_its_own_aliases_and_do_nothing_else_with_kms(
    template: Template,
) -> None:
    keys = {grant for grant in grants(template) if grant.action.startswith("kms:")}
    assert keys == {
        Grant(role_of(function, template), f"kms:{action}", f"alias/balance-bot/{name}/*")
        for name, function in provider_functions(template).items()
        for action in ("Sign", "GetPublicKey")
    }


def test_only_the_aggregator_may_invoke_a_provider_and_only_the_reporter_and_the_schedule_the_aggregator(
    template: Template,
) -> None:
    for function in provider_functions(template).values():
        assert audit.invokers(function, template) == ["AggregatorRole"]
    aggregator = template.resources["AggregatorFunction"]
    assert audit.invokers(aggregator, template) == ["SlackReporterRole", "SnapshotRole"]


def test_only_the_reporter_the_bus_and_the_schedules_start_the_watch_and_nobody_may_ask_for_its_states_yet(
    template: Template,
) -> None:
    watch, states = template.resources["WatchFunction"], template.resources["WatchStatesFunction"]
    assert audit.invokers(watch, template) == ["SlackReporterRole", "SnapshotRole", "events.amazonaws.com"]
    assert audit.invokers(states, template) == []


def test_every_function_has_its_own_role_that_only_lambda_can_assume(template: Template) -> None:
    roles = [role_of(function, template) for function in template.of_type("AWS::Lambda::Function")]
    assert sorted([*roles, "SnapshotRole"]) == sorted(role.logical_id for role in template.of_type("AWS::IAM::Role"))
    for role in roles:
        [statement] = template.resources[role].properties["AssumeRolePolicyDocument"]["Statement"]
        assert statement == {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }


def test_the_scheduler_can_assume_its_role_only_for_this_account(template: Template) -> None:
    [statement] = template.resources["SnapshotRole"].properties["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_resource_policies_allow_only_the_http_api_and_the_rules_on_the_bus(template: Template) -> None:
    api = template.resources["SlackApi"].reference
    assert {p.logical_id: dict(p.properties) for p in template.of_type("AWS::Lambda::Permission")} == {
        "SlackFunctionSlackPermission": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": alias_arn(template.resources["SlackFunction"], template),
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": f"arn:aws:execute-api:eu-central-1:123456789012:{api}/*/POST/slack",
        },
        "DigestPermission": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": alias_arn(template.resources["SlackReporterFunction"], template),
            "Principal": "events.amazonaws.com",
            "SourceArn": template.resources["DigestRule"].arn,
        },
        "WatchPermission": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": alias_arn(template.resources["WatchFunction"], template),
            "Principal": "events.amazonaws.com",
            "SourceArn": template.resources["WatchRule"].arn,
        },
    }


def test_there_is_no_resource_policy_of_an_unknown_kind(template: Template) -> None:
    """The audit does not know what another kind would allow."""
    kinds = {r.type for r in template.resources.values() if r.type.endswith(("Policy", "Permission"))}
    known = {
        f"AWS::{kind}" for kind in ("IAM::ManagedPolicy", "IAM::RolePolicy", "Lambda::Permission", "SQS::QueuePolicy")
    }
    assert kinds <= known


def test_everything_is_encrypted_at_rest(template: Template, in_vpc: Template) -> None:
    assert audit.unencrypted(template) == audit.unencrypted(in_vpc) == []


KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
READ = {"dynamodb:BatchGetItem", "dynamodb:Query"}
WRITE = {"dynamodb:BatchWriteItem", "dynamodb:PutItem"}


def test_balances_are_written_by_the_aggregator_answers_by_the_reporter_and_rules_by_the_watch(
    template: Template,
) -> None:
    allowed = {
        name: {
            role: {grant.action for grant in found if grant.role == role}
            for found in [[grant for grant in grants(template) if grant.resource == template.resources[name].arn]]
            for role in {grant.role for grant in found}
        }
        for name in ("BalancesTable", "AnswersTable", "WatchTable")
    }
    one_item = {f"dynamodb:{action}" for action in ("GetItem", "PutItem", "UpdateItem", "DeleteItem")}
    assert allowed == {
        "BalancesTable": {"AggregatorRole": {"dynamodb:Query", *WRITE}, "SlackReporterRole": READ, "WatchRole": READ},
        "AnswersTable": {"SlackReporterRole": {"dynamodb:BatchWriteItem", *READ}},
        "WatchTable": {"WatchRole": {"dynamodb:Query", *one_item}, "WatchStatesRole": {"dynamodb:Query"}},
    }


def test_an_own_key_encrypts_what_holds_balances_and_is_used_only_by_their_roles_and_only_through_dynamodb() -> None:
    template = load_template(TEMPLATE_PATH, {"DataKmsKeyArn": KEY})
    for table in ("BalancesTable", "AnswersTable", "WatchTable"):
        assert template.resources[table].properties["SSESpecification"]["KMSMasterKeyId"] == KEY
    users = {grant.role for grant in grants(template) if grant.resource == KEY}
    assert users == {"AggregatorRole", "SlackReporterRole", "WatchRole", "WatchStatesRole"}
    # The others are the providers' grants for their own signing keys.
    signing = {"kms:Sign", "kms:GetPublicKey"}
    assert not {g for g in grants(template) if g.role in users and g.action.startswith("kms:") and g.resource != KEY}
    assert {g.action for g in grants(template) if g.action.startswith("kms:") and g.resource != KEY} == signing
    for role in users:
        [policy] = template.resources[role].properties["Policies"]
        [statement] = [each for each in policy["PolicyDocument"]["Statement"] if each["Resource"] == KEY]
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": "dynamodb.eu-central-1.amazonaws.com"}}


def test_only_balances_and_rules_outlive_the_stack_and_can_be_restored_and_everything_expires(
    template: Template,
) -> None:
    tables = {table.logical_id: table for table in template.of_type("AWS::DynamoDB::Table")}
    recoverable = [name for name, table in tables.items() if "PointInTimeRecoverySpecification" in table.properties]
    retained = [name for name, table in tables.items() if "DeletionPolicy" in table.attributes]
    assert recoverable == retained == ["BalancesTable", "WatchTable"]
    for table in (tables[name] for name in retained):
        assert table.properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table.attributes["DeletionPolicy"] == "RetainExceptOnCreate"
        assert table.attributes["UpdateReplacePolicy"] == "Retain"
    for table in tables.values():
        assert table.properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        assert "TableName" not in table.properties


def test_no_environment_variable_holds_a_secret(template: Template) -> None:
    assert audit.secrets_in_environment(template) == []
