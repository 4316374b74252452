"""The accounts' lines where there is no table: whose they are, what they hold, how old that is."""

from datetime import timedelta

import pytest

from balance_core.models import Account, Balance
from balance_slack.accounts import account_groups
from tests.rendering.faces import faces
from tests.rendering.judge import texts
from tests.unit.blocks_cases import AS_OF, NAMES, TOTAL, balance, money, plain, report, summary

TOTAL_ONLY = Balance(Account("VAULT"), "USD", AS_OF, total=money("5"))
USUAL = Balance(Account("DISBURSEMENT"), "USD", AS_OF, available=money("3"))
NOTE = "(in no sum: ask the provider whether it can be used)"


def lines(*balances: Balance) -> list[str]:
    """The accounts' lines, as a person reads them."""
    return [line for line in plain(TOTAL, report("payermax", *balances)).split("\n") if line.startswith("•")]


def test_a_total_alone_is_shown_and_said_to_be_in_no_sum() -> None:
    assert lines(TOTAL_ONLY) == [f"• VAULT · USD 5.00 in total {NOTE}"]


@pytest.mark.parametrize(
    ("balances", "sentence"),
    [
        ([TOTAL_ONLY], "1 account of an unknown type is in no total."),
        ([TOTAL_ONLY, USUAL, TOTAL_ONLY], "2 accounts of unknown types are in no total."),
        ([USUAL, Balance(Account("VAULT"), "USD", AS_OF, total=money("0"))], None),
    ],
)
def test_the_totals_say_how_many_accounts_they_leave_out(balances: list[Balance], sentence: str | None) -> None:
    for face in faces(summary(TOTAL, report("payermax", *balances))):
        said = "\n".join([face.text, *(node["text"] for node in texts(face.blocks))])
        assert ("in no total" in said) is (sentence is not None and not face.name.startswith("digest's thread"))
        assert sentence is None or face.name.startswith("digest's thread") or sentence in said


@pytest.mark.parametrize("amount", ["0", "-0.01", "1234567.891"])
def test_every_digit_of_it_is_shown(amount: str) -> None:
    total = money(amount)
    assert total is not None
    assert lines(Balance(Account("VAULT"), "USD", AS_OF, total=total)) == [
        f"• VAULT · {total.display()} in total {NOTE}"
    ]


@pytest.mark.parametrize("known", ["available", "pending", "frozen"])
def test_a_total_beside_another_amount_is_not_shown(known: str) -> None:
    (line,) = lines(Balance(Account("SETTLE"), "USD", AS_OF, total=money("5"), **{known: money("3")}))
    assert f"USD 3.00 {known}" in line
    assert line.count("—") == 2
    assert "total" not in line
    assert "5.00" not in line


def test_it_stands_among_the_other_accounts() -> None:
    assert lines(USUAL, TOTAL_ONLY) == [
        "• DISBURSEMENT · USD 3.00 available · — pending · — frozen",
        f"• VAULT · USD 5.00 in total {NOTE}",
    ]


def test_it_has_its_time_where_times_differ() -> None:
    later = Balance(Account("SAFE"), "USD", AS_OF.replace(minute=50), total=money("6"))
    assert lines(TOTAL_ONLY, later) == [
        f"• VAULT · USD 5.00 in total {NOTE} · as of 2026-11-21 01:45 UTC",
        f"• SAFE · USD 6.00 in total {NOTE} · as of 2026-11-21 01:50 UTC",
    ]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (15, ""),
        (16, " · :warning: 16 min old"),
        (61, " · :warning: 1 h old"),
        (47 * 60 + 59, " · :warning: 47 h old"),
        (48 * 60, " · :warning: 2 days old"),
        (1000 * 24 * 60, " · :warning: 1,000 days old"),
        (-60, ""),
    ],
)
def test_an_old_figure_says_how_old_it_is(minutes: int, words: str) -> None:
    (group,) = account_groups(
        summary(report("payermax", balance("1", as_of=AS_OF - timedelta(minutes=minutes)))), NAMES
    )
    assert group.title.endswith(f" UTC>{words}")


@pytest.mark.parametrize(
    ("amounts", "line"),
    [
        (("0", "0", "0"), "USD 0.00 available · USD 0.00 pending · USD 0.00 frozen"),
        ((None, None, None), "USD — available · — pending · — frozen"),
        (("1", "-2", "3"), "USD 1.00 available · :hourglass_flowing_sand: USD -2.00 pending · :lock: USD 3.00 frozen"),
    ],
)
def test_only_money_that_waits_or_is_held_back_is_marked(amounts: tuple[str | None, ...], line: str) -> None:
    assert lines(balance(*amounts)) == [f"• DISBURSEMENT · {line}"]


def test_what_the_account_is_for_stands_before_the_providers_own_word() -> None:
    assert lines(balance("1", label="Payouts", name="Shop")) == [
        "• Payouts DISBURSEMENT Shop · USD 1.00 available · — pending · — frozen"
    ]


def test_the_accounts_name_in_its_secret_stands_first_where_there_are_several() -> None:
    parts = [report("payermax", balance("1", label="Payouts"), account=name) for name in ("main", "uae")]
    (group,) = account_groups(summary(*parts), NAMES)
    assert [line.partition(" · *")[0] for line in group.lines] == [
        "• main · Payouts `DISBURSEMENT`",
        "• uae · Payouts `DISBURSEMENT`",
    ]


def test_a_phone_breaks_no_line_inside_an_amount() -> None:
    (group,) = account_groups(summary(report("payermax", balance("1", "2"))), NAMES)
    mark = ":hourglass_flowing_sand:"
    assert list(group.lines) == [
        f"• `DISBURSEMENT` · *USD\xa01.00* available\xa0· {mark} USD\xa02.00 pending\xa0· —\xa0frozen"
    ]
