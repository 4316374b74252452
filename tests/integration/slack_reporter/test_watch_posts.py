"""Posting for the watch: what is found of an earlier post, and which refusals are for good."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from balance_core.secrets import Secret
from balance_core.strict_json import loads
from balance_core.watch_contract import WatchPost
from balance_slack.reporter.slack import DeliveryError, web_client
from balance_slack.reporter.watch_posts import WatchPosts
from tests.integration.fault_server import Connection, FaultServer, answer
from tests.integration.printed import captured_log
from tests.integration.slack_functions import BOT_TOKEN
from tests.local.certificates import local_authority
from tests.unit.slack_cases import NAMES
from tests.unit.watch_cases import RULE, Watch

THREAD = "1795248002.000200"


def low() -> dict[str, Any]:
    """The effect of an alert."""
    watch = Watch()
    watch.see("06:00", 400)
    [effect] = watch.see("06:15", 400)
    return dict(effect)


class Slack:
    """Slack that gives these answers, the last one again and again."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, watch: str, **members: Any) -> Any:
        """What the reporter answers the watch."""
        with FaultServer(self._behave, local_authority().server_context()) as server:
            secret = Secret("stack/token", loads(json.dumps({"bot_token": BOT_TOKEN}).encode()))
            posts = WatchPosts(NAMES, lambda: web_client(secret, f"{server.url}api/"))
            request = {"watch": watch, "item": "php-2-0", "channel": "C0MONEY", "rule": RULE, "effect": low()}
            return posts.answer(WatchPost(**{**request, **members}))

    def _behave(self, connection: Connection) -> None:
        head, _, body = (connection.read_request() or b"").decode().partition("\r\n\r\n")
        target = urlsplit(head.split(" ")[1])
        form = {name: values[0] for name, values in parse_qs(target.query or body).items()}
        self.asked.append((target.path.rpartition("/")[2], json.loads(body) if body.startswith("{") else form))
        document = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        connection.send(answer(200, json.dumps(document).encode(), Connection="close"))


def page(*messages: dict[str, Any], cursor: str = "") -> dict[str, Any]:
    return {"ok": True, "messages": list(messages), "response_metadata": {"next_cursor": cursor}}


def message(ts: str, item: str) -> dict[str, Any]:
    return {"ts": ts, "metadata": {"event_type": "balance_watch", "event_payload": {"item": item}}}


OTHERS = [{"ts": "1.0", "text": "a person's"}, message("2.0", "php-1-0"), {"ts": "3.0", "metadata": {}}]


@pytest.mark.parametrize(("thread", "method"), [(None, "conversations.history"), (THREAD, "conversations.replies")])
def test_a_message_is_found_by_its_item_on_any_page_of_its_channel_or_thread(thread: str | None, method: str) -> None:
    slack = Slack(page(*OTHERS, cursor="dXNlcg=="), page(message("4.0", "php-2-0")))
    assert slack.ask("find", thread=thread).ts == "4.0"
    assert [name for name, _ in slack.asked] == [method, method]
    first, second = (parameters for _, parameters in slack.asked)
    assert (first["channel"], first.get("ts"), first["include_all_metadata"]) == ("C0MONEY", thread, "1")
    # Ten minutes before it was decided, at 06:15.
    assert first["oldest"] == "1795932300.000000"
    assert (first.get("cursor"), second["cursor"]) == (None, "dXNlcg==")


@pytest.mark.parametrize(("answers", "calls"), [([page(*OTHERS)], 1), ([page(*OTHERS, cursor="more")], 5)])
def test_what_is_on_none_of_the_first_pages_is_not_found(answers: list[dict[str, Any]], calls: int) -> None:
    slack = Slack(*answers)
    assert slack.ask("find").ts is None
    assert len(slack.asked) == calls


def test_a_bot_that_may_not_look_finds_nothing_and_another_refusal_is_left_to_the_next_run() -> None:
    with captured_log() as log:
        assert Slack({"ok": False, "error": "missing_scope"}).ask("find").ts is None
    assert "an alert may come twice" in log.getvalue()
    with pytest.raises(DeliveryError, match="internal_error"):
        Slack({"ok": False, "error": "internal_error"}).ask("find")


def test_a_post_carries_its_item_and_adds_no_previews() -> None:
    slack = Slack({"ok": True, "ts": "5.0"})
    assert slack.ask("post").ts == "5.0"
    [(method, sent)] = slack.asked
    assert method == "chat.postMessage"
    assert sent["metadata"] == message("", "php-2-0")["metadata"]
    assert (sent["unfurl_links"], sent["unfurl_media"], "thread_ts" in sent) == (False, False, False)


@pytest.mark.parametrize(
    ("where", "thread", "code", "is_for_good"),
    [
        ("channel", None, "is_archived", True),
        ("channel", None, "internal_error", False),
        ("thread", THREAD, "internal_error", False),
        ("both", THREAD, "not_in_channel", True),
        ("direct", None, "user_not_found", True),
        (None, THREAD, "internal_error", False),
    ],
)
def test_only_refusals_that_no_later_try_can_change_are_for_good(
    where: str | None, thread: str | None, code: str, is_for_good: bool
) -> None:
    slack = Slack({"ok": False, "error": code})
    effect = low() | {"where": where}
    if is_for_good:
        assert slack.ask("post", effect=effect, thread=thread).refused == code
    else:
        with pytest.raises(DeliveryError, match=code):
            slack.ask("post", effect=effect, thread=thread)


def test_a_reply_whose_thread_is_gone_becomes_a_new_message() -> None:
    slack = Slack({"ok": False, "error": "thread_not_found"}, {"ok": True, "ts": "6.0"})
    assert slack.ask("post", effect=low() | {"where": "both"}, thread=THREAD).ts == "6.0"
    reply, new = (sent for _, sent in slack.asked)
    assert (reply["thread_ts"], reply["reply_broadcast"], "blocks" in reply) == (THREAD, True, False)
    assert ("thread_ts" in new, "reply_broadcast" in new, "blocks" in new) == (False, False, True)
