"""The setting DigestChannels, and what one answer says about a channel's currencies."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure
from balance_core.money import Money
from balance_slack.commands import Ask
from balance_slack.digest_channels import DigestChannel, ask_for, narrow, read_digest_channels

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def money(currency: str) -> Money:
    return Money(Decimal(5), currency)


def balance(currency: str) -> Balance:
    return Balance(Account("settle"), currency, NOW, available=money(currency))


def failure(kind: ErrorKind, currency: str | None) -> Failure:
    return Failure(kind, "did not answer", "9f2c", provider="payby", currency=currency)


WHOLE = BalanceSummary(
    NOW,
    totals=tuple(BalanceTotal(currency, money(currency), None, None) for currency in ("AED", "EUR", "USD")),
    reports=(
        BalanceReport("pagsmile", "main", (balance("USD"), balance("AED"))),
        BalanceReport("payermax", "main", (balance("EUR"),)),
    ),
    failures=(
        failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "USD"),
        failure(ErrorKind.TIMEOUT, "EUR"),
        failure(ErrorKind.UNAVAILABLE, None),
    ),
)


class TestTheSetting:
    @pytest.mark.parametrize(
        ("setting", "channels"),
        [
            ("", ()),
            ("  ", ()),
            ("C0123ABCD", (DigestChannel("C0123ABCD"),)),
            (
                "C0123ABCD:USD+AED,G0456EFGH",
                (DigestChannel("C0123ABCD", ("AED", "USD")), DigestChannel("G0456EFGH")),
            ),
            (" C0123ABCD:JPY , C0456EFGH ", (DigestChannel("C0123ABCD", ("JPY",)), DigestChannel("C0456EFGH"))),
            ("C0123ABCD:USD+AED+USD", (DigestChannel("C0123ABCD", ("AED", "USD")),)),
        ],
    )
    def test_names_channels_and_their_currencies(self, setting: str, channels: tuple[DigestChannel, ...]) -> None:
        assert read_digest_channels(setting) == channels

    @pytest.mark.parametrize(
        ("setting", "entry", "problem"),
        [
            ("C0123ABCD,", "''", "neither a channel"),
            ("finance", "'finance'", "neither a channel"),
            ("U0123ABCD", "'U0123ABCD'", "neither a channel"),
            ("C0123ABCD:", "'C0123ABCD:'", "neither a channel"),
            ("C0123ABCD:usd", "'C0123ABCD:usd'", "neither a channel"),
            ("C0123ABCD:USD AED", "'C0123ABCD:USD AED'", "neither a channel"),
            ("C0123ABCD:USD+", "'C0123ABCD:USD+'", "neither a channel"),
            ("C0123ABCD:USD+AED:EUR", "'C0123ABCD:USD+AED:EUR'", "neither a channel"),
            ("C0456EFGH,C0123ABCD:UDS+USD+XXX", "'C0123ABCD:UDS+USD+XXX'", "ISO 4217: UDS, XXX"),
            ("C0123ABCD:USD,C0456EFGH,C0123ABCD:AED", "'C0123ABCD:AED'", "a second time"),
            ("C" + "0" * 500, "'C" + "0" * 59 + "'", "neither a channel"),
        ],
    )
    def test_that_is_wrong_is_refused_with_its_name_and_the_entry(self, setting: str, entry: str, problem: str) -> None:
        with pytest.raises(ProviderError) as caught:
            read_digest_channels(setting)
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert f"DigestChannels, entry {entry}" in caught.value.message
        assert problem in caught.value.message


class TestTheQuestion:
    def test_is_about_every_currency_of_any_channel(self) -> None:
        channels = read_digest_channels("C0123ABCD:USD+AED,C0456EFGH:AED+EUR")
        assert ask_for(channels) == Ask(("AED", "EUR", "USD"))

    def test_is_about_everything_as_soon_as_one_channel_wants_that(self) -> None:
        assert ask_for(read_digest_channels("C0123ABCD:USD,C0456EFGH")) == Ask()


class TestANarrowedAnswer:
    def test_is_the_whole_one_for_no_currencies(self) -> None:
        assert narrow(WHOLE, ()) is WHOLE

    def test_holds_what_is_about_its_currencies_or_about_none_in_particular(self) -> None:
        narrowed = narrow(WHOLE, ("USD", "JPY"))
        assert [total.currency for total in narrowed.totals] == ["USD"]
        assert narrowed.reports == (BalanceReport("pagsmile", "main", (balance("USD"),)),)
        assert [each.currency for each in narrowed.failures] == ["USD", None]
        assert narrowed.generated_at == NOW

    def test_knows_no_outage_of_another_currency(self) -> None:
        only_eur = BalanceSummary(NOW, failures=(failure(ErrorKind.TIMEOUT, "EUR"),))
        assert narrow(only_eur, ("EUR",)).is_partial
        assert not narrow(only_eur, ("USD",)).is_partial


@pytest.mark.parametrize(
    ("currencies", "heading"),
    [
        ((), "Balances at all providers"),
        (("AED",), "Balances in AED at all providers"),
        (("AED", "BRL", "EUR", "GBP", "USD"), "Balances in AED, BRL, EUR, GBP and USD at all providers"),
        (("AED", "BRL", "EUR", "GBP", "JPY", "USD"), "Balances in 6 currencies at all providers"),
    ],
)
def test_the_title_says_which_currencies_a_digest_is_about(currencies: tuple[str, ...], heading: str) -> None:
    assert DigestChannel("C1", currencies).heading == heading
