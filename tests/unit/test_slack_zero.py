"""Zero is said only of what was read: never of money about which nobody answered, or was asked."""

import re
from dataclasses import replace

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import BalanceReport, BalanceTotal, Failure
from balance_slack.blocks import render
from balance_slack.commands import Ask
from balance_slack.details import details_view
from balance_slack.digest import render_digest
from balance_slack.digest_channels import narrow
from tests.local.rendering import render_message, render_view
from tests.rendering.faces import faces
from tests.rendering.judge import texts
from tests.unit.blocks_cases import CORRELATION_ID, NAMES, NOT_USD, balance, failure, report, shown, summary, total

NOTHING = report("payby")
NOT_ASKED = replace(NOT_USD, provider_code=None)
ZERO, PARTLY = "no balance other than zero", "no balance other than zero in what was read"
ONLY_ZERO, ONLY_ZERO_READ = f"{ZERO.capitalize()}.", f"{PARTLY.capitalize()}."


@pytest.mark.parametrize(
    ("parts", "headline", "notes"),
    [
        ([NOTHING], ONLY_ZERO, [f"PayBy: {ZERO}."]),
        ([NOTHING, NOT_USD], ONLY_ZERO, ["PayBy does not hold USD.", f"PayBy: {ZERO}."]),
        ([NOTHING, failure(currency="USD")], ONLY_ZERO_READ, [f"PayBy: {PARTLY}."]),
        ([NOTHING, failure(account=None)], ONLY_ZERO_READ, [f"PayBy: {PARTLY}."]),
        ([NOTHING, failure(provider="pagsmile")], ONLY_ZERO_READ, [f"PayBy: {ZERO}."]),
        ([NOTHING, failure(account="uae")], ONLY_ZERO_READ, [f"PayBy, account main: {ZERO}."]),
        (
            [NOTHING, NOT_ASKED],
            ONLY_ZERO_READ,
            ["PayBy was not asked about USD, which its settings do not list.", f"PayBy: {PARTLY}."],
        ),
        (
            [NOT_ASKED],
            "There is no balance to show.",
            ["PayBy was not asked about USD, which its settings do not list."],
        ),
        ([NOT_USD], "There is no balance to show.", ["PayBy does not hold USD."]),
        ([failure()], "No balance could be read.", []),
        ([], "There is no balance to show.", []),
    ],
)
def test_where_there_is_nothing_to_show(parts: list[BalanceReport | Failure], headline: str, notes: list[str]) -> None:
    lines = shown(*parts).split("\n")
    assert lines[0] == headline
    assert [line for line in lines[1:] if line.startswith("PayBy")] == notes
    for face in faces(summary(*parts)):
        said = "\n".join([face.text, *(node["text"] for node in texts(face.blocks))])
        assert headline in said


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (report("pagsmile", balance("5")), "USD 5.00 available"),
        (NOT_USD, "PayBy does not hold USD."),
        (NOT_ASKED, "PayBy was not asked about USD"),
        (failure(currency="USD"), "PayBy (USD) did not answer."),
    ],
)
def test_a_digest_about_one_currency_says_nothing_of_who_told_only_of_others(
    usd: BalanceReport | Failure, said: str
) -> None:
    """The question was about more, and it may be that nobody asked that provider about this one."""
    totals: list[BalanceTotal] = [total("7", None, None, currency="AED")]
    totals += [total("5", None, None)] if isinstance(usd, BalanceReport) else []
    whole = summary(*totals, report("payby", balance("7", currency="AED")), report("payermax"), usd)
    narrowed = narrow(whole, ("USD",))
    text = shown(*narrowed.totals, *narrowed.reports, *narrowed.failures)
    assert said in text
    assert ZERO not in text.lower()
    assert "AED" not in text


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        (["EUR", "USD"], "No balance other than zero was reported in EUR."),
        (["EUR", "GBP", "USD"], "No balance other than zero was reported in EUR or GBP."),
        (
            ["AED", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "INR", "USD"],
            "No balance other than zero was reported in AED, BRL, CAD, CHF, CNY, DKK, EUR, GBP or 2 more.",
        ),
    ],
)
def test_every_face_names_the_currencies_that_were_asked_about_and_have_no_total(
    named: list[str], sentence: str
) -> None:
    answer = summary(total("5", None, None), report("pagsmile", balance("5")), report("payermax"))
    message = render(answer, NAMES, CORRELATION_ID, currencies=named)
    post, _ = render_digest(answer, NAMES, CORRELATION_ID, "Balances", currencies=named)
    for each in (message, post):
        assert sentence in each.text.split("\n")
        assert sentence in render_message(each.to_wire()).split("\n")
    details = details_view(answer, NAMES, CORRELATION_ID, Ask(tuple(named)))
    assert sentence in render_view(details).split("\n")


@pytest.mark.parametrize("parts", [[NOTHING], [failure()], [total("5", None, None), report("payby", balance("5"))]])
def test_no_currency_is_named_twice_or_without_a_question(parts: list[BalanceReport | BalanceTotal | Failure]) -> None:
    assert "was reported in" not in render(summary(*parts), NAMES, CORRELATION_ID, currencies=["USD"]).text
    assert "was reported in" not in shown(*parts)


@pytest.mark.parametrize(
    ("missing", "sentences"),
    [
        (NOT_USD, {"AED or EUR."}),
        (failure(), {"AED or EUR, but not everything was read."}),
        (failure(currency="AED"), {"EUR.", "AED, but not everything was read."}),
        (replace(NOT_ASKED, currency="EUR"), {"AED.", "EUR, but not everything was read."}),
        (failure(ErrorKind.PERMISSION_DENIED, provider="payermax", currency="USD"), {"AED or EUR."}),
    ],
)
def test_a_named_currency_about_which_somebody_failed_or_was_not_asked_does_not_read_as_zero(
    missing: Failure, sentences: set[str]
) -> None:
    answer = summary(total("5", None, None), report("pagsmile", balance("5")), missing)
    text = render(answer, NAMES, CORRELATION_ID, currencies=["AED", "EUR", "USD"]).text
    assert set(re.findall(r"^No balance other than zero was reported in (.*)$", text, re.MULTILINE)) == sentences
