"""A provider function with odd merchants and answers: money counts once, and a new key or a rate limit is explained."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from balance_aggregator.summary import summarise
from balance_core.contract import read_provider_answer
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import BalanceSummary
from balance_core.provider.answer import with_counts
from balance_core.provider.function import ProviderFunction
from balance_core.provider.http import HttpReply
from balance_core.strict_json import dumps
from tests.clock import NOW, Clock
from tests.conversation import counting_bytes, http_response
from tests.provider_fixtures import OneSecret, key_text, recorded_reply, signed_reply
from tests.unit.provider_cases import CASES, PAGSMILE, PAYBY, PAYERMAX, Case, name_of, pagsmile_reply, pagsmile_row

ENVIRONMENT = {"SECRET_NAME": "s", "DEADLINE_SECONDS": "5"}
DOCUMENTED = {case.provider.name: recorded_reply(case.fixtures / "documented-answer.json") for case in CASES[1:]}
IDENTITY = {"pagsmile": "partner_id, account_num", "payby": "partner_id", "payermax": "merchant_no"}


@dataclass
class World:
    """One provider's function, its secret, and the replies that the provider gives in turn; the last one stays."""

    case: Case
    accounts: Mapping[str, Mapping[str, object]]
    replies: list[HttpReply]
    clock: Clock = field(default_factory=Clock)
    secret: OneSecret = field(default_factory=OneSecret)
    asked: int = 0

    def put(self, **changes: object) -> None:
        """Store the secret: the case's account under every name, with that name's changes and these."""
        accounts = {name: {**self.case.account, **account, **changes} for name, account in self.accounts.items()}
        self.secret.text = json.dumps({"accounts": accounts})

    def ask(self, **question: object) -> BalanceSummary:
        """What the aggregator makes of the function's answer."""
        answer = self.function.answer({"include_zero": True, **question}, ENVIRONMENT, 60_000)
        return summarise([read_provider_answer(dumps(answer))], "1", NOW)

    def __post_init__(self) -> None:
        self.put()
        self.secret.store = type(self.secret.store)(self.secret, self.clock)  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._respond))
        self.function = ProviderFunction(self.case.provider, self.secret.store, self.clock, counting_bytes(), client)
        OPEN.append(self.function)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        reply = self.replies[min(self.asked, len(self.replies) - 1)]
        self.asked += 1
        return http_response(reply.body, reply.status, reply.headers)


OPEN: list[ProviderFunction] = []


@pytest.fixture(autouse=True)
def closed_functions() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def totals(summary: BalanceSummary) -> dict[str, str | None]:
    return {total.currency: total.available.to_wire() if total.available else None for total in summary.totals}


def notice_kinds(summary: BalanceSummary) -> list[str]:
    return [notice.kind.value for notice in summary.notices]


def pagsmile(*numbers: str, total: int | None = None) -> HttpReply:
    """Pagsmile's answer with USD 90.25 at each of these account numbers."""
    return pagsmile_reply([pagsmile_row(account_num=number) for number in numbers], total=total or len(numbers))


ONE_MERCHANT_TWICE: list[tuple[Case, dict[str, object], dict[str, object]]] = [
    (PAGSMILE, {}, {"base_url": "https://CARD-api-sandbox.pagsmile.com:443/", "account_num": ""}),
    (PAYBY, {}, {"environment": None, "base_url": "https://api.payby.com."}),
    (PAYERMAX, {}, {"app_id": "another-app-of-this-merchant"}),
]


@pytest.mark.parametrize(("case", "first", "second"), ONE_MERCHANT_TWICE, ids=name_of)
def test_one_merchant_under_two_names_counts_once(case: Case, first: dict[str, Any], second: dict[str, Any]) -> None:
    reply = DOCUMENTED.get(case.provider.name) or pagsmile("1")
    one, both = World(case, {"main": first}, [reply]), World(case, {"main": first, "copy": second}, [reply])
    asked = {"currencies": ["AED" if case is PAYBY else "USD"]}
    expected, summary = one.ask(**asked), both.ask(**asked)
    assert (totals(summary), both.asked) == (totals(expected), 1)
    assert not summary.is_partial
    (failure,) = summary.failures
    assert (failure.kind.value, failure.account, failure.hides_money) == ("configuration", "copy", False)
    assert failure.message == (
        f"has the accounts 'main' and 'copy' in the secret, which are the same merchant (same base_url, "
        f"{IDENTITY[case.provider.name]}): 'main' was asked, and the totals count it once; remove one of the two"
    )


def test_a_merchant_whose_identity_cannot_be_read_gets_its_own_error() -> None:
    accounts: dict[str, dict[str, object]] = {
        "main": {"partner_id": None},
        "copy": {"base_url": "http://plain"},
        "uae": {},
    }
    summary = World(PAYBY, accounts, [DOCUMENTED["payby"]]).ask(currencies=["AED"])
    assert [failure.account for failure in summary.failures] == ["main", "copy"]
    assert totals(summary) == {"AED": "897993.88"}


def test_a_row_that_two_entries_report_counts_once() -> None:
    world = World(PAGSMILE, {"all": {}, "one": {"account_num": "1"}}, [pagsmile("1", "2"), pagsmile("1")])
    summary = world.ask()
    assert (totals(summary), summary.is_partial) == ({"USD": "180.50"}, False)
    (notice,) = summary.notices
    assert (notice.account, notice.message) == ("one", "1 balance also reported by account 'all', counted once")


def test_only_the_rows_that_both_entries_report_are_left_out() -> None:
    usd, hkd, brl = (pagsmile_row(account_num="1", currency=currency) for currency in ("USD", "HKD", "BRL"))
    both = [pagsmile_reply([usd, hkd], total=2), pagsmile_reply([hkd, usd, brl], total=3)]
    summary = World(PAGSMILE, {"all": {}, "one": {"account_num": "1"}}, both).ask()
    assert totals(summary) == {"BRL": "90.25", "HKD": "90.25", "USD": "90.25"}
    (notice,) = summary.notices
    assert notice.message == "2 balances also reported by account 'all', counted once"


def test_two_partners_may_use_the_same_account_number() -> None:
    summary = World(PAGSMILE, {"main": {}, "uae": {"partner_id": "1"}}, [pagsmile("1")]).ask()
    assert (totals(summary), summary.notices) == ({"USD": "180.50"}, ())


def test_an_entry_that_fails_hides_no_row_of_the_others() -> None:
    world = World(PAGSMILE, {"all": {}, "one": {"account_num": "1"}}, [HttpReply(401, {}, b""), pagsmile("1")])
    assert (totals(summary := world.ask()), summary.is_partial) == ({"USD": "90.25"}, True)


def test_rows_of_account_numbers_that_were_not_asked_about_are_left_out() -> None:
    everything = pagsmile("1", "2", "3")
    world = World(PAGSMILE, {"one": {"account_num": "1"}, "two": {"account_num": "2"}}, [everything])
    summary = world.ask()
    assert (totals(summary), summary.is_partial, summary.failures) == ({"USD": "180.50"}, False, ())
    assert notice_kinds(summary) == ["other_accounts", "other_accounts"]
    assert summary.notices[0].message == "2 rows of account numbers that were not asked about left out"


def test_a_row_without_a_number_belongs_to_the_entry_that_asked() -> None:
    reply = pagsmile_reply([pagsmile_row(account_num=None)], total=1)
    world = World(PAGSMILE, {"one": {"account_num": "1"}, "two": {"account_num": "2"}}, [reply])
    assert (totals(summary := world.ask()), summary.notices) == ({"USD": "180.50"}, ())


@pytest.mark.parametrize(("number", "more"), [(1, ""), (3, " (and 2 more accounts)")])
def test_a_total_that_differs_and_a_code_outside_iso_4217_are_noticed(number: int, more: str) -> None:
    held = {"available_balance": "900", "block_amount": "100", "currency": "USDT"}
    rows = [pagsmile_row(account_num=str(index), balance=str(2000 + index), **held) for index in range(number)]
    world = World(PAGSMILE, {"main": {}}, [pagsmile_reply(rows, total=number)])
    summary = world.ask()
    message = (
        f"its own total is USDT 2,000, but USDT 900 available and USDT 100 frozen: a difference of USDT 1,000{more}"
    )
    differs, foreign = summary.notices
    assert (differs.message, differs.currency, summary.is_partial) == (message, "USDT", False)
    assert foreign.message == "USDT is not an ISO 4217 code"


@pytest.mark.parametrize(
    ("ahead", "is_marked"), [("2026-11-21T01:50:38.960Z", False), ("2026-11-21T01:50:38.961Z", True)]
)
def test_figures_from_the_future_are_marked(ahead: str, is_marked: bool) -> None:
    body = PAYERMAX.documented(lambda answer: answer["data"].update(inquiryTime=ahead))
    world = World(PAYERMAX, {"main": {}}, [signed_reply(body)])
    assert notice_kinds(world.ask()) == (["impossible_time"] if is_marked else [])


def test_a_rate_limit_says_how_many_questions_were_answered() -> None:
    limit = HttpReply(429, {"retry-after": "60"}, b"")
    refused = recorded_reply(PAYBY.fixtures / "code-78001-CURRENCY_CODE_NOT_SUPPORTED.json")
    world = World(PAYBY, {"main": {}}, [DOCUMENTED["payby"], refused, limit])
    world.put(currencies=["AED", "USD", "EUR"])
    settings = {**ENVIRONMENT, "MAX_PARALLEL_CALLS": "1"}
    answer = world.function.answer({"currencies": ["AED", "USD", "BRL", "EUR"]}, settings, 60_000)
    by_currency = {failure["currency"]: failure for failure in answer["failures"]}
    assert (by_currency["EUR"]["kind"], world.asked) == ("rate_limited", 3)
    assert by_currency["EUR"]["message"] == (
        "limited our request rate: 2 of 3 questions were answered; "
        "list fewer currencies in the secret, or try again in a minute"
    )
    assert {by_currency[code]["kind"] for code in ("USD", "BRL")} == {"currency_not_supported"}


def test_a_rate_limit_keeps_the_code_and_the_trace_id_and_names_no_currencies_where_the_secret_has_none() -> None:
    limit = ProviderError(ErrorKind.RATE_LIMITED, "asks for fewer requests", provider_code="402", trace_id="7")
    (error,) = with_counts(PAGSMILE.provider, [limit])
    assert isinstance(error, ProviderError)
    assert (error.kind, error.provider_code, error.trace_id) == (ErrorKind.RATE_LIMITED, "402", "7")
    assert error.message == "limited our request rate: 0 of 1 questions were answered; try again in a minute"


def test_a_new_key_in_the_secret_answers_the_question_that_the_old_one_could_not() -> None:
    world = World(PAYBY, {"main": {}}, [DOCUMENTED["payby"]])
    world.put(provider_public_keys=[key_text("merchant_public")])
    asked = {"currencies": ["AED"]}
    assert [failure.kind.value for failure in world.ask(**asked).failures] == ["bad_response"]
    world.put()
    world.clock.now += timedelta(seconds=9)
    assert [failure.kind.value for failure in world.ask(**asked).failures] == ["bad_response"]
    right, world.secret.text = world.secret.text, "not JSON"
    world.clock.now += timedelta(seconds=1)
    assert [failure.kind.value for failure in world.ask(**asked).failures] == ["bad_response"]
    world.secret.text = right
    world.clock.now += timedelta(seconds=10)
    assert (world.ask(**asked).failures, world.asked) == ((), 5)


@pytest.mark.parametrize("broken", ["{}", '{"accounts": {"main": {}}}', "not JSON"])
def test_a_malformed_secret_is_read_again_after_ten_seconds(broken: str) -> None:
    world = World(PAYERMAX, {"main": {}}, [DOCUMENTED["payermax"]])
    right, world.secret.text = world.secret.text, broken
    assert [failure.kind.value for failure in world.ask().failures] == ["configuration"]
    world.secret.text = right
    world.clock.now += timedelta(seconds=10)
    assert world.ask().failures == ()
