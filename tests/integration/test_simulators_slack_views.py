"""Modals and Home tabs: who opens them, for how long they can be opened, and what is refused."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient

from tests.integration.slack_workspace import ALEX, DANA, TOKEN, Workspace, actions, button, plain
from tests.integration.wire import send
from tests.local.simulators.documents import parse_object, to_json

SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
CELL = {"type": "raw_text", "text": "x"}


def modal(**changes: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Details"), "blocks": [SECTION], **changes}


def home(**changes: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": [SECTION], **changes}


def opened(here: Workspace, **changes: Any) -> Any:
    return here.call("views.open", trigger_id=here.slack.new_command("").trigger_id, view=modal(**changes))


def test_slacks_own_client_opens_updates_and_publishes(here: Workspace) -> None:
    client = WebClient(TOKEN, base_url=here.slack.api_url)
    trigger = here.slack.new_command("", user_id=ALEX).trigger_id
    view = client.views_open(trigger_id=trigger, view=modal(title=plain("Asking…"))).data
    assert isinstance(view, dict)
    view_id = view["view"]["id"]
    assert (view["view"]["type"], view["view"]["title"]["text"]) == ("modal", "Asking…")
    first = here.slack.modal_of(ALEX)
    client.views_update(view_id=view_id, view=modal(title=plain("Filled")))
    client.views_publish(user_id=DANA, view=home(private_metadata="", callback_id="c"))
    second = here.slack.modal_of(ALEX)
    assert first is not None
    assert second is not None
    assert (first.view_id, second.view_id, second.payload["title"]) == (view_id, view_id, plain("Filled"))
    assert first.hash != second.hash
    assert [each.kind for each in here.slack.views] == ["modal", "modal", "home"]
    assert here.slack.wait_for_view(3).visible_to == DANA
    assert here.slack.home_of(ALEX) is None
    with pytest.raises(TimeoutError, match="3 views came in"):
        here.slack.wait_for_view(4, timeout_seconds=0.01)


def test_a_view_may_come_as_a_form(here: Workspace) -> None:
    for view, error in ((to_json(home()), None), ("{", "invalid_arguments")):
        form = urlencode({"token": TOKEN, "user_id": DANA, "view": view}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert parse_object(send(here.slack.api_url + "views.publish", form, headers).body).get("error") == error


def test_a_trigger_opens_one_modal_within_three_seconds(here: Workspace) -> None:
    trigger = here.slack.new_command("").trigger_id
    here.clock.now += timedelta(seconds=3)
    assert here.call("views.open", trigger_id=trigger, view=modal())["ok"]
    assert here.call("views.open", trigger_id=trigger, view=modal())["error"] == "exchanged_trigger_id"
    late = here.slack.new_press(here.answered([actions(button())]), "refresh").trigger_id
    here.clock.now += timedelta(seconds=3, milliseconds=1)
    assert here.call("views.open", trigger_id=late, view=modal())["error"] == "expired_trigger_id"
    assert here.call("views.open", trigger_id="1.2.abc", view=modal())["error"] == "invalid_trigger_id"
    for wrong in ("", None, "abc", 5):
        answer = here.call("views.open", trigger_id=wrong, view=modal())
        assert answer["error"] == "invalid_arguments"
        messages = answer["response_metadata"]["messages"]
        assert messages == ["[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]"]
    assert len(here.slack.views) == 1


def test_a_closed_modal_is_not_updated(here: Workspace) -> None:
    view_id = opened(here)["view"]["id"]
    shown = here.slack.modal_of(DANA)
    assert shown is not None
    here.slack.close_modal(shown)
    assert here.slack.modal_of(DANA) is None
    assert here.call("views.update", view_id=view_id, view=modal())["error"] == "not_found"
    with pytest.raises(ValueError, match="does not see this"):
        here.slack.new_press(shown, "refresh")


def test_a_hash_keeps_an_older_update_out(here: Workspace) -> None:
    before = opened(here)["view"]
    after = here.call("views.update", view_id=before["id"], view=modal(), hash=before["hash"])["view"]
    assert (
        here.call("views.update", view_id=before["id"], view=modal(), hash=before["hash"])["error"] == "hash_conflict"
    )
    assert here.call("views.update", view_id=before["id"], view=modal(), hash=after["hash"])["ok"]
    published = here.call("views.publish", user_id=DANA, view=home())["view"]
    again = here.call("views.publish", user_id=DANA, view=home(), hash=published["hash"])["view"]
    assert again["id"] == published["id"]
    assert here.call("views.publish", user_id=DANA, view=home(), hash="1.2")["error"] == "hash_conflict"


@pytest.mark.parametrize(
    "changes",
    [
        {"blocks": [SECTION] * 100},
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 20},
        {"title": plain("x" * 24), "close": plain("x" * 24), "submit": plain("x" * 24)},
        {"private_metadata": "x" * 3000, "callback_id": "x" * 255, "external_id": "x" * 255},
        {"private_metadata": "", "clear_on_close": True, "notify_on_close": False},
        {"blocks": []},
    ],
)
def test_views_within_the_limits_are_taken(here: Workspace, changes: dict[str, Any]) -> None:
    assert opened(here, **changes)["ok"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"blocks": [SECTION] * 101}, "[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({"blocks": None}, "[ERROR] must be a list of objects [json-pointer:/view/blocks]"),
        ({"blocks": [{}]}, "[ERROR] unsupported type: None [json-pointer:/view/blocks/0]"),
        (
            {"blocks": [SECTION, {"type": "table", "rows": [[CELL]]}]},
            "[ERROR] unsupported type: table [json-pointer:/view/blocks/1]",
        ),
        ({"title": plain("x" * 25)}, "[ERROR] title: text must be less than 25 characters [json-pointer:/view]"),
        (
            {"title": None},
            "[ERROR] title: must be a text object of type plain_text [json-pointer:/view]",
        ),
        ({"close": plain("")}, "[ERROR] close: text must be a text that is not empty [json-pointer:/view]"),
        ({"submit": plain("x" * 25)}, "[ERROR] submit: text must be less than 25 characters [json-pointer:/view]"),
        ({"private_metadata": "x" * 3001}, "[ERROR] private_metadata must be less than 3001 characters"),
        ({"callback_id": "x" * 256}, "[ERROR] callback_id must be less than 256 characters"),
        ({"submit_disabled": True}, "[ERROR] invalid additional property: submit_disabled [json-pointer:/view]"),
        ({"text": "x"}, "[ERROR] invalid additional property: text [json-pointer:/view]"),
        ({"type": "home"}, "[ERROR] type must be modal [json-pointer:/view]"),
    ],
)
def test_views_beyond_the_limits_are_refused(here: Workspace, changes: dict[str, Any], reason: str) -> None:
    answer = opened(here, **changes)
    assert (answer["ok"], answer["error"]) == (False, "invalid_arguments")
    (message,) = answer["response_metadata"]["messages"]
    assert message.startswith(reason)
    assert here.slack.views == []


def test_a_home_tab_has_no_title_and_a_user(here: Workspace) -> None:
    answer = here.call("views.publish", user_id=DANA, view=home(title=plain("x")))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] invalid additional property: title [json-pointer:/view]"
    ]
    for user in (None, "", "C0123456789"):
        answer = here.call("views.publish", user_id=user, view=home())
        assert (answer["error"], answer["response_metadata"]["messages"]) == (
            "invalid_arguments",
            ["invalid `user_id`"],
        )
    assert here.call("views.publish", user_id=DANA)["error"] == "invalid_arguments"
    assert here.call("views.publish", user_id=DANA, view=modal())["error"] == "invalid_arguments"


def test_a_view_has_at_most_250_kilobytes(here: Workspace) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    assert opened(here, blocks=[section] * 80)["ok"]
    assert opened(here, blocks=[section] * 90)["error"] == "view_too_large"
