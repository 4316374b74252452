"""Zero is said only of what was read: never of money about which nobody answered, or was asked."""

from dataclasses import replace

import pytest

from balance_core.models import BalanceReport, BalanceTotal, Failure
from balance_slack.digest_channels import narrow
from tests.rendering.faces import faces
from tests.rendering.judge import texts
from tests.unit.blocks_cases import NOT_USD, balance, failure, report, shown, summary, total

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
