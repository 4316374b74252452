"""The digest: its channels, what one answer says about a channel's currencies, and the scheduled post."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balance_aggregator.summary import summarise
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import BalanceReport, Failure, NoticeKind, ProviderAnswer
from balance_core.question import Question
from balance_slack.reporter.digest import DigestChannel, narrow, read_digest_channels
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import MESSAGE_BYTES, size
from balance_slack.view.message import missing_digest, render_digest
from tests.clock import NOW
from tests.local.simulators.block_kit import refusal
from tests.rendering.answers import many_balances
from tests.strategies import provider_answers
from tests.unit.listed_cases import critical, fine, frozen, low, recovering, so_far, unseen, watched
from tests.unit.slack_cases import (
    CORRELATION_ID,
    NAMES,
    NOT_ASKED,
    NOT_HELD,
    PAGSMILE,
    PAYERMAX,
    answer,
    balance,
    failure,
    lines_of,
    notice,
    report,
    summary,
    total,
)

WHOLE = summary(
    *(total("5", None, None, currency=currency) for currency in ("AED", "EUR", "USD")),
    report("pagsmile", balance("5"), balance("5", currency="AED")),
    report("payermax", balance("5", currency="EUR")),
    failure(ErrorKind.CURRENCY_NOT_SUPPORTED, currency="USD"),
    failure(currency="EUR"),
    failure(currency=None),
)
WITH_ZEROS = summary(
    *(total("0", None, None, currency="AED"), total("5", None, None)),
    report("payby", balance("0", currency="AED"), balance("0")),
    report("payermax", balance("5")),
)


@pytest.mark.parametrize(
    ("setting", "channels"),
    [
        ("", ()),
        ("  ", ()),
        ("C0123ABCD", (DigestChannel("C0123ABCD"),)),
        ("C0123ABCD:USD+AED,G0456EFGH", (DigestChannel("C0123ABCD", ("AED", "USD")), DigestChannel("G0456EFGH"))),
        ("C0123ABCD:USDT+CNH", (DigestChannel("C0123ABCD", ("CNH", "USDT")),)),
        (" C0123ABCD:USD+AED+USD ", (DigestChannel("C0123ABCD", ("AED", "USD")),)),
    ],
)
def test_the_setting_names_channels_and_their_currencies(setting: str, channels: tuple[DigestChannel, ...]) -> None:
    assert read_digest_channels(setting) == channels


@pytest.mark.parametrize(
    ("setting", "entry", "problem"),
    [
        ("C0123ABCD,", "''", "neither a channel"),
        ("C0123ABCD, finance ", "'finance'", "neither a channel"),
        ("U0123ABCD", "'U0123ABCD'", "neither a channel"),
        ("C0123ABCD:usd", "'C0123ABCD:usd'", "neither a channel"),
        ("C0123ABCD:USD+", "'C0123ABCD:USD+'", "neither a channel"),
        ("C0123ABCD:USD+AED:EUR", "'C0123ABCD:USD+AED:EUR'", "neither a channel"),
        ("C0456EFGH,C0123ABCD:UDS+USD+XXX", "'C0123ABCD:UDS+USD+XXX'", "unknown currency codes: UDS, XXX"),
        ("C0123ABCD:USD,C0456EFGH,C0123ABCD:AED", "'C0123ABCD:AED'", "a second time"),
        ("C" + "0" * 500, "'C" + "0" * 59 + "'", "neither a channel"),
    ],
)
def test_a_wrong_setting_is_a_configuration_error_that_names_the_entry(setting: str, entry: str, problem: str) -> None:
    with pytest.raises(ProviderError) as caught:
        read_digest_channels(setting)
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert f"DigestChannels, entry {entry}" in caught.value.message
    assert problem in caught.value.message


def test_a_channel_sees_its_currencies_and_the_failures_that_may_concern_them() -> None:
    assert narrow(WHOLE, ()) == WHOLE
    narrowed = narrow(WHOLE, ("USD", "JPY"))
    assert [each.currency for each in narrowed.totals] == ["USD"]
    assert narrowed.reports == (report("pagsmile", balance("5")),)
    assert [each.currency for each in narrowed.failures] == ["USD", None]
    assert narrowed.generated_at == NOW


def test_a_channel_sees_the_notices_that_may_concern_its_currencies() -> None:
    unread, in_eur = notice(), notice(currency="EUR")
    related = notice(NoticeKind.RELATED_CURRENCY, "there is also RMB", currency="RMB")
    foreign = [
        notice(NoticeKind.NOT_ISO_4217, f"{code} is not an ISO 4217 code", provider=None, account=None, currency=code)
        for code in ("BGN", "USDT")
    ]
    held = (report("payby", balance("0", currency="BGN"), balance("7", currency="USDT")), PAGSMILE)
    whole = summary(*held, unread, in_eur, related)
    assert narrow(whole, ("USD",)).notices == (unread,)
    assert narrow(whole, ("EUR", "USDT")).notices == (unread, in_eur, foreign[1])
    assert narrow(whole, ("CNY",)).notices == (unread, related)
    # Without names, BGN is left out because it is zero.
    assert narrow(whole, ()).notices == (unread, in_eur, related, foreign[1])
    assert narrow(whole, ("USD",)).is_partial
    assert not narrow(summary(PAGSMILE, in_eur), ("USD",)).is_partial


def test_a_zero_is_shown_only_in_a_named_currency_that_holds_nothing_else() -> None:
    aed, usd, everything = (narrow(WITH_ZEROS, currencies) for currencies in (("AED",), ("USD",), ()))
    assert aed.totals == (total("0", None, None, currency="AED"),)
    assert aed.reports == (report("payby", balance("0", currency="AED")),)
    assert usd.reports == (report("payermax", balance("5")),)
    assert [each.currency for each in everything.totals] == ["USD"]
    assert everything.reports == (report("payby"), report("payermax", balance("5")))


@settings(max_examples=40)
@given(st.lists(provider_answers(currencies=st.sampled_from(["USD", "JPY"])), max_size=4))
def test_a_channel_without_currencies_sees_what_the_aggregator_answers_without_zeros(
    answers: list[ProviderAnswer],
) -> None:
    whole, without_zeros = (summarise(answers, "9f2c", NOW, include_zero=zeros) for zeros in (True, False))
    assert narrow(whole, ()) == without_zeros


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (report("pagsmile", balance("5")), "USD 5.00 available at Pagsmile"),
        (NOT_HELD, "Nobody holds USD."),
        (NOT_ASKED, "PayBy was not asked about USD"),
        (failure(currency="USD"), "PayBy did not answer in time."),
    ],
)
def test_a_provider_that_says_nothing_about_a_channels_currencies_is_left_out(
    usd: BalanceReport | Failure, text: str
) -> None:
    others = (report("payby", balance("7", currency="AED")), report("payermax"))
    narrowed = narrow(summary(*others, usd), ("USD",))
    rendered = render_digest(Answer(narrowed, Question(currencies=("USD",), correlation_id=CORRELATION_ID), NAMES))
    read_in_slack = "\n".join(lines_of({"blocks": rendered.blocks}))
    assert text in read_in_slack
    assert "AED" not in read_in_slack


@pytest.mark.parametrize(("currencies", "title"), [((), "All balances"), (("USD",), "Balances in USD")])
def test_the_post_is_one_message_of_lines_with_details(currencies: tuple[str, ...], title: str) -> None:
    post = render_digest(answer(PAGSMILE, PAYERMAX, failure(), currencies=currencies or None))
    assert lines_of({"blocks": post.blocks}) == [
        f"{title}, PayBy missing",
        ":warning: PayBy did not answer in time. Try again in a minute.",
        "USD 1,784.63 available",
        "9,248.93 pending · 11.41 frozen",
        "• Pagsmile: 1,008.29 · 0.00 frozen",
        "• PayerMax: 776.34 · 9,248.93 pending · 11.41 frozen",
        "21 Nov 2026 at 01:45 UTC · not listed = not reported",
    ]
    assert post.text.startswith("USD 1,784.63 available, 9,248.93 pending, 11.41 frozen, PayBy missing. ")
    assert post.plain_blocks == ()


def test_the_details_button_carries_the_channels_question_where_somebody_may_press_it() -> None:
    asked = answer(PAGSMILE, currencies=("AED", "USD"))
    buttons: Any = render_digest(asked).blocks[-1]
    assert [button["value"] for button in buttons["elements"]] == ["AED USD"]
    without = render_digest(asked, has_details=False)
    assert "actions" not in [block["type"] for block in without.blocks]


NOT_KNOWN = "The watch could not be read, so the state of its rules is not known."


def test_the_digest_ends_with_the_open_incidents_and_what_could_not_be_delivered() -> None:
    lapsed = critical("aed")
    lapsed.press("07:16", "take", by="U0ANA1", until="08:00")
    rules = watched(
        fine(), so_far(), recovering(), unseen(), low(), lapsed, frozen(), undelivered={"freeze": 1, "brl": 2}
    )
    post = render_digest(answer(PAGSMILE), rules=rules)
    assert refusal({"text": post.text, "blocks": list(post.blocks)}) is None
    assert lines_of({"blocks": post.blocks})[3:] == [
        "Open incidents",
        (
            ":red_circle: PHP at PayerMax is critical: 180,000.00, since 29 Nov 2026 at 07:15 UTC."
            " Nobody is on it. @U0ANA1 was, until 08:00 UTC."
        ),
        (
            ":large_orange_circle: BRL at PayerMax is low: 412,000.00, since 29 Nov 2026 at 06:45 UTC."
            " @U0ANA1 is on it until 10:00 UTC."
        ),
        ":question: USD at PayerMax has not been seen since 29 Nov 2026 at 06:15 UTC. Nobody is on it.",
        ":arrow_up: COP at PayerMax is recovering: 600,000.00, since 29 Nov 2026 at 07:00 UTC.",
        (
            ":warning: 2 alerts about BRL at PayerMax could not be delivered in #C0MONEY:"
            " Slack refuses them or cannot be reached."
        ),
        (
            ":warning: 1 alert about frozen money could not be delivered in #C0MONEY:"
            " Slack refuses it or cannot be reached."
        ),
    ]
    assert post.blocks[-1]["type"] == "actions"
    assert "Open incidents: PHP at PayerMax is critical: 180,000.00. BRL at PayerMax is low: 412,000.00." in post.text
    assert "2 alerts about BRL at PayerMax could not be delivered" in post.text


def test_a_digest_without_incidents_says_nothing_of_them_and_without_the_watch_that_it_is_not_known() -> None:
    assert render_digest(answer(PAGSMILE), rules=watched(fine(), frozen())) == render_digest(answer(PAGSMILE))
    for post in (render_digest(answer(PAGSMILE), rules=None), render_digest(answer(failure()), rules=None)):
        assert f":warning: {NOT_KNOWN}" in lines_of({"blocks": post.blocks})
        assert post.text.endswith(NOT_KNOWN)


def test_a_digest_without_figures_still_tells_the_open_incidents() -> None:
    for post in (
        missing_digest(Question(), watched(critical())),
        render_digest(answer(failure()), rules=watched(low())),
    ):
        assert "Open incidents" in lines_of({"blocks": post.blocks})
        assert "Open incidents: " in post.text


def test_many_incidents_leave_room_for_the_balances() -> None:
    many = watched(
        *(critical(f"rule-{number}") for number in range(60)), undelivered={f"rule-{n}": 1 for n in range(60)}
    )
    asked = Answer(many_balances(300, 3), Question(correlation_id=CORRELATION_ID), NAMES)
    post = render_digest(asked, rules=many)
    lines = lines_of({"blocks": post.blocks})
    shown = sum(line.startswith(":red_circle:") for line in lines)
    assert shown >= 10
    assert f"… and {60 - shown} more incidents: /balance watch." in lines
    assert any(line.startswith("… and ") and line.endswith(" more rules: /balance watch.") for line in lines)
    assert any(line.startswith("USD ") for line in lines)
    assert size(list(post.blocks)) <= MESSAGE_BYTES
    assert refusal({"text": post.text, "blocks": list(post.blocks)}) is None
