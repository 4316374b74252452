"""What every provider function answers and prints, with a made-up provider behind a mocked transport."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import boto3
import httpx
import pytest
from moto import mock_aws

from balance_core.aws import secrets_client
from balance_core.models import Account, Balance, Reading
from balance_core.money import Money, MoneyError
from balance_core.provider.credentials import BEARER_KEY, Credentials, Field, FieldKind
from balance_core.provider.function import ProviderFunction, ProviderSettings
from balance_core.provider.http import HttpRequest, status_error
from balance_core.provider.protocol import Context, Conversation, Inquiry, Provider
from balance_core.provider.replies import amount_at, parse_reply
from balance_core.question import Question
from balance_core.secrets import SecretStore
from tests.clock import Clock
from tests.conversation import CORRELATION_ID, counting_bytes, http_response
from tests.integration.printed import captured_log

SECRET_NAME = "balance-bot/mockpay"
ENVIRONMENT = {"SECRET_NAME": SECRET_NAME, "DEADLINE_SECONDS": "20"}
CANARY = "canary-0dd5e1f7"
AMOUNT = "7654321.89"
FIELDS = (Field("base_url", FieldKind.SETTING), *BEARER_KEY)


def plan(account: Credentials, question: Question) -> Sequence[Inquiry]:
    """One conversation for each currency that is asked for, or one for all."""
    url, key = account.url("base_url"), account.shared_secret("api_key")
    return [Inquiry(partial(ask, url, key, currency), currency) for currency in question.currencies or (None,)]


def ask(url: str, key: str, currency: str | None, context: Context) -> Conversation:
    """The reply holds available amounts by currency."""
    reply = yield HttpRequest("GET", f"{url}/{currency or ''}", {"Authorization": f"Bearer {key}"})
    if reply.status != 200:
        raise status_error(reply, FIELDS)
    balances = []
    for code, node in parse_reply(reply, FIELDS).members().items():
        amount, frozen = amount_at(node, code), Money.parse(reply.headers.get("frozen", "0"), code)
        balances.append(Balance(Account("MAIN"), code, context.now(), available=amount, frozen=frozen, total=amount))
    return Reading(tuple(balances))


class Api:
    """Answers each request by its host and path, and with one dollar where nothing is planned."""

    def __init__(self) -> None:
        self.answers: dict[str, httpx.Response] = {}
        self.requests: list[httpx.Request] = []

    def respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answers.get(f"{request.url.host}{request.url.path}") or http_response(b'{"USD": "1.00"}')


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def function(api: Api) -> Iterator[ProviderFunction]:
    clock = Clock()
    provider = Provider("mockpay", FIELDS, identity=("base_url",), plan=plan)
    client = httpx.AsyncClient(transport=httpx.MockTransport(api.respond))
    with mock_aws():
        made = ProviderFunction(provider, SecretStore(secrets_client(), clock), clock, counting_bytes(), client)
        yield made
        made.close()


def store(**accounts: Mapping[str, object]) -> None:
    """Put the secret; an account's host is its name."""
    content = {name: {"base_url": f"https://{name}", "api_key": CANARY, **more} for name, more in accounts.items()}
    client = boto3.client("secretsmanager")
    if not client.list_secrets()["SecretList"]:
        client.create_secret(Name=SECRET_NAME)
    client.put_secret_value(SecretId=SECRET_NAME, SecretString=json.dumps({"accounts": content}))


def answer(
    function: ProviderFunction, event: object, settings: Mapping[str, str] = ENVIRONMENT, remaining_ms: int = 60_000
) -> Any:
    """The answer as its reader gets it: through JSON."""
    return json.loads(json.dumps(function.answer(event, settings, remaining_ms)))


def test_each_account_has_one_report_and_each_failure_names_its_account(function: ProviderFunction, api: Api) -> None:
    store(malformed={"api_key": f"{CANARY} "}, main={}, uae={})
    api.answers |= {"main/AED": http_response(b'{"AED": "0.00"}'), "uae/AED": http_response(status=403)}
    answered = answer(function, {"currencies": ["USD", "AED"]})
    held = {
        report["account"]: [(balance["currency"], balance["available"]) for balance in report["balances"]]
        for report in answered["reports"]
    }
    assert held == {"main": [("USD", "1.00")], "uae": [("USD", "1.00")]}
    malformed, refused = answered["failures"]
    assert (malformed["account"], malformed["currency"], malformed["kind"]) == ("malformed", None, "configuration")
    assert (refused["account"], refused["currency"], refused["kind"]) == ("uae", "AED", "permission_denied")


def test_an_unknown_account_is_a_failure_and_is_not_repeated_if_it_may_be_an_amount(function: ProviderFunction) -> None:
    store(main={}, uae={"api_key": "malformed key"})
    answered = answer(function, {"accounts": ["nowhere", "12345.67"]})
    assert (answered["reports"], answered["accounts"]) == ([], ["main", "uae"])
    named, unnamed = answered["failures"]
    assert (named["kind"], named["account"], named["field"]) == ("invalid_request", "nowhere", "accounts")
    assert named["message"] == "has no account 'nowhere': it has main, uae"
    assert (unnamed["account"], unnamed["message"]) == (None, "has no such account: it has main, uae")


@pytest.mark.parametrize("typed", ["uae", "mockpay:uae", "UAE", "uae."])
def test_an_account_is_found_by_the_name_that_a_person_types(function: ProviderFunction, typed: str) -> None:
    store(main={}, uae={})
    answered = answer(function, {"accounts": [typed]})
    assert ([report["account"] for report in answered["reports"]], answered["failures"]) == (["uae"], [])


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ([], "request"),
        ({"accounts": ["otherpay:uae"]}, "accounts"),
        ({"currencies": ["usd"]}, "currencies"),
        ({"correlation_id": "a b"}, "correlation_id"),
        ({"providers": ["mockpay"]}, "providers"),
        ({"snapshot": "digest"}, "snapshot"),
        ({"currencies": ["USD"], "history": "7d"}, "history"),
        ({"firing": {"schedule": "daily", "scheduled_time": "2026-11-23T08:00:00Z"}}, "firing"),
    ],
)
def test_a_malformed_question_and_the_aggregators_fields_are_refused(
    function: ProviderFunction, event: object, field: str
) -> None:
    answered = answer(function, event)
    (failure,) = answered["failures"]
    assert (failure["kind"], failure["field"], failure["provider"]) == ("invalid_request", field, "mockpay")
    assert re.fullmatch("[0-9a-f]{16}", failure["correlation_id"])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, SECRET_NAME),  # it does not exist
        ({"SECRET_NAME": ""}, "SECRET_NAME"),
        ({"DEADLINE_SECONDS": "891"}, "DEADLINE_SECONDS"),
        ({"MAX_PARALLEL_CALLS": "101"}, "MAX_PARALLEL_CALLS"),
    ],
)
def test_a_missing_secret_and_a_wrong_setting_are_configuration_failures(
    function: ProviderFunction, change: dict[str, str], named: str
) -> None:
    (failure,) = answer(function, {"correlation_id": CORRELATION_ID}, ENVIRONMENT | change)["failures"]
    assert (failure["kind"], failure["account"]) == ("configuration", None)
    assert named in failure["message"]
    assert failure["correlation_id"] == CORRELATION_ID
    assert ProviderSettings.from_environment({"SECRET_NAME": "s"}) == ProviderSettings("s", 8, 20)


def test_a_bug_propagates_so_that_lambda_counts_it(function: ProviderFunction, api: Api) -> None:
    store(main={})
    api.answers["main/"] = http_response(b'{"USD": "1.00"}', headers={"Frozen": "the made-up provider has no check"})
    with pytest.raises(MoneyError):
        answer(function, {})


def test_the_nearer_of_the_functions_and_the_settings_deadline_counts(function: ProviderFunction, api: Api) -> None:
    store(main={})
    for deadline_seconds, remaining_ms in (("2", 60_000), ("20", 3000)):
        answer(function, {}, ENVIRONMENT | {"DEADLINE_SECONDS": deadline_seconds}, remaining_ms)
        # Connecting may take half of the two seconds that are left; with more time it could take three seconds.
        assert 0 < api.requests[-1].extensions["timeout"]["connect"] <= 1


def test_failures_and_wrong_totals_are_counted_and_logged_without_amounts_or_secrets(
    function: ProviderFunction, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    store(main={}, uae={})
    api.answers |= {
        "main/": http_response(f'{{"USD": "{AMOUNT}"}}'.encode(), headers={"Frozen": "1"}),
        "uae/": http_response(f'{{"balance": "{AMOUNT}"}}'.encode(), 401, {"Sign": CANARY}),
    }
    with captured_log() as log:
        assert AMOUNT in json.dumps(answer(function, {"correlation_id": CORRELATION_ID}))
    printed = capsys.readouterr().out
    for hidden in (CANARY, AMOUNT, AMOUNT.partition(".")[0]):
        assert hidden not in log.getvalue() + printed

    line, notice = map(json.loads, log.getvalue().splitlines())
    assert (line["level"], line["correlation_id"], line["provider_code"]) == ("WARNING", CORRELATION_ID, "HTTP 401")
    assert (line["provider"], line["account"], line["kind"]) == ("mockpay", "uae", "authentication")

    assert (notice["notice"], notice["account"], notice["currency"]) == ("total_differs", "main", "USD")

    latency, mismatch, failure = map(json.loads, printed.splitlines())
    assert len(latency["ProviderLatency"]) == 2
    assert mismatch["TotalMismatch"] == [1]
    assert (failure["ProviderFailure"], failure["kind"]) == ([1], "authentication")
    assert {metric["provider"] for metric in (latency, mismatch, failure)} == {"mockpay"}
