"""What an answer says of that which is missing: outages, currencies not held, questions that cannot be asked."""

from dataclasses import replace

import pytest

import pagsmile_balance.payloads
import payby_balance.payloads
import payermax_balance.payloads
from balance_core.currencies import DECIMALS
from balance_core.errors import UNLISTED_CODE, CodeRule, ErrorKind
from balance_core.models import Failure
from tests.unit.blocks_cases import CORRELATION_ID, NOT_USD, PAGSMILE, TOTAL, balance, failure, report, shown, total


class TestWhatIsMissing:
    def test_is_told_with_everything_that_support_needs(self) -> None:
        text = shown(failure(message="did not answer: try again.", provider_code="504", trace_id="375099"))
        assert ":warning: PayBy did not answer: try again.\n" in text
        assert "\nFor PayBy's support: code 504 and trace 375099.\n" in text
        assert f"Reference {CORRELATION_ID}" in text
        assert text.startswith("No balance could be read.")

    def test_is_told_once_for_the_same_reason(self) -> None:
        outages = [failure(currency=code, trace_id=f"t{index}") for index, code in enumerate(sorted(DECIMALS)[:10])]
        text = shown(*outages, failure(ErrorKind.UNAVAILABLE, "is down", account=None))
        places = "AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, 2 more"
        assert f":warning: PayBy ({places}) did not answer. Trying again may help.\n" in text
        assert "\nFor PayBy's support: trace t0, trace t1 and trace t2.\n" in text
        assert ":warning: PayBy is down. Trying again may help.\n" in text

    @pytest.mark.parametrize(
        ("kind", "advice"),
        [
            (kind, "Trying again may help." if kind.is_retryable else "Trying again will not help before that.")
            for kind in ErrorKind
            if kind.is_outage
        ],
    )
    def test_says_once_whether_trying_again_helps(self, kind: ErrorKind, advice: str) -> None:
        assert f":warning: PayBy did this: do that. {advice}\n" in shown(failure(kind, "did this: do that"))
        assert ":warning: PayBy did this: try again.\n" in shown(failure(kind, "did this: try again"))

    @pytest.mark.parametrize(
        "rule",
        [
            *pagsmile_balance.payloads.CODES.values(),
            *payby_balance.payloads.CODES.values(),
            *payermax_balance.payloads.CODES.values(),
            UNLISTED_CODE,
        ],
    )
    def test_says_it_of_every_code_in_one_way(self, rule: CodeRule) -> None:
        text = shown(failure(rule.kind, rule.message))
        assert text.count("try again") + text.count("Trying again ") == rule.kind.is_outage

    def test_of_no_provider_still_has_its_proof(self) -> None:
        absurd = failure(ErrorKind.BAD_RESPONSE, "USD cannot be summed", provider=None, account=None, trace_id="t1")
        assert "\nFor a support ticket: trace t1.\n" in shown(absurd)

    def test_names_the_account_where_there_are_several(self) -> None:
        text = shown(
            report("payby", balance("1"), account="main"),
            failure(account="uae", currency="AED"),
            failure(NOT_USD.kind, account="ksa", currency="SAR", provider_code="78001"),
            failure(NOT_USD.kind, account="ksa", currency="USD"),
            report("payby", account="egy"),
        )
        assert "PayBy (account uae, AED) did not answer." in text
        assert "PayBy, account ksa, does not hold SAR." in text
        assert "PayBy, account ksa, was not asked about USD, which its settings do not list." in text
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
        text = shown(TOTAL, PAGSMILE, NOT_USD, replace(NOT_USD, currency=None))
        assert ":warning:" not in text
        assert "incomplete" not in text
        assert "PayBy does not hold USD or that currency." in text

    def test_of_the_whole_question_needs_no_provider(self) -> None:
        refused = failure(ErrorKind.INVALID_REQUEST, "currencies[0]: no", provider=None, account=None)
        assert "The question cannot be asked: currencies[0]: no.\n" in shown(refused)
        absurd = failure(ErrorKind.BAD_RESPONSE, "USD cannot be summed", provider=None, account=None)
        text = shown(total(None, None, None), PAGSMILE, absurd)
        assert ":warning: USD cannot be summed. Trying again may help.\n" in text
        assert "incomplete" not in text
