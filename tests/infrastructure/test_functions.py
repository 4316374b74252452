"""The functions: runtime, timeouts, aliases, logs and environment variables."""

import re
from collections.abc import Mapping

import pytest

from balance_watch.delivery import LEASE
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.wiring import alias_arn, provider_functions
from tests.local.aws.cloudformation import Resource, Template, load_template
from tests.local.aws.intrinsics import Node, as_text
from tests.local.aws.loops import expanded
from tests.local.aws.parameters import parameter_values

OTHERS = {
    "AggregatorFunction": "balance-bot-aggregator",
    "SlackFunction": "balance-bot-slack",
    "SlackReporterFunction": "balance-bot-slack-reporter",
    "WatchFunction": "balance-bot-watch",
    "WatchStatesFunction": "balance-bot-watch-states",
}
# Both Slack functions check who may ask, and show the providers' names.
SLACK_SETTINGS = {
    "ALLOWED_CHANNEL_IDS",
    "ALLOWED_USER_IDS",
    "SHARE_CHANNEL_IDS",
    "ADMIN_CONTACT",
    "PROVIDERS",
    "PROVIDER_NAMES",
    "SLACK_DOMAIN",
}


def functions(template: Template) -> Mapping[str, Resource]:
    return {function.logical_id: function for function in template.of_type("AWS::Lambda::Function")}


def each(template: Template, name: str) -> dict[str, Node]:
    """One property of every function."""
    return {logical_id: function.properties.get(name) for logical_id, function in functions(template).items()}


def variables(template: Template) -> dict[str, Mapping[str, Node]]:
    return {logical_id: environment["Variables"] for logical_id, environment in each(template, "Environment").items()}


def test_the_longest_settings_fit_into_4_kb_of_environment_variables(source: dict[str, Node]) -> None:
    """Lambda allows 4 KB for all variables of a function (Lambda quotas, "Environment variables")."""
    items = {
        "ProviderNames": "payermax=PayerMax",
        "SlackAllowedTeamIds": "T0123ABCDEF",
        "SlackAllowedChannelIds": "C0123ABCDEF",
        "SlackAllowedUserIds": "U0123ABCDEF",
        "SlackShareChannelIds": "C0123ABCDEF",
        "SlackAdminUserIds": "U0123ABCDEF",
        "AdminContact": "U0123ABCDEF",
        "DigestChannels": "C0123ABCDEF:USD+AED",
    }
    limits = {name: declared["MaxLength"] for name, declared in source["Parameters"].items() if "MaxLength" in declared}
    assert limits.keys() == items.keys()
    longest = {name: ",".join([item] * ((limits[name] + 1) // (len(item) + 1))) for name, item in items.items()}
    for name, settings in variables(load_template(TEMPLATE_PATH, longest)).items():
        assert sum(len(key) + len(as_text(value)) for key, value in settings.items()) < 3900, name


def test_functions_are_named_after_the_stack(template: Template) -> None:
    providers = {f.logical_id: f"balance-bot-{name}" for name, f in provider_functions(template).items()}
    assert each(template, "FunctionName") == {**providers, **OTHERS}


def test_every_function_runs_python_on_arm64_with_tracing(template: Template) -> None:
    assert each(template, "Runtime") == dict.fromkeys(functions(template), "python3.13")
    assert each(template, "Architectures") == {name: ["arm64"] for name in functions(template)}
    assert each(template, "TracingConfig") == {name: {"Mode": "Active"} for name in functions(template)}


def test_make_builds_for_the_runtime_and_architecture_of_the_functions() -> None:
    makefile = (TEMPLATE_PATH.parent / "Makefile").read_text(encoding="utf-8")
    assert "\nLAMBDA_VERSION := 3.13\n" in makefile
    assert "--only-binary=:all: --platform manylinux2014_aarch64 " in makefile
    assert "--python-version $(LAMBDA_VERSION)\n" in makefile


def test_make_builds_every_function_and_the_layer(source: dict[str, Node]) -> None:
    resources = expanded(source["Resources"], parameter_values(source["Parameters"], {}))
    kinds = {"AWS::Serverless::Function", "AWS::Serverless::LayerVersion"}
    built = [each for each in resources.values() if each["Type"] in kinds]
    assert [each.get("Metadata") for each in built] == [{"BuildMethod": "makefile", "ContextPath": "."}] * len(built)


def test_the_layer_is_for_the_runtime_and_architecture_of_the_functions(template: Template) -> None:
    [layer] = template.of_type("AWS::Lambda::LayerVersion")
    assert layer.properties["CompatibleArchitectures"] == ["arm64"]
    assert layer.properties["CompatibleRuntimes"] == ["python3.13"]
    assert each(template, "Layers") == {name: [layer.arn] for name in functions(template)}


def test_every_function_logs_json_into_its_own_group(template: Template) -> None:
    assert each(template, "LoggingConfig") == {
        logical_id: {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "LogGroup": f"/aws/lambda/{name}"}
        for logical_id, name in each(template, "FunctionName").items()
    }


def test_every_log_group_belongs_to_a_function_or_to_the_http_api_and_has_a_retention(template: Template) -> None:
    groups = {
        g.properties["LogGroupName"]: g.properties["RetentionInDays"] for g in template.of_type("AWS::Logs::LogGroup")
    }
    functions_groups = {f"/aws/lambda/{name}" for name in each(template, "FunctionName").values()}
    assert groups == dict.fromkeys({*functions_groups, "/aws/vendedlogs/balance-bot-slack-api"}, "30")


def test_every_function_has_the_alias_live_on_a_published_version(template: Template) -> None:
    versions = {version.properties["FunctionName"] for version in template.of_type("AWS::Lambda::Version")}
    assert versions == set(each(template, "FunctionName").values())
    assert {name: alias_arn(function, template) for name, function in functions(template).items()} == {
        logical_id: f"arn:aws:lambda:eu-central-1:123456789012:function:{name}:live"
        for logical_id, name in each(template, "FunctionName").items()
    }
    assert all(alias.properties["FunctionVersion"] == "1" for alias in template.of_type("AWS::Lambda::Alias"))


def test_the_only_way_in_is_the_http_apis_one_route_to_the_alias_of_the_slack_front(template: Template) -> None:
    [api], [stage] = template.of_type("AWS::ApiGatewayV2::Api"), template.of_type("AWS::ApiGatewayV2::Stage")
    assert template.of_type("AWS::Lambda::Url") == ()
    [(path, methods)] = api.properties["Body"]["paths"].items()
    assert (path, list(methods)) == ("/slack", ["post"])
    integration = methods["post"]["x-amazon-apigateway-integration"]
    assert alias_arn(template.resources["SlackFunction"], template) in integration["uri"]
    assert integration["payloadFormatVersion"] == "2.0"
    assert stage.properties["DefaultRouteSettings"] == {"ThrottlingRateLimit": "10", "ThrottlingBurstLimit": "20"}


def test_every_caller_waits_longer_than_the_function_that_it_calls(template: Template, source: dict[str, Node]) -> None:
    timeouts = each(template, "Timeout")
    deadlines = {name: int(values.get("DEADLINE_SECONDS", 0)) for name, values in variables(template).items()}
    for provider in provider_functions(template).values():
        assert source["Parameters"]["ProviderDeadlineSeconds"]["MaxValue"] < timeouts[provider.logical_id]
        assert timeouts[provider.logical_id] < deadlines["AggregatorFunction"]
    assert deadlines["AggregatorFunction"] < timeouts["AggregatorFunction"] < timeouts["SlackReporterFunction"]
    assert timeouts["SlackFunction"] == 5
    # What a run is posting is held for longer than the run can last.
    assert timeouts["WatchFunction"] < LEASE.total_seconds()


@pytest.mark.parametrize(
    ("parameters", "applied"), [({}, "None"), ({"SlackSnapStart": "true"}, "PublishedVersions")], ids=["off", "on"]
)
def test_only_the_slack_front_has_snap_start_and_only_when_it_is_switched_on(
    parameters: dict[str, str], applied: str
) -> None:
    template = load_template(TEMPLATE_PATH, parameters)
    expected = dict.fromkeys(functions(template)) | {"SlackFunction": {"ApplyOn": applied}}
    assert each(template, "SnapStart") == expected
    assert set(each(template, "EphemeralStorage").values()) == {None}
    assert not any("ProvisionedConcurrencyConfig" in a.properties for a in template.of_type("AWS::Lambda::Alias"))


def test_old_versions_are_deleted(template: Template) -> None:
    versions = template.of_type("AWS::Lambda::Version")
    assert {version.attributes["DeletionPolicy"] for version in versions} == {"Delete"}
    assert not [version for version in versions if "UpdateReplacePolicy" in version.attributes]


def test_no_concurrency_is_reserved(template: Template) -> None:
    assert each(template, "ReservedConcurrentExecutions") == dict.fromkeys(functions(template))


def test_each_functions_folder_contains_one_package_with_its_handler(template: Template) -> None:
    for function in functions(template).values():
        module, name = function.properties["Handler"].rsplit(".", 1)
        folder = TEMPLATE_PATH.parent / function.properties["Code"]["S3Key"]
        packages = [path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"]
        assert packages == [module.split(".")[0]]
        path = folder / f"{module.replace('.', '/')}.py"
        assert path.exists(), f"{function.logical_id} has the handler {module}.{name}, but there is no {path}"
        assert re.search(rf"^(def )?{name}\b", path.read_text(), re.MULTILINE), f"{path} has no {name}"


def test_every_function_has_exactly_the_variables_that_it_reads(template: Template) -> None:
    everywhere = {f"POWERTOOLS_{name}" for name in ("SERVICE_NAME", "METRICS_NAMESPACE", "LOG_LEVEL")}
    everywhere.add("SETTINGS_VERSION")
    providers = provider_functions(template).values()
    assert {name: set(values) - everywhere for name, values in variables(template).items()} == {
        **{function.logical_id: {"SECRET_NAME", "DEADLINE_SECONDS", "MAX_PARALLEL_CALLS"} for function in providers},
        "AggregatorFunction": {
            "PROVIDERS",
            "PROVIDER_FUNCTION",
            "DEADLINE_SECONDS",
            "FRESHNESS_SECONDS",
            "EVENT_BUS_NAME",
            "BALANCES_TABLE",
            "SNAPSHOT_TIMEZONE",
            "HISTORY_DAYS",
        },
        "SlackFunction": {"SIGNING_SECRET_NAME", "REPORTER_FUNCTION", "ALLOWED_TEAM_IDS", "SLACK_ADMIN_USER_IDS"}
        | SLACK_SETTINGS,
        "SlackReporterFunction": {
            "BOT_TOKEN_SECRET_NAME",
            "AGGREGATOR_FUNCTION",
            "REQUESTS_TABLE",
            "BALANCES_TABLE",
            "ANSWERS_TABLE",
            "WATCH_FUNCTION",
            "SLACK_ADMIN_USER_IDS",
            "SNAPSHOT_TIMEZONE",
            "DIGEST_CHANNELS",
        }
        | SLACK_SETTINGS,
        "WatchFunction": {
            "WATCH_TABLE",
            "BALANCES_TABLE",
            "SNAPSHOT_TIMEZONE",
            "REPORTER_FUNCTION",
            "EVENT_BUS_NAME",
            "ALERT_CHANNEL",
            "ADMIN_USER_IDS",
            "SNAPSHOT_SCHEDULE",
        },
        "WatchStatesFunction": {"WATCH_TABLE", "ALERT_CHANNEL"},
    }
    assert all(everywhere <= set(values) for values in variables(template).values())
    assert {v["POWERTOOLS_METRICS_NAMESPACE"] for v in variables(template).values()} == {"BalanceBot/balance-bot"}


def test_variables_refer_to_the_resources_that_the_roles_may_use(template: Template) -> None:
    values = variables(template)
    assert values["SlackFunction"]["REPORTER_FUNCTION"] == alias_arn(
        template.resources["SlackReporterFunction"], template
    )
    reporter = values["SlackReporterFunction"]
    assert reporter["AGGREGATOR_FUNCTION"] == alias_arn(template.resources["AggregatorFunction"], template)
    for table in ("Requests", "Balances", "Answers"):
        assert reporter[f"{table.upper()}_TABLE"] == template.resources[f"{table}Table"].reference
    assert values["AggregatorFunction"]["BALANCES_TABLE"] == reporter["BALANCES_TABLE"]
    assert values["AggregatorFunction"]["EVENT_BUS_NAME"] == template.resources["BalanceBus"].reference
    watch, bus = values["WatchFunction"], template.resources["BalanceBus"].reference
    assert watch["REPORTER_FUNCTION"] == values["SlackFunction"]["REPORTER_FUNCTION"]
    assert watch["WATCH_TABLE"] == template.resources["WatchTable"].reference
    assert watch["WATCH_TABLE"] == values["WatchStatesFunction"]["WATCH_TABLE"]
    assert (watch["BALANCES_TABLE"], watch["EVENT_BUS_NAME"]) == (reporter["BALANCES_TABLE"], bus)
    names = {secret.logical_id: secret.properties["Name"] for secret in template.of_type("AWS::SecretsManager::Secret")}
    assert values["SlackFunction"]["SIGNING_SECRET_NAME"] == names["SlackSigningSecret"]
    assert reporter["BOT_TOKEN_SECRET_NAME"] == names["SlackBotTokenSecret"]


def test_the_template_contains_no_secret_values(template: Template, source: dict[str, Node]) -> None:
    for secret in template.of_type("AWS::SecretsManager::Secret"):
        assert set(secret.properties) == {"Name", "Description"}
        # A first deployment that fails deletes what it created, so that the next one can create it.
        assert secret.attributes["DeletionPolicy"] == "RetainExceptOnCreate"
        assert secret.attributes["UpdateReplacePolicy"] == "Retain"
    assert not [name for name, parameter in source["Parameters"].items() if "NoEcho" in parameter]
    assert "{{resolve:" not in TEMPLATE_PATH.read_text()
