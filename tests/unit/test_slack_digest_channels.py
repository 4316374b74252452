"""The setting DigestChannels, and what one answer says about a channel's currencies."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_aggregator.summary import summarise
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import (
    Account,
    Balance,
    BalanceReport,
    BalanceSummary,
    BalanceTotal,
    Failure,
    ProviderAnswer,
)
from balance_core.money import Money
from balance_slack.commands import Ask
from balance_slack.digest_channels import DigestChannel, ask_for, narrow, read_digest_channels
from tests.strategies import provider_answers

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def money(currency: str) -> Money:
    return Money(Decimal(5), currency)


def balance(currency: str) -> Balance:
    return Balance(Account("settle"), currency, NOW, available=money(currency))


def failure(kind: ErrorKind, currency: str | None) -> Failure:
    return Failure(kind, "did not answer", "9f2c", provider="payby", currency=currency)


def zero(currency: str) -> Balance:
    return Balance(Account("settle"), currency, NOW, available=Money(Decimal(0), currency))


WITH_ZEROS = BalanceSummary(
    NOW,
    totals=(
        BalanceTotal("AED", Money(Decimal(0), "AED"), None, None),
        BalanceTotal("USD", money("USD"), None, None),
    ),
    reports=(
        BalanceReport("payby", "main", (zero("AED"), zero("USD"))),
        BalanceReport("payermax", "main", (balance("USD"),)),
    ),
)
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
            ("C0123ABCD, finance ", "'finance'", "neither a channel"),
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
        assert ask_for(channels) == Ask(("AED", "EUR", "USD"), include_zero=True)

    def test_is_about_everything_as_soon_as_one_channel_wants_that(self) -> None:
        assert ask_for(read_digest_channels("C0123ABCD:USD,C0456EFGH")) == Ask(include_zero=True)

    def test_is_about_zeros_only_where_a_channel_names_currencies(self) -> None:
        assert ask_for(read_digest_channels("C0123ABCD,C0456EFGH")) == Ask()


class TestANarrowedAnswer:
    def test_is_the_whole_one_for_no_currencies(self) -> None:
        assert narrow(WHOLE, ()) == WHOLE

    def test_holds_what_is_about_its_currencies_or_about_none_in_particular(self) -> None:
        narrowed = narrow(WHOLE, ("USD", "JPY"))
        assert [total.currency for total in narrowed.totals] == ["USD"]
        assert narrowed.reports == (BalanceReport("pagsmile", "main", (balance("USD"),)),)
        assert [each.currency for each in narrowed.failures] == ["USD", None]
        assert narrowed.generated_at == NOW

    def test_shows_zero_of_a_currency_that_its_channel_named_and_that_holds_nothing_else(self) -> None:
        aed = narrow(WITH_ZEROS, ("AED",))
        assert aed.totals == (BalanceTotal("AED", Money(Decimal(0), "AED"), None, None),)
        assert aed.reports == (BalanceReport("payby", "main", (zero("AED"),)),)
        usd = narrow(WITH_ZEROS, ("USD",))
        assert [total.currency for total in usd.totals] == ["USD"]
        assert usd.reports == (BalanceReport("payermax", "main", (balance("USD"),)),)

    def test_has_no_zero_where_its_channel_named_no_currency(self) -> None:
        narrowed = narrow(WITH_ZEROS, ())
        assert [total.currency for total in narrowed.totals] == ["USD"]
        assert narrowed.reports == (
            BalanceReport("payby", "main", ()),
            BalanceReport("payermax", "main", (balance("USD"),)),
        )

    @given(st.lists(provider_answers(currencies=st.sampled_from(["USD", "JPY"])), max_size=4))
    def test_is_for_no_currencies_what_the_aggregator_answers_without_zeros(
        self, answers: list[ProviderAnswer]
    ) -> None:
        whole, shown = (summarise(answers, "9f2c", NOW, include_zero=include_zero) for include_zero in (True, False))
        assert narrow(whole, ()) == shown

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
