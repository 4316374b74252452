"""What an answer says of that which is missing: outages, currencies not held, questions that cannot be asked."""

import pytest

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
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
        assert f":warning: PayBy ({places}) did not answer.\n" in text
        assert "\nFor PayBy's support: trace t0, trace t1 and trace t2.\n" in text
        assert ":warning: PayBy is down.\n" in text

    @pytest.mark.parametrize(
        ("kind", "advice"),
        [
            (ErrorKind.AUTHENTICATION, " Asking again will not help before that."),
            (ErrorKind.PERMISSION_DENIED, " Asking again will not help before that."),
            (ErrorKind.CONFIGURATION, " Asking again will not help before that."),
            (ErrorKind.TIMEOUT, ""),
            (ErrorKind.INVALID_REQUEST, ""),
        ],
    )
    def test_says_where_asking_again_is_of_no_use(self, kind: ErrorKind, advice: str) -> None:
        assert f":warning: PayBy did this: do that.{advice}\n" in shown(failure(kind, "did this: do that"))

    def test_of_no_provider_still_has_its_proof(self) -> None:
        absurd = failure(ErrorKind.BAD_RESPONSE, "USD cannot be summed", provider=None, account=None, trace_id="t1")
        assert "\nFor a support ticket: trace t1.\n" in shown(absurd)

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
