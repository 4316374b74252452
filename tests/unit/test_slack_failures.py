"""What an answer says about providers that could not answer, and about currencies that a provider does not hold."""

import re
from dataclasses import replace

import pytest

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import Failure
from balance_slack.view.message import render
from tests.unit.slack_cases import (
    CONTACT,
    NOT_HELD,
    PAGSMILE,
    TOTAL,
    answer,
    balance,
    failure,
    message,
    report,
    shown,
    total,
)


def test_an_outage_is_told_with_the_code_and_trace_that_support_needs() -> None:
    text = shown(failure(message="did not answer; try again in a minute", provider_code="504", trace_id="375099"))
    assert text.split("\n")[:3] == [
        "No balance could be read.",
        ":warning: PayBy did not answer; try again in a minute.",
        "For PayBy's support: code 504 and trace 375099.",
    ]


def test_failures_for_the_same_reason_are_one_outage() -> None:
    timeouts = [failure(currency=code, trace_id=f"t{index}") for index, code in enumerate(sorted(DECIMALS)[:10])]
    text = shown(*timeouts, failure(ErrorKind.UNAVAILABLE, "is down", account=None))
    places = "AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, 2 more"
    assert f":warning: PayBy ({places}) did not answer.\n:warning: PayBy is down.\n" in text
    assert "\nFor PayBy's support: trace t0, trace t1 and trace t2.\n" in text


def test_the_account_is_named_where_there_are_several() -> None:
    text = shown(
        report("payby", balance("1"), account="main"),
        failure(account="uae", currency="AED"),
        failure(NOT_HELD.kind, account="ksa", currency="SAR", provider_code="78001"),
        failure(NOT_HELD.kind, account="ksa", currency="USD"),
        report("payby", account="egy"),
    )
    assert "PayBy (account uae, AED) did not answer." in text
    assert "PayBy, account ksa, does not hold SAR." in text
    assert "PayBy, account ksa, was not asked about USD, which its settings do not list." in text
    assert "PayBy, account egy: no balance other than zero." in text


@pytest.mark.parametrize(
    ("failures", "sentence"),
    [
        ([failure()], "without PayBy"),
        ([failure(), failure(provider="wise")], "without PayBy and wise"),
        ([failure(provider="pagsmile")], "with only a part of Pagsmile"),
        ([failure(provider="pagsmile"), failure()], "without PayBy and with only a part of Pagsmile"),
    ],
)
def test_the_totals_say_who_is_missing_from_them(failures: list[Failure], sentence: str) -> None:
    assert f":warning: The totals are incomplete: {sentence}.\n" in shown(TOTAL, PAGSMILE, *failures)


def test_a_currency_that_is_not_held_is_no_outage() -> None:
    text = shown(TOTAL, PAGSMILE, NOT_HELD, replace(NOT_HELD, currency=None))
    assert ":warning:" not in text
    assert "PayBy does not hold USD or that currency." in text


def test_a_failure_of_the_whole_question_names_no_provider() -> None:
    refused = failure(ErrorKind.INVALID_REQUEST, "currencies: no", provider=None, account=None)
    assert "The question cannot be asked: currencies: no.\n" in shown(refused)
    absurd = failure(ErrorKind.BAD_RESPONSE, "USD cannot be summed", provider=None, account=None, trace_id="t1")
    text = shown(total(None, None, None), PAGSMILE, absurd)
    assert ":warning: USD cannot be summed.\n" in text
    assert "\nFor a support ticket: trace t1.\n" in text
    assert "incomplete" not in text


@pytest.mark.parametrize("kind", ErrorKind)
def test_only_an_outage_that_does_not_pass_by_itself_says_whom_to_tell(kind: ErrorKind) -> None:
    parts = (TOTAL, PAGSMILE, failure(kind, "refused the key"))
    lines = render(answer(*parts, contact=CONTACT)).text.split("\n")
    assert (f"Please tell {CONTACT}." in lines) is (kind.is_outage and not kind.is_retryable)
    assert "Please tell" not in render(answer(*parts)).text


def test_too_many_outages_are_counted() -> None:
    rendered = message(TOTAL, *(failure(provider=f"p{number}", trace_id="t" * 64) for number in range(500)))
    assert re.search(r"… and \d+ more failures\.", rendered.text)
    assert re.search(r"… and \d+ more notes\.", str(rendered.blocks))
    assert "without p0, p1, p2, p3, p4, p5, p6, p7 and 492 more." in rendered.text


def test_a_single_outage_left_out_is_counted_in_the_singular() -> None:
    assert "… and 1 more failure." in shown(*(failure(message=f"{number} {'x' * 380}") for number in range(7)))
