"""The rendered answer: what a person reads."""

import re
from datetime import timedelta

import pytest

from balance_core.errors import ErrorKind
from balance_slack.blocks import Message, render
from balance_slack.buttons import answer_actions
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
    plain,
    report,
    shown,
    summary,
    total,
)

REFERENCE = f"Reference {CORRELATION_ID}"
WAITING_AND_HELD = ":hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen"
ACTIONS = answer_actions("USD", can_share=True)


class TestTheAnswer:
    def test_reads_at_a_glance(self) -> None:
        assert shown(TOTAL, PAGSMILE, PAYERMAX, NOT_USD).split("\n") == [
            f"USD 1,784.63 available · {WAITING_AND_HELD}",
            "All figures as of 2026-11-21 01:45 UTC",
            "PayBy does not hold USD.",
            f"— means not reported by the provider. {REFERENCE}",
            "Account                             Available       Pending     Frozen",
            "-------------------------------  ------------  ------------  ---------",
            "Pagsmile settle                  USD 1,008.29             —          —",
            "PayerMax · Payouts DISBURSEMENT    USD 776.34  USD 9,248.93  USD 11.41",
        ]

    def test_says_the_same_where_slack_refuses_the_table(self) -> None:
        assert plain(TOTAL, PAGSMILE, PAYERMAX, NOT_USD).split("\n") == [
            f"USD 1,784.63 available · {WAITING_AND_HELD}",
            "-" * 72,
            "Pagsmile · as of 2026-11-21 01:45 UTC",
            "• settle · USD 1,008.29 available · — pending · — frozen",
            "PayerMax · as of 2026-11-21 01:45 UTC",
            f"• Payouts DISBURSEMENT · USD 776.34 available · {WAITING_AND_HELD}",
            "PayBy does not hold USD.",
            f"— means not reported by the provider. {REFERENCE}",
        ]

    def test_shows_what_is_available_in_bold(self) -> None:
        assert r"*USD\xa01,784.63* available" in str(message(TOTAL).blocks)

    def test_says_what_is_left_out_where_slack_takes_no_blocks_at_all(self) -> None:
        assert message(TOTAL, PAGSMILE, NOT_USD, failure(provider_code="504")).text_alone.split("\n") == [
            "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
            "The totals are incomplete: without PayBy.",
            "PayBy did not answer. Trying again may help.",
            "All figures as of <!date^1795225538^{date_short_pretty} {time}|2026-11-21 01:45 UTC>",
            "PayBy does not hold USD.",
            f"— means not reported by the provider. Reference `{CORRELATION_ID}`",
            "The accounts are left out: Slack did not take them. Asking about one currency or provider may show them.",
        ]
        assert message(failure()).text_alone.split("\n")[2:] == [f"Reference `{CORRELATION_ID}`"]

    def test_has_a_text_that_stands_alone(self) -> None:
        assert message(TOTAL, PAGSMILE, failure(provider_code="504", trace_id="375099")).text.split("\n") == [
            "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
            "The totals are incomplete: without PayBy.",
            "PayBy did not answer. Trying again may help.",
        ]

    def test_never_shows_unknown_as_zero(self) -> None:
        parts = (total("0", None, "0"), report("payby", balance("0.00", None, "0")))
        line = "USD 0.00 available · — pending · USD 0.00 frozen"
        assert plain(*parts).count(line) == 2
        assert re.search(r"USD 0\.00 +— +USD 0\.00$", shown(*parts))
        assert "— means not reported" in shown(*parts)

    def test_explains_the_dash_only_where_there_is_one(self) -> None:
        assert "—" not in shown(TOTAL, PAYERMAX)
        assert "—" not in plain(TOTAL, PAYERMAX)

    def test_groups_accounts_by_provider_and_names_them_where_there_are_several(self) -> None:
        text = plain(
            report("payermax", balance("1"), account="main"),
            PAGSMILE,
            report("payermax", balance("2", name="Shop", number="17"), account="uae"),
            report("pagsmile", balance("3", number="17")),
        )
        assert re.findall(r"^(PayerMax|Pagsmile|• .*?) ·", text, re.MULTILINE) == [
            *("PayerMax", "• main DISBURSEMENT", "• uae DISBURSEMENT Shop"),
            *("Pagsmile", "• settle", "• DISBURSEMENT 17"),
        ]

    def test_states_each_time_where_they_differ(self) -> None:
        parts = report("payermax", balance("1"), balance("2", as_of=AS_OF - timedelta(minutes=1)))
        text = plain(parts)
        assert "PayerMax\n" in text
        assert "USD 1.00 available · — pending · — frozen · as of 2026-11-21 01:45 UTC" in text
        assert "USD 2.00 available · — pending · — frozen · as of 2026-11-21 01:44 UTC" in text
        assert "\nPayerMax as of 2026-11-21 01:44 UTC or later\n" in shown(parts)

    def test_says_for_each_provider_how_old_its_figures_are(self) -> None:
        old = report("payermax", balance("1", as_of=AS_OF - timedelta(minutes=20)))
        lines = shown(PAGSMILE, old).split("\n")
        assert "Pagsmile as of 2026-11-21 01:45 UTC" in lines
        assert "PayerMax as of 2026-11-21 01:25 UTC · :warning: 20 min old" in lines
        assert "All figures as of 2026-11-21 01:25 UTC · :warning: 20 min old" in shown(old)

    def test_of_many_providers_says_how_many_times_are_left_out(self) -> None:
        reports = [report(f"p{number}", balance("1", as_of=AS_OF - timedelta(hours=number))) for number in range(40)]
        assert re.search(r"\n… and \d+ more providers\.\n", shown(*reports))

    def test_shows_times_in_the_readers_own_time_zone(self) -> None:
        wire = str(message(PAGSMILE).blocks)
        assert f"<!date^{int(AS_OF.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-21 01:45 UTC>" in wire

    def test_shows_an_unknown_provider_by_its_id(self) -> None:
        parts = report("wise", balance("1"))
        assert "\nwise DISBURSEMENT " in shown(parts)
        assert "wise · as of" in plain(parts)

    @pytest.mark.parametrize("kind", list(ErrorKind))
    def test_says_whom_to_tell_of_what_will_not_pass_by_itself(self, kind: ErrorKind) -> None:
        answer = summary(TOTAL, PAGSMILE, failure(kind, "refused us: check the key"))
        asked = render(answer, NAMES, CORRELATION_ID, contact="<@U0ADMIN0001>")
        line = "Please tell <@U0ADMIN0001>."
        is_told = kind.is_outage and not kind.is_retryable
        assert (line in asked.text.split("\n")) is is_told
        assert (line.replace("<", "").replace(">", "") in render_message(asked.to_wire()).split("\n")) is is_told
        assert "Please tell" not in render(answer, NAMES, CORRELATION_ID).text

    def test_can_have_a_note_and_buttons(self) -> None:
        note = "Shared by <@U0123ABCD>"
        rendered = render(summary(TOTAL, PAGSMILE), NAMES, CORRELATION_ID, actions=ACTIONS, note=note)
        assert refusal(rendered.to_wire()) is None
        assert rendered.text.startswith(f"{note}\nTotal USD")
        types = [[block["type"] for block in blocks] for blocks in (rendered.blocks, rendered.plain_blocks)]
        assert types == [
            ["context", "section", "context", "context", "actions", "table"],
            ["context", "section", "divider", "section", "context", "actions"],
        ]
        for blocks in (rendered.blocks, rendered.plain_blocks):
            read = render_message({"blocks": blocks})
            assert read.startswith("Shared by @U0123ABCD\nUSD 1,784.63 available")
            assert "[Refresh] [Details] [Share to channel]" in read

    def test_has_no_table_and_no_second_form_where_there_is_no_account(self) -> None:
        rendered = message(total("0", "0", "0"), report("payby"))
        assert rendered.plain_blocks == ()
        assert [block["type"] for block in rendered.blocks] == ["section", "context", "context"]

    def test_of_text_alone_has_no_blocks(self) -> None:
        assert Message("text").to_wire() == {"text": "text"}
