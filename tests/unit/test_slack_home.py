"""The Home tab, as a person reads it."""

from datetime import timedelta

from balance_core.errors import ErrorKind
from balance_core.models import BalanceReport, BalanceTotal, Failure
from balance_slack.access import AccessPolicy
from balance_slack.home import asking_view, home_view, notice_view, retry_view
from tests.unit.blocks_cases import (
    AS_OF,
    CORRELATION_ID,
    NAMES,
    NOT_USD,
    PAGSMILE,
    TOTAL,
    balance,
    failure,
    report,
    summary,
    view_shown,
)

LASTING = failure(ErrorKind.PERMISSION_DENIED, "refused our IP address")
ACCESS = AccessPolicy(frozenset({"T0123ABCD"}), frozenset({"C0456EFGH", "C0123ABCD"}), frozenset({"U0123ABCD"}))


def home(*parts: BalanceReport | BalanceTotal | Failure, access: AccessPolicy = ACCESS) -> list[str]:
    return view_shown(home_view(summary(*parts), NAMES, CORRELATION_ID, access, "<@U0ADMIN01>")).split("\n")


def test_says_whom_to_tell_of_what_will_not_pass_by_itself() -> None:
    assert "Please tell @U0ADMIN01." in home(TOTAL, PAGSMILE, LASTING)
    assert "Please tell @U0ADMIN01." not in home(TOTAL, PAGSMILE, failure())


def test_shows_everything_that_somebody_who_may_ask_wants_to_know() -> None:
    old = report("payermax", balance("776.34", "0", "11.41", label="Payouts", as_of=AS_OF - timedelta(minutes=20)))
    assert home(TOTAL, PAGSMILE, old, NOT_USD, failure()) == [
        "Balances at all providers",
        "=========================",
        "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen",
        ":warning: The totals are incomplete: without PayBy.",
        ":warning: PayBy did not answer. Trying again may help.",
        "[Refresh] [Details] [Help]",
        "-" * 72,
        "Pagsmile · as of 2026-11-21 01:45 UTC",
        "• settle · USD 1,008.29 available · — pending · — frozen",
        "PayerMax · as of 2026-11-21 01:25 UTC · :warning: 20 min old",
        "• Payouts DISBURSEMENT · USD 776.34 available · USD 0.00 pending · :lock: USD 11.41 frozen",
        "PayBy does not hold USD.",
        f"— means not reported by the provider. Reference {CORRELATION_ID}",
        "-" * 72,
        "Who may ask, and where",
        "• People: @U0123ABCD",
        "• Channels: #C0123ABCD, #C0456EFGH",
        "• Channels in which an answer may be shared: none",
        "How to ask",
        "• /balance asks every provider about every currency, /balance USD about one",
        "• /balance help shows everything that is understood",
        "Somebody is missing, or something looks wrong? Ask @U0ADMIN01.",
    ]


def test_says_in_words_who_anyone_is() -> None:
    anyone = frozenset({"*", "U0123ABCD"})
    lines = home(TOTAL, access=AccessPolicy(anyone, anyone, anyone, anyone))
    assert "• People: everybody in the allowed workspaces" in lines
    assert "• Channels: every channel" in lines
    assert "• Channels in which an answer may be shared: all of these" in lines


def test_shows_an_id_that_cannot_be_mentioned_as_it_is() -> None:
    assert "• Channels: D0123ABCD" in home(TOTAL, access=AccessPolicy(channel_ids=frozenset({"D0123ABCD"})))


def test_says_how_many_people_it_leaves_out() -> None:
    many = AccessPolicy(user_ids=frozenset(f"U{number:08}" for number in range(60)))
    (line,) = (line for line in home(TOTAL, access=many) if line.startswith("• People: "))
    assert line.startswith("• People: @U00000000, @U00000001")
    assert line.endswith("@U00000049, … and 10 more")


def test_shows_hundreds_of_accounts_and_counts_the_rest() -> None:
    lines = home(report("payby", *[balance("1")] * 5000))
    shown = sum("USD 1.00 available" in line for line in lines)
    assert shown > 400
    assert f"… and {5000 - shown:,} more accounts: ask for one currency or provider." in lines


def test_says_that_it_is_asking() -> None:
    assert view_shown(asking_view("Asking…")) == "Balance Bot\n===========\n:hourglass_flowing_sand: Asking…"


def test_a_notice_shows_nothing_else() -> None:
    assert view_shown(notice_view("Not open to you.\nAsk <@U0ADMIN01>.")).split("\n")[2:] == [
        "Not open to you.",
        "Ask @U0ADMIN01.",
    ]


def test_without_balances_can_be_tried_again() -> None:
    assert view_shown(retry_view("No answer.\nAsk <@U0ADMIN01>.")).split("\n")[2:] == [
        "No answer.",
        "Ask @U0ADMIN01.",
        "[Refresh] [Details] [Help]",
    ]
