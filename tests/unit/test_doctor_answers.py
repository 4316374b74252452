"""What the doctor makes of a provider's own answer, which may hold balances and must give none away."""

import json
from datetime import UTC, datetime

import pytest

from balance_core.contract import provider_answer_to_wire
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, Failure, ProviderAnswer
from balance_core.money import Money
from tests.deployment.check import Check, Status
from tests.deployment.provider_answer import answer_checks, not_asked

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ADDRESS = "the address 203.0.113.7"


def failure(kind: ErrorKind, account: str | None = "main", **more: str) -> Failure:
    return Failure(kind, "refused the signature", correlation_id="c", provider="payby", account=account, **more)


def checks(*failures: Failure, accounts: tuple[str, ...] = ("main",)) -> list[Check]:
    money = Money.parse("897993.88", "AED")
    held = Balance(Account("member", "200000030907"), "AED", NOW, available=money)
    reports = tuple(BalanceReport("payby", account, (held,)) for account in accounts)
    answer = ProviderAnswer("payby", NOW, accounts, reports, failures)
    return answer_checks("payby", json.dumps(provider_answer_to_wire(answer)).encode(), ADDRESS)


def test_an_answer_proves_everything() -> None:
    (check,) = checks()
    assert check == Check(Status.OK, "payby", "payby answered for main: keys, ids, address and clock are right")


def test_nothing_of_a_balance_is_repeated() -> None:
    found = checks(failure(ErrorKind.AUTHENTICATION, "uae"), accounts=("main", "uae"))
    assert "897" not in repr(found)
    assert "200000030907" not in repr(found)


@pytest.mark.parametrize(
    ("kind", "status", "remedy"),
    [
        (ErrorKind.AUTHENTICATION, Status.WRONG, "compare the SHA-256 above with what was uploaded"),
        (ErrorKind.PERMISSION_DENIED, Status.WRONG, "have the address 203.0.113.7 put on the provider's allow-list"),
        (ErrorKind.BAD_RESPONSE, Status.WRONG, "the provider's key in the secret may not be its present one"),
        (ErrorKind.INVALID_REQUEST, Status.WRONG, "see the table of codes in functions/payby/README.md"),
        (ErrorKind.CONFIGURATION, Status.WRONG, "a function keeps a secret for up to five minutes"),
        (ErrorKind.UNKNOWN, Status.WRONG, "see the table of codes in functions/payby/README.md"),
        (ErrorKind.TIMEOUT, Status.UNKNOWN, "ask again in a minute"),
        (ErrorKind.UNAVAILABLE, Status.UNKNOWN, "ask again in a minute"),
        (ErrorKind.RATE_LIMITED, Status.UNKNOWN, "ask again in a minute"),
    ],
)
def test_every_outage_says_what_to_do(kind: ErrorKind, status: Status, remedy: str) -> None:
    (check,) = checks(failure(kind))
    assert (check.status, check.finding) == (status, "account 'main': payby refused the signature")
    assert remedy in check.remedy


def test_a_currency_that_is_not_held_is_an_answer() -> None:
    assert [check.status for check in checks(failure(ErrorKind.CURRENCY_NOT_SUPPORTED))] == [Status.OK]


def test_the_providers_own_words_for_a_ticket() -> None:
    (check,) = checks(failure(ErrorKind.PERMISSION_DENIED, provider_code="403", trace_id="375099"))
    assert check.finding.endswith(" (code 403, trace id 375099)")


def test_a_failure_of_each_currency_is_told_once() -> None:
    found = checks(
        failure(ErrorKind.AUTHENTICATION, currency="AED"),
        failure(ErrorKind.AUTHENTICATION, currency="USD"),
    )
    assert len(found) == 1


def test_only_the_accounts_that_answered_are_proven() -> None:
    found = checks(failure(ErrorKind.AUTHENTICATION, "uae"), accounts=("main", "uae"))
    assert [(check.status, check.finding.partition(":")[0]) for check in found] == [
        (Status.WRONG, "account 'uae'"),
        (Status.OK, "payby answered for main"),
    ]


def test_a_failure_of_the_whole_secret_proves_nobody() -> None:
    (check,) = checks(failure(ErrorKind.CONFIGURATION, None))
    assert (check.status, check.finding) == (Status.WRONG, "payby refused the signature")


@pytest.mark.parametrize("payload", [b"", b"null", b"{}", b'{"version": 2}', b'{"errorMessage": "x"}'])
def test_an_answer_of_another_version(payload: bytes) -> None:
    (check,) = answer_checks("payby", payload, ADDRESS)
    assert (check.status, check.remedy) == (Status.WRONG, "deploy again: make deploy ENV=...")


def test_a_provider_that_was_not_asked() -> None:
    check = not_asked("payby")
    assert (check.status, check.remedy) == (Status.UNKNOWN, "ask: make doctor ASK=1")
