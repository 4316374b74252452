"""What the doctor concludes from a provider's answer, which may hold balances that it must not repeat."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from balance_core.contract import provider_answer_json
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, Failure, ProviderAnswer
from balance_core.money import Money
from balance_core.provider.credentials import OAUTH_CLIENT
from balance_core.provider.protocol import Provider
from payby_balance.client import PROVIDER as PAYBY
from tests.deployment.check import Check, Status
from tests.deployment.provider_answer import answer_checks, not_asked

NOW = datetime(2026, 11, 21, tzinfo=UTC)
OAUTH = Provider("oauth", OAUTH_CLIENT, ("client_id",), lambda account, question: [])


def failure(kind: ErrorKind, account: str | None = "main", **more: Any) -> Failure:
    return Failure(kind, "refused the signature", correlation_id="c", provider="payby", account=account, **more)


def checks(*failures: Failure, accounts: tuple[str, ...] = ("main",), provider: Provider = PAYBY) -> list[Check]:
    held = Balance(Account("member", "200000030907"), "AED", NOW, available=Money.parse("897993.88", "AED"))
    reports = tuple(BalanceReport("payby", account, (held,)) for account in accounts)
    answer = ProviderAnswer("payby", NOW, accounts, reports, failures)
    payload = json.dumps(provider_answer_json(answer)).encode()
    return list(answer_checks(provider, payload, "the address 203.0.113.7"))


def test_an_answer_proves_credentials_address_and_clock() -> None:
    (check,) = checks()
    assert check.status is Status.OK
    assert check.finding == "payby answered for main: credentials, address and clock are right"


@pytest.mark.parametrize(
    ("kind", "status", "remedy"),
    [
        (ErrorKind.AUTHENTICATION, Status.WRONG, "compare the SHA-256 above with the key that you uploaded"),
        (
            ErrorKind.PERMISSION_DENIED,
            Status.WRONG,
            "ask the provider to put the address 203.0.113.7 on its allow-list",
        ),
        (ErrorKind.BAD_RESPONSE, Status.WRONG, "copy both keys again"),
        (ErrorKind.INVALID_REQUEST, Status.WRONG, "see the table of codes in functions/payby/README.md"),
        (ErrorKind.CONFIGURATION, Status.WRONG, "a function keeps a secret for up to five minutes"),
        (ErrorKind.UNKNOWN, Status.WRONG, "see the table of codes in functions/payby/README.md"),
        (ErrorKind.TIMEOUT, Status.UNKNOWN, "ask again in a minute"),
        (ErrorKind.UNAVAILABLE, Status.UNKNOWN, "ask again in a minute"),
        (ErrorKind.RATE_LIMITED, Status.UNKNOWN, "ask again in a minute"),
    ],
)
def test_every_failure_says_what_to_do(kind: ErrorKind, status: Status, remedy: str) -> None:
    (check,) = checks(failure(kind))
    assert (check.status, check.finding) == (status, "account 'main': payby refused the signature")
    assert remedy in check.remedy


def test_a_refusal_names_the_credentials_that_the_provider_declares() -> None:
    (check,) = checks(failure(ErrorKind.AUTHENTICATION), provider=OAUTH)
    assert check.remedy == "compare client_id and client_secret in the secret with the provider's page"
    (check,) = checks(failure(ErrorKind.BAD_RESPONSE), provider=OAUTH)
    assert check.remedy == "see the table of codes in functions/oauth/README.md"
    assert not_asked(OAUTH).finding.endswith("whether it accepts client_id and client_secret")


def test_a_currency_that_the_account_does_not_hold_is_an_answer() -> None:
    assert [check.status for check in checks(failure(ErrorKind.CURRENCY_NOT_SUPPORTED))] == [Status.OK]


def test_accounts_fail_and_answer_separately_and_once_each() -> None:
    refused = [failure(ErrorKind.AUTHENTICATION, "uae", currency=currency) for currency in ("AED", "USD")]
    found = checks(*refused, accounts=("main", "uae"))
    assert [(check.status, check.finding.partition(":")[0]) for check in found] == [
        (Status.WRONG, "account 'uae'"),
        (Status.OK, "payby answered for main"),
    ]
    assert "897" not in repr(found)
    assert "200000030907" not in repr(found)


def test_a_merchant_that_is_configured_twice_is_wrong_although_no_money_is_missing() -> None:
    found = checks(failure(ErrorKind.CONFIGURATION, "again", hides_money=False), accounts=("main", "again"))
    assert [(check.status, check.finding.partition(":")[0]) for check in found] == [
        (Status.WRONG, "account 'again'"),
        (Status.OK, "payby answered for main"),
    ]


def test_a_failure_of_the_whole_secret_proves_no_account_and_has_what_a_support_ticket_needs() -> None:
    (check,) = checks(failure(ErrorKind.CONFIGURATION, None, provider_code="403", trace_id="375099"))
    assert check.finding == "payby refused the signature (code 403, trace id 375099)"


@pytest.mark.parametrize("payload", [b"", b"null", b'{"version": 2}', b'{"errorMessage": "x"}'])
def test_an_answer_of_another_version_means_deploy_again(payload: bytes) -> None:
    (check,) = answer_checks(PAYBY, payload, "")
    assert (check.status, check.remedy) == (Status.WRONG, "deploy again: make deploy ENV=...")
