"""Buttons, the Home tab and the digest, from the signed request to what people see."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.end_to_end.questions import PEOPLE, provider_requests, runs, seen, type_command
from tests.local.company import BRANCH_CHANNEL, DIGEST_CHANNEL, PARAMETERS, SIGNING_SECRET
from tests.local.rendering import render_message, render_view
from tests.local.simulators.slack_actions import find_button, post_action
from tests.local.simulators.slack_events import post_event, url_verification
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView
from tests.local.system import LocalSystem

# Every pause is a person's own, so every test has people of its own.
DANA, ALEX, KIM, LEE, SAM, NOOR = PEOPLE
BYSTANDER = "U0000000666"
TOTALS = "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen"


def answer_for(system: LocalSystem, user_id: str, text: str = "USD") -> DeliveredMessage:
    (message,) = type_command(system, text, user_id=user_id).then
    return message


def press(system: LocalSystem, surface: DeliveredMessage | ShownView, action_id: str, **who: str) -> None:
    """Press a button, and wait until nothing more happens."""
    reply = system.press(surface, action_id, **who)
    assert (reply.status, reply.body) == (200, "")
    assert reply.elapsed_ms < 3000
    system.settle()


def home_of(system: LocalSystem, user_id: str) -> ShownView:
    home = system.company.slack.home_of(user_id)
    assert home is not None
    return home


def test_refresh_replaces_the_answer_and_then_asks_for_patience(system: LocalSystem) -> None:
    answer = answer_for(system, DANA)
    asked, before = provider_requests(system), len(system.company.slack.messages)
    press(system, answer, "refresh")
    asking, anew = system.company.slack.messages[before:]
    assert "again" in asking.text
    assert (asking.is_replacement, anew.is_replacement, anew.ts) == (True, True, answer.ts)
    assert anew.response_type == "ephemeral"
    assert TOTALS in render_message(anew.payload)
    assert anew.blocks != answer.blocks, "the reference is another one"
    assert provider_requests(system) == asked + 3
    system.claims.prolong()
    press(system, anew, "refresh")
    assert provider_requests(system) == asked + 3
    wait = system.company.slack.messages[-1]
    assert (wait.is_replacement, wait.visible_to) == (False, DANA)
    assert "Please wait 10 seconds" in wait.text
    assert seen(system, DANA)[-1] == wait.text
    assert render_message(anew.payload) in seen(system, DANA)


def test_share_shows_a_new_answer_to_everybody_and_says_who_shared_it(system: LocalSystem) -> None:
    answer = answer_for(system, ALEX)
    before = seen(system, BYSTANDER)
    asked = provider_requests(system)
    button = find_button(answer.blocks, "share")
    assert "Everyone in this channel" in button["confirm"]["text"]["text"]
    press(system, answer, "share")
    assert provider_requests(system) == asked + 3
    shared = system.company.slack.messages[-1]
    (shown,) = seen(system, BYSTANDER)[len(before) :]
    assert shown.startswith(f"Shared by @{ALEX} 20")
    assert shown.splitlines()[0].endswith(" · asked: /balance USD")
    assert TOTALS in shown
    assert shown == render_message(shared.payload)
    find_button(shared.blocks, "details")
    with pytest.raises(ValueError, match="there are: details"):
        find_button(shared.blocks, "refresh")
    runs_before = runs(system, "aggregator")
    press(system, shared, "details", user_id=BYSTANDER)
    assert runs(system, "aggregator") == runs_before
    refused = system.company.slack.messages[-1]
    assert (refused.visible_to, refused.is_replacement) == (BYSTANDER, False)
    assert f"<@{PARAMETERS['AdminContact']}>" in refused.text
    assert seen(system, ALEX)[-1] == shown, "what one person may not do changes nothing for the others"


def test_details_open_within_three_seconds_and_are_filled(system: LocalSystem) -> None:
    answer = answer_for(system, KIM)
    before, pressed_at = len(system.company.slack.views), datetime.now(UTC)
    press(system, answer, "details")
    loading, filled = system.company.slack.views[before:]
    assert loading.shown_at - pressed_at < timedelta(seconds=3)
    assert (loading.view_id, loading.kind, loading.user_id) == (filled.view_id, "modal", KIM)
    assert "1,784.63" not in render_view(loading.payload)
    shown = render_view(filled.payload)
    assert TOTALS in shown
    assert "number 10419000000401" in shown
    assert "code 78001" in shown
    assert system.company.slack.modal_of(KIM) == filled


def test_an_opened_home_tab_shows_balances_and_asks_once_in_a_minute(system: LocalSystem) -> None:
    asked, before = provider_requests(system), len(system.company.slack.views)
    assert system.open_home(user_id=LEE).status == 200
    system.settle()
    asking, filled = system.company.slack.views[before:]
    assert (asking.kind, asking.user_id, asking.view_id) == ("home", LEE, filled.view_id)
    once = provider_requests(system)
    assert once > asked
    system.claims.prolong()
    shown = render_view(filled.payload)
    assert TOTALS in shown
    assert f"Ask @{PARAMETERS['AdminContact']}" in shown
    system.open_home(user_id=LEE)
    system.open_home(tab="messages", user_id=LEE)
    system.settle()
    assert provider_requests(system) == once
    assert home_of(system, LEE) == filled
    press(system, filled, "refresh")
    again = home_of(system, LEE)
    assert (again.view_id, again.hash == filled.hash) == (filled.view_id, False)
    assert provider_requests(system) == once + (once - asked)
    press(system, again, "details")
    press(system, again, "help")
    details, help_text = [render_view(view.payload) for view in system.company.slack.views[-2:]]
    assert TOTALS in details
    assert "/balance USD" in help_text


def test_who_may_not_ask_sees_whom_to_ask_and_no_balance(system: LocalSystem) -> None:
    before = runs(system, "aggregator")
    system.open_home(user_id=BYSTANDER)
    system.settle()
    shown = render_view(home_of(system, BYSTANDER).payload)
    assert f"@{PARAMETERS['AdminContact']}" in shown
    assert BYSTANDER in shown
    assert "USD" not in shown
    assert runs(system, "aggregator") == before


def test_what_slack_posts_again_is_done_once(system: LocalSystem) -> None:
    opened = system.company.slack.new_home_opening(user_id=SAM).payload()
    again = [post_event(system.url, opened, SIGNING_SECRET, datetime.now(UTC), retry=number) for number in range(4)]
    assert [reply.status for reply in again] == [200] * 4
    system.settle()
    assert [view.user_id for view in system.company.slack.views[-3:]].count(SAM) == 2
    pressed = system.company.slack.new_press(answer_for(system, SAM), "refresh")
    before = len(system.company.slack.messages)
    now = datetime.now(UTC)
    assert [post_action(system.url, pressed, SIGNING_SECRET, now).status for _ in range(3)] == [200] * 3
    system.settle()
    assert len(system.company.slack.messages) == before + 2


def test_a_forged_press_or_event_starts_nothing(system: LocalSystem) -> None:
    pressed = system.company.slack.new_press(answer_for(system, NOOR), "share")
    opened = system.company.slack.new_home_opening(user_id=NOOR).payload()
    before, now = runs(system, "slack-reporter"), datetime.now(UTC)
    assert post_action(system.url, pressed, "another signing secret", now).status == 401
    assert post_action(system.url, pressed, SIGNING_SECRET, now - timedelta(minutes=6)).status == 401
    assert post_event(system.url, opened, "another signing secret", now).status == 401
    system.settle()
    assert runs(system, "slack-reporter") == before


def test_slack_may_check_the_request_url(system: LocalSystem) -> None:
    reply = post_event(system.url, url_verification("a challenge"), SIGNING_SECRET, datetime.now(UTC))
    assert (reply.status, json.loads(reply.body)["challenge"]) == (200, "a challenge")


def test_the_digest_has_a_thread_in_every_channel(system: LocalSystem) -> None:
    before, asked = len(system.company.slack.messages), provider_requests(system)
    runs_before = runs(system, "aggregator")
    system.fire_schedule()
    system.settle()
    posts = system.company.slack.messages[before:]
    assert [post.channel_id for post in posts] == [DIGEST_CHANNEL] * 2 + [BRANCH_CHANNEL] * 2
    assert runs(system, "aggregator") == runs_before + 2, "one snapshot, and one question for both channels"
    assert provider_requests(system) > asked
    for totals, accounts in (posts[:2], posts[2:]):
        assert (totals.thread_ts, accounts.thread_ts) == (None, totals.ts)
    find_button(posts[0].blocks, "details")
    with pytest.raises(ValueError, match="not exactly one button"):
        find_button(posts[2].blocks, "details")
    everything, all_accounts, branch, branch_accounts = (render_message(post.payload) for post in posts)
    assert TOTALS in everything
    assert "AED 897,994.47 available" in branch
    assert "AED 0.59" in branch_accounts
    assert "USD 776.34" in all_accounts
    assert "USD" not in branch + branch_accounts
    assert everything.splitlines()[0] == "Balances at all providers"
    assert branch.splitlines()[0] == "Balances in AED at all providers"
    assert not system.failed_events()
