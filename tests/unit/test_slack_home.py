"""The Home tab, as a person reads it."""

from balance_core.errors import ErrorKind
from balance_slack.access import AccessPolicy
from balance_slack.view.home import home_view, notice_view, retry_view
from tests.unit import slack_cases
from tests.unit.slack_cases import CONTACT, PAGSMILE, TOTAL, Part, answer, balance, failure, report, view_shown

POLICY = AccessPolicy(frozenset({"T0123ABCD"}), frozenset({"C0456EFGH", "C0123ABCD"}), frozenset({"U0123ABCD"}))


def home(*parts: Part, policy: AccessPolicy = POLICY) -> list[str]:
    return view_shown(home_view(answer(*parts, contact=CONTACT), policy)).split("\n")


def test_the_home_tab_shows_balances_access_and_how_to_ask() -> None:
    old = report("payermax", balance("776.34", "0", "11.41", label="Payouts", minutes_old=20))
    lasting = failure(ErrorKind.PERMISSION_DENIED, "refused our IP address")
    assert home(TOTAL, PAGSMILE, old, slack_cases.NOT_HELD, lasting) == [
        "Balances at all providers",
        "=========================",
        "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen",
        ":warning: The totals are incomplete: without PayBy.",
        ":warning: PayBy refused our IP address.",
        "Please tell @U0ADMIN0001.",
        "[Refresh] [Details] [Help]",
        "-" * 72,
        "Pagsmile · as of 2026-11-21 01:45 UTC",
        "• settle · USD 1,008.29 available · — pending · — frozen",
        "PayerMax · as of 2026-11-21 01:25 UTC · :warning: 20 min old",
        "• Payouts DISBURSEMENT · USD 776.34 available · USD 0.00 pending · :lock: USD 11.41 frozen",
        "PayBy does not hold USD.",
        f"— means not reported by the provider. Reference {slack_cases.CORRELATION_ID}",
        "-" * 72,
        "Who may ask, and where",
        "• People: @U0123ABCD",
        "• Channels: #C0123ABCD, #C0456EFGH",
        "• Channels in which an answer may be shared: none",
        "How to ask",
        "• /balance asks every provider about every currency, /balance USD about one",
        "• /balance help shows everything that is understood",
        "Somebody is missing, or something looks wrong? Ask @U0ADMIN0001.",
    ]


def test_a_wildcard_is_shown_in_words() -> None:
    anyone = frozenset({"*", "U0123ABCD"})
    lines = home(TOTAL, policy=AccessPolicy(anyone, anyone, anyone, anyone))
    assert "• People: everybody in the allowed workspaces" in lines
    assert "• Channels: every channel" in lines
    assert "• Channels in which an answer may be shared: all of these" in lines


def test_an_id_that_cannot_be_mentioned_is_shown_as_it_is() -> None:
    assert "• Channels: D0123ABCD" in home(TOTAL, policy=AccessPolicy(channel_ids=frozenset({"D0123ABCD"})))


def test_a_long_list_of_people_is_cut_and_counted() -> None:
    many = AccessPolicy(user_ids=frozenset(f"U{number:08}" for number in range(60)))
    (line,) = (line for line in home(TOTAL, policy=many) if line.startswith("• People: "))
    assert line.startswith("• People: @U00000000, @U00000001")
    assert line.endswith("@U00000049, … and 10 more")


def test_hundreds_of_accounts_are_shown_and_the_rest_counted() -> None:
    lines = home(report("payby", *[balance("1")] * 5000))
    shown = sum("USD 1.00 available" in line for line in lines)
    assert shown > 400
    assert f"… and {5000 - shown:,} more accounts: ask for one currency or provider." in lines


def test_a_notice_replaces_the_balances_and_may_be_tried_again() -> None:
    lines = ["Balance Bot", "===========", "No answer.", "Ask @U0ADMIN0001."]
    assert view_shown(notice_view(f"No answer.\nAsk {CONTACT}.")).split("\n") == lines
    again = view_shown(retry_view(f"No answer.\nAsk {CONTACT}.")).split("\n")
    assert again == [*lines, "[Refresh] [Details] [Help]"]
