"""What PayBy's answer says that an account holds."""

from decimal import Decimal

import pytest

from balance_core.models import Account, Balance
from balance_core.money import Money
from tests.openssl import KEYS, verifies
from tests.provider_fixtures import recorded_reply, signature_of, signed_reply
from tests.unit.payby_cases import DOCUMENTED, RECEIVED_AT, balance, documented, query, with_amount


def test_the_documented_answer() -> None:
    assert balance(recorded_reply(DOCUMENTED)) == Balance(
        account=Account("member", number="200000030907", label="Merchant account"),
        currency="AED",
        as_of=RECEIVED_AT,
        available=Money(Decimal("897993.88"), "AED"),
    )


def test_openssl_made_the_recorded_signature() -> None:
    assert verifies(KEYS / "provider_public.pem", DOCUMENTED.read_bytes(), signature_of(DOCUMENTED))


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("0", "0.00"),
        ("0.59", "0.59"),
        ("-12.5", "-12.50"),
        ("100265403", "100265403.00"),
        ("8979938800.10", "8979938800.10"),
        ("0.1234567890123456789e1", "1.234567890123456789"),
        ("1E+3", "1000.00"),
    ],
)
def test_amounts_are_exact(written: str, wire: str) -> None:
    available = balance(signed_reply(with_amount(written))).available

    assert available is not None
    assert available.to_wire() == wire


def test_a_provider_may_roll_its_key() -> None:
    rolled = query(public_keys=("merchant_public", "provider_public"))

    assert len(rolled.read(recorded_reply(DOCUMENTED), RECEIVED_AT)) == 1


def test_success_may_be_absent() -> None:
    assert balance(signed_reply(documented(lambda answer: answer["head"].pop("success")))).available is not None
