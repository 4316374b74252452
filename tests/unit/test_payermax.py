"""PayerMax: what is asked, how its rows become balances, and which signed replies are refused."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import Balance
from balance_core.provider.http import HttpReply
from balance_core.question import Question
from tests.clock import NOW
from tests.conversation import converse, first_request, new_context, reading_of, refusal
from tests.provider_fixtures import recorded_reply, signed_reply
from tests.unit.provider_cases import PAYERMAX

DOCUMENTED = PAYERMAX.fixtures / "documented-answer.json"
CODES = sorted(path.stem.removeprefix("code-") for path in PAYERMAX.fixtures.glob("code-*.json"))
EVERYTHING = Question()
INQUIRY_TIME = datetime(2023, 3, 30, 6, 15, 22, 96_000, tzinfo=UTC)
DOCUMENTED_ROWS = [
    ("DISBURSEMENT", "AED", "available", "0.59"),
    ("DISBURSEMENT", "USD", "available", "776.34"),
    ("DISBURSEMENT", "PHP", "available", "16.08"),
    ("FREEZE", "IDR", "frozen", "100265403.00"),
    ("FREEZE", "USD", "frozen", "11.41"),
    ("SETTLE", "IDR", "pending", "449172.00"),
    ("SETTLE", "USD", "pending", "9248.93"),
]


def balances(reply: HttpReply, question: Question = EVERYTHING) -> Sequence[Balance]:
    return converse(PAYERMAX.inquiry(question), reply)


def with_rows(*rows: object) -> bytes:
    return PAYERMAX.documented(lambda answer: answer["data"].update(accountRealTimeTypes=rows))


def with_data(**changes: object) -> bytes:
    return PAYERMAX.documented(lambda answer: answer["data"].update(changes))


def row(account_type: object = "DISBURSEMENT", currency: object = "USD", balance: object = 1) -> dict[str, object]:
    return {"balance": balance, "accountType": account_type, "currency": currency}


def shown(balance: Balance) -> tuple[str, str, str, str]:
    """Account type, currency, the name of the only known amount, and that amount."""
    names = ("available", "pending", "frozen", "total")
    ((name, money),) = [(each, getattr(balance, each)) for each in names if getattr(balance, each) is not None]
    return balance.account.type, balance.currency, name, money.to_wire()


def test_the_request_means_the_same_as_the_documented_example_without_its_sign_and_second_currency() -> None:
    documented = json.loads((PAYERMAX.fixtures / "documented-request.json").read_bytes())
    assert documented.pop("sign") == "{{sign}}"
    assert documented["data"]["accountCurrency"].pop() == "TRY"
    sent = json.loads(first_request(PAYERMAX.inquiry(), new_context(PAYERMAX.asked_at)).body)
    assert sent == {**documented, "requestTime": "2023-03-30T06:15:22.096Z"}
    assert list(sent) == list(documented)


@pytest.mark.parametrize(
    ("currencies", "currency", "named"),
    [(None, None, []), (("USD",), "USD", ["USD"]), (("USD", "UZS"), None, [])],
    ids=["all", "one", "two"],
)
@pytest.mark.parametrize("include_zero", [True, False])
def test_one_conversation_asks_about_one_currency_or_about_all(
    currencies: tuple[str, ...] | None, currency: str | None, named: list[str], include_zero: bool
) -> None:
    inquiry = PAYERMAX.inquiry(Question(currencies=currencies, include_zero=include_zero), version="1.4")
    assert inquiry.currency == currency
    sent = json.loads(first_request(inquiry).body)
    assert sent["version"] == "1.4"
    assert sent["data"] == {"plainSign": include_zero, "accountType": [], "accountCurrency": named}


@pytest.mark.parametrize("status", [200, 202, 400, 500])
def test_the_documented_answer_is_read_whatever_the_http_status(status: int) -> None:
    read = balances(recorded_reply(DOCUMENTED, status=status))
    assert [shown(each) for each in read] == DOCUMENTED_ROWS
    assert {each.as_of for each in read} == {INQUIRY_TIME}
    assert {(each.account.number, each.account.name) for each in read} == {(None, None)}


def test_rows_in_currencies_that_were_not_asked_about_are_skipped() -> None:
    """The documented example asks about USD and TRY, and its answer also has AED, PHP and IDR."""
    read = balances(recorded_reply(DOCUMENTED), Question(currencies=("USD", "TRY")))
    assert [shown(each) for each in read] == [each for each in DOCUMENTED_ROWS if each[1] == "USD"]
    usd = Question(currencies=("USD",))
    assert balances(signed_reply(with_rows()), usd) == ()


@pytest.mark.parametrize(
    ("account_type", "amount", "label"),
    [
        ("ACQUIRING", "available", "Settled funds"),
        ("DISBURSEMENT", "available", "Payouts"),
        ("AVAILABLE", "available", "Payouts"),
        ("SETTLE", "pending", "Funds not yet settled"),
        ("FREEZE", "frozen", "Frozen"),
        ("REVERSE", "frozen", "Security deposit"),
        ("SOMETHING_NEW", "total", None),
        ("freeze", "frozen", "Frozen"),
        ("X" * 64, "total", None),
    ],
)
def test_an_account_type_decides_which_amount_its_balance_is(account_type: str, amount: str, label: str | None) -> None:
    (balance,) = balances(signed_reply(with_rows(row(account_type, "USD", 5))))
    assert shown(balance) == (account_type, "USD", amount, "5.00")
    assert balance.account.label == label


@pytest.mark.parametrize("stated", ["2023-03-30T14:15:22.096+08:00", "2023-03-30T06:15:22.096Z"])
def test_balances_are_as_of_the_stated_time_however_old_it_is(stated: str) -> None:
    reading = reading_of(PAYERMAX.inquiry(EVERYTHING), signed_reply(with_data(inquiryTime=stated)))
    assert {each.as_of for each in reading.balances} == {INQUIRY_TIME}
    assert reading.notices == ()


ROW = "$.data.accountRealTimeTypes[0]"


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("$.data", PAYERMAX.documented(lambda answer: answer.update(data=[]))),
        ("$.data.errorCode", with_data(errorCode=True)),
        ("$.data.errorMsg", with_data(errorMsg="words")),
        ("$.data.accountRealTimeTypes", with_data(accountRealTimeTypes={})),
    ],
)
def test_a_signed_success_that_contradicts_itself_is_refused_by_its_place(place: str, body: bytes) -> None:
    error = refusal(PAYERMAX.inquiry(EVERYTHING), signed_reply(body))
    assert error.kind is ErrorKind.BAD_RESPONSE
    assert f": {place} " in error.message


@pytest.mark.parametrize(
    ("place", "body"),
    [
        (ROW, with_rows(None)),
        (f"{ROW}.accountType", with_rows(row(account_type=None))),
        (f"{ROW}.accountType", with_rows(row(account_type="X" * 65))),
        (f"{ROW}.accountType", with_rows(row(account_type="  "))),
        # The same account twice would count its money twice; AVAILABLE is the former name of DISBURSEMENT.
        ("$.data.accountRealTimeTypes[1], $.data.accountRealTimeTypes[0]", with_rows(row("FREEZE"), row("freeze"))),
        ("$.data.accountRealTimeTypes[1], $.data.accountRealTimeTypes[0]", with_rows(row(), row("AVAILABLE"))),
    ],
)
def test_a_row_that_cannot_be_read_is_noticed_by_its_place(place: str, body: bytes) -> None:
    reading = reading_of(PAYERMAX.inquiry(EVERYTHING), signed_reply(body))
    (notice,) = reading.notices
    assert (reading.balances, notice.kind, notice.place) == ((), "unread_rows", place)


@pytest.mark.parametrize(
    "stated", [None, "", 1680156922096, "2023-03-30T06:15:22", "0001-01-01T00:00:00+14:00", "yesterday"]
)
def test_without_a_usable_time_the_figures_are_as_of_their_receipt(stated: object) -> None:
    reading = reading_of(PAYERMAX.inquiry(EVERYTHING), signed_reply(with_data(inquiryTime=stated)))
    assert {each.as_of for each in reading.balances} == {NOW}
    assert [notice.kind for notice in reading.notices] == ["unknown_time"]
    assert [shown(each) for each in reading.balances] == DOCUMENTED_ROWS


@pytest.mark.parametrize("code", CODES)
def test_a_code_inside_a_success_means_the_same_as_outside(code: str) -> None:
    inside = refusal(PAYERMAX.inquiry(), signed_reply(with_data(errorCode=code, errorMsg="words")))
    outside = refusal(PAYERMAX.inquiry(), recorded_reply(PAYERMAX.fixtures / f"code-{code}.json"))
    assert (inside.kind, inside.message, inside.retries) == (outside.kind, outside.message, outside.retries)
    assert inside.provider_code == code


@pytest.mark.parametrize("value", ["", None, "SUCCESS", "success", "0000", 0, "APPLY_SUCCESS"])
def test_an_error_code_of_success_inside_a_success_is_no_error(value: object) -> None:
    message = value if value in ("", None) else "Success."
    assert len(balances(signed_reply(with_data(errorCode=value, errorMsg=message)))) == 7


@pytest.mark.parametrize("rows", [None, "", []])
@pytest.mark.parametrize("stated", ["2023-03-30T06:15:22.096Z", None])
def test_no_list_is_no_rows(rows: object, stated: str | None) -> None:
    data = with_data(accountRealTimeTypes=rows, inquiryTime=stated)
    reading = reading_of(PAYERMAX.inquiry(), signed_reply(data))
    assert (reading.balances, [notice.kind for notice in reading.notices]) == ((), ["no_balances"])


def test_an_error_needs_no_signature_and_a_wrong_one_does_not_matter() -> None:
    body = (PAYERMAX.fixtures / "code-SYSTEM_ERROR.json").read_bytes()
    for reply in (HttpReply(200, {"sign": "wrong"}, body), signed_reply(body)):
        assert refusal(PAYERMAX.inquiry(), reply).kind is ErrorKind.UNAVAILABLE
