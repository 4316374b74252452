"""What PayerMax's answer says that accounts hold."""

from datetime import UTC, datetime, timedelta

import pytest

from balance_core.models import Balance
from tests.openssl import KEYS, verifies
from tests.provider_fixtures import recorded_reply, signature_of, signed_reply
from tests.unit.payermax_cases import DOCUMENTED, RECEIVED_AT, balances, documented, query, row, with_rows

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


def shown(balance: Balance) -> tuple[str, str, str, str]:
    """Account type, currency, the name of the one known amount, and that amount."""
    names = ("available", "pending", "frozen", "total")
    ((name, money),) = [(each, getattr(balance, each)) for each in names if getattr(balance, each) is not None]
    return balance.account.type, balance.currency, name, money.to_wire()


def test_the_documented_answer() -> None:
    read = balances(recorded_reply(DOCUMENTED))

    assert [shown(each) for each in read] == DOCUMENTED_ROWS
    assert {each.as_of for each in read} == {INQUIRY_TIME}
    assert {(each.account.number, each.account.name) for each in read} == {(None, None)}


def test_openssl_made_the_recorded_signature() -> None:
    assert verifies(KEYS / "provider_public.pem", DOCUMENTED.read_bytes(), signature_of(DOCUMENTED))


def test_the_documented_question_is_answered_beside_the_point_too() -> None:
    """The documentation's example asks about USD and TRY; its answer holds AED, PHP and IDR as well."""
    read = balances(recorded_reply(DOCUMENTED), "USD", "TRY")

    assert [shown(each) for each in read] == [each for each in DOCUMENTED_ROWS if each[1] == "USD"]


@pytest.mark.parametrize("status", [200, 202, 400, 500])
def test_the_http_status_does_not_matter_to_a_signed_answer(status: int) -> None:
    assert len(balances(recorded_reply(DOCUMENTED, status=status))) == 7


def test_a_provider_may_roll_its_key() -> None:
    rolled = query(public_keys=("merchant_public", "provider_public"))

    assert len(rolled.read(recorded_reply(DOCUMENTED), RECEIVED_AT)) == 7


@pytest.mark.parametrize(
    ("account_type", "amount", "label"),
    [
        ("ACQUIRING", "available", "Settled takings"),
        ("DISBURSEMENT", "available", "Payouts"),
        ("AVAILABLE", "available", "Payouts"),
        ("SETTLE", "pending", "Takings not yet settled"),
        ("FREEZE", "frozen", "Frozen"),
        ("REVERSE", "frozen", "Security deposit"),
        ("SOMETHING_NEW", "total", None),
        ("freeze", "total", None),
        ("X" * 64, "total", None),
    ],
)
def test_account_types(account_type: str, amount: str, label: str | None) -> None:
    (balance,) = balances(signed_reply(with_rows(row(account_type, "USD", 5))))

    assert shown(balance) == (account_type, "USD", amount, "5.00")
    assert balance.account.label == label


@pytest.mark.parametrize(
    ("written", "currency", "wire"),
    [
        ("0.59", "AED", "0.59"),
        ("100265403", "IDR", "100265403.00"),
        ("99999999999999999999.99", "USD", "99999999999999999999.99"),
        ("-0.01", "USD", "-0.01"),
        ("0.123", "KWD", "0.123"),
        ("1E+8", "IDR", "100000000.00"),
        ("-0", "JPY", "0"),
    ],
)
def test_amounts_are_exact(written: str, currency: str, wire: str) -> None:
    body = with_rows(row("FREEZE", currency, 123456)).replace(b"123456", written.encode())

    ((_, _, _, frozen),) = (shown(each) for each in balances(signed_reply(body)))

    assert frozen == wire


def test_the_stated_time_may_have_any_offset() -> None:
    body = documented(lambda answer: answer["data"].update(inquiryTime="2023-03-30T14:15:22.096+08:00"))

    assert {each.as_of for each in balances(signed_reply(body))} == {INQUIRY_TIME}


def test_the_stated_time_counts_however_old_it_is() -> None:
    received_at = INQUIRY_TIME + timedelta(days=1000)

    assert {each.as_of for each in query().read(recorded_reply(DOCUMENTED), received_at)} == {INQUIRY_TIME}


def test_no_accounts_is_an_answer() -> None:
    assert balances(signed_reply(with_rows()), "USD") == []


def test_the_same_type_in_another_currency_is_another_account() -> None:
    read = balances(signed_reply(with_rows(row(currency="USD"), row(currency="EUR"))))

    assert [each.currency for each in read] == ["USD", "EUR"]


def test_a_currency_that_we_do_not_know_costs_nothing_when_it_was_not_asked_about() -> None:
    (only,) = balances(signed_reply(with_rows(row(currency="XYZ"), row())), "USD")

    assert only.currency == "USD"
