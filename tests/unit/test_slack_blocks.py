"""The rendered answer: what a person reads, and what they are told about that which is missing."""

import re
from datetime import timedelta

import pytest

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import Failure
from balance_slack.blocks import Message, render
from tests.local.rendering import render_message
from tests.local.simulators.slack_limits import refusal
from tests.unit.blocks_cases import (
    AS_OF,
    CORRELATION_ID,
    NAMES,
    NOT_USD,
    PAGSMILE,
    PAYERMAX,
    TOTAL,
    balance,
    failure,
    message,
    report,
    shown,
    summary,
    total,
)


class TestTheAnswer:
    def test_reads_at_a_glance(self) -> None:
        assert shown(TOTAL, PAGSMILE, PAYERMAX, NOT_USD).split("\n") == [
            "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
            "-" * 72,
            "Pagsmile · as of 2026-11-21 01:45 UTC",
            "• settle available USD 1,008.29 · pending — · frozen —",
            "PayerMax · as of 2026-11-21 01:45 UTC",
            "• DISBURSEMENT available USD 776.34 · pending USD 9,248.93 · frozen USD 11.41",
            "PayBy does not hold USD.",
            f"— means not reported by the provider. Reference {CORRELATION_ID}",
        ]

    def test_has_a_text_that_stands_alone(self) -> None:
        assert message(TOTAL, PAGSMILE, failure(provider_code="504", trace_id="375099")).text.split("\n") == [
            "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
            "The totals are incomplete: without PayBy.",
            "PayBy did not answer.",
        ]

    def test_never_shows_unknown_as_zero(self) -> None:
        text = shown(total("0", None, "0"), report("payby", balance("0.00", None, "0")))
        assert text.count("available USD 0.00 · pending — · frozen USD 0.00") == 2
        assert "— means not reported" in text

    def test_explains_the_dash_only_where_there_is_one(self) -> None:
        assert "—" not in shown(TOTAL, PAYERMAX)

    def test_groups_accounts_by_provider_and_names_them_where_there_are_several(self) -> None:
        text = shown(
            report("payermax", balance("1"), account="main"),
            PAGSMILE,
            report("payermax", balance("2", name="Shop", number="17"), account="uae"),
            report("pagsmile", balance("3", number="17")),
        )
        assert re.findall(r"^(PayerMax|Pagsmile|• .*?) (?:·|available)", text, re.MULTILINE) == [
            *("PayerMax", "• main DISBURSEMENT", "• uae DISBURSEMENT Shop"),
            *("Pagsmile", "• settle", "• DISBURSEMENT 17"),
        ]

    def test_states_each_time_where_they_differ(self) -> None:
        text = shown(report("payermax", balance("1"), balance("2", as_of=AS_OF - timedelta(minutes=1))))
        assert "PayerMax\n" in text
        assert "• DISBURSEMENT available USD 1.00 · pending — · frozen — · as of 2026-11-21 01:45 UTC" in text
        assert "available USD 2.00 · pending — · frozen — · as of 2026-11-21 01:44 UTC" in text

    def test_shows_times_in_the_readers_own_time_zone(self) -> None:
        wire = str(message(PAGSMILE).blocks)
        assert f"<!date^{int(AS_OF.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-21 01:45 UTC>" in wire

    def test_shows_an_unknown_provider_by_its_id(self) -> None:
        assert "wise · as of" in shown(report("wise", balance("1")))

    def test_can_have_a_heading(self) -> None:
        rendered = render(summary(TOTAL), NAMES, CORRELATION_ID, heading="Balances")
        assert render_message(rendered.to_wire()).startswith("Balances\n=====")
        assert rendered.text.startswith("Balances\nTotal USD")
        assert refusal(rendered.to_wire()) is None

    def test_of_text_alone_has_no_blocks(self) -> None:
        assert Message("text").to_wire() == {"text": "text"}


class TestWhatIsMissing:
    def test_is_told_with_everything_that_support_needs(self) -> None:
        text = shown(failure(message="did not answer: try again.", provider_code="504", trace_id="375099"))
        line = "PayBy did not answer: try again. For its support: code 504 and trace 375099."
        assert f":warning: {line}" in text
        assert f"Reference {CORRELATION_ID}" in text
        assert text.startswith("No balance could be read.")

    def test_is_told_once_for_the_same_reason(self) -> None:
        outages = [failure(currency=code, trace_id=f"t{index}") for index, code in enumerate(sorted(DECIMALS)[:10])]
        text = shown(*outages, failure(ErrorKind.UNAVAILABLE, "is down", account=None))
        places = "AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, 2 more"
        assert f"PayBy ({places}) did not answer. For its support: trace t0, trace t1 and trace t2." in text
        assert ":warning: PayBy is down.\n" in text

    def test_names_the_account_where_there_are_several(self) -> None:
        text = shown(
            report("payby", balance("1"), account="main"),
            failure(account="uae", currency="AED"),
            failure(ErrorKind.CURRENCY_NOT_SUPPORTED, account="ksa", currency="SAR"),
            report("payby", account="egy"),
        )
        assert "PayBy (account uae, AED) did not answer." in text
        assert "PayBy, account ksa, does not hold SAR." in text
        assert "PayBy, account egy: no balance other than zero." in text

    @pytest.mark.parametrize(
        ("parts", "sentence"),
        [
            ([failure()], "The totals are incomplete: without PayBy."),
            ([failure(), failure(provider="wise")], "The totals are incomplete: without PayBy and wise."),
            ([failure(provider="pagsmile")], "The totals are incomplete: with only a part of Pagsmile."),
            (
                [failure(provider="pagsmile"), failure()],
                "The totals are incomplete: without PayBy and with only a part of Pagsmile.",
            ),
        ],
    )
    def test_is_said_beside_the_totals(self, parts: list[Failure], sentence: str) -> None:
        assert f":warning: {sentence}\n" in shown(TOTAL, PAGSMILE, *parts)

    def test_is_no_alarm_when_a_currency_is_not_held(self) -> None:
        text = shown(TOTAL, PAGSMILE, NOT_USD, failure(NOT_USD.kind, currency=None))
        assert ":warning:" not in text
        assert "incomplete" not in text
        assert "PayBy does not hold USD or that currency." in text

    def test_is_not_money_where_a_provider_has_nothing_but_zero(self) -> None:
        text = shown(report("payby"))
        assert text.startswith("No balance other than zero.")
        assert "\nPayBy: no balance other than zero.\n" in text

    def test_of_the_whole_question_needs_no_provider(self) -> None:
        refused = failure(ErrorKind.INVALID_REQUEST, "currencies[0]: no", provider=None, account=None)
        assert "The question cannot be asked: currencies[0]: no.\n" in shown(refused)
        absurd = failure(ErrorKind.BAD_RESPONSE, "USD cannot be summed", provider=None, account=None)
        text = shown(total(None, None, None), PAGSMILE, absurd)
        assert ":warning: USD cannot be summed.\n" in text
        assert "incomplete" not in text
