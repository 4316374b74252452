"""The simulators must refuse what the real services refuse: otherwise product tests would pass and prove nothing."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.clock import NOW, Clock
from tests.local.certificates import local_authority
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.exact_json import to_json
from tests.local.simulators.keys import KeyPair
from tests.local.simulators.pagsmile_encryption import new_key, seal, wrap_key
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_commands import CommandReply
from tests.provider_fixtures import MERCHANT, PROVIDER


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(verify=local_authority().client_context(), timeout=60, trust_env=False) as made:
        yield made


def post(client: httpx.Client, url: str, body: bytes, tail: bytes = b"", **headers: str) -> httpx.Response:
    """POST a body with its signature, and then with a `tail` that is not signed."""
    return client.post(url, content=body + tail, headers={"sign": MERCHANT.sign(body), **headers})


@pytest.mark.parametrize(
    ("tail", "minutes", "code"), [(b"", 14, "0"), (b" ", 0, "403"), (b"", 16, "400"), (b"", -16, "400")]
)
def test_payby_refuses_a_wrong_signature_and_an_old_request(
    client: httpx.Client, tail: bytes, minutes: int, code: str
) -> None:
    milliseconds = round((NOW + timedelta(minutes=minutes)).timestamp() * 1000)
    body = json.dumps({"requestTime": milliseconds, "bizContent": {"currencyCode": "AED"}}).encode()
    merchants = {payby.DOCUMENTED_PARTNER_ID: payby.PayByMerchant(MERCHANT.public_key)}
    with payby.PayBySimulator(PROVIDER, merchants, Clock()) as server:
        headers = {"Content-Type": "application/json", "Partner-Id": payby.DOCUMENTED_PARTNER_ID}
        reply = post(client, server.url + payby.PATH, body, tail, **headers)
    assert (reply.json()["head"]["code"], "sign" in reply.headers) == (code, code == "0")


@pytest.mark.parametrize(
    ("request_time", "tail", "code"),
    [
        ("2026-11-21T01:45:38.960Z", b"", "APPLY_SUCCESS"),
        ("2026-11-21T01:45:38.960Z", b" ", "SIGN_VERIFY_FAILED"),
        ("2026-11-21T01:43:38.000Z", b"", "REQ_TIME_OVER_TIME"),
        ("2026-11-21 01:45:38", b"", "PARAMS_INVALID"),
    ],
)
def test_payermax_refuses_a_wrong_signature_and_an_old_request(
    client: httpx.Client, request_time: str, tail: bytes, code: str
) -> None:
    ids = {"appId": payermax.DOCUMENTED_APP_ID, "merchantNo": payermax.DOCUMENTED_MERCHANT_NO}
    document = {"version": "1.3", "keyVersion": "1", "requestTime": request_time, "data": {}, **ids}
    merchants = {payermax.DOCUMENTED_MERCHANT_NO: payermax.PayerMaxMerchant(MERCHANT.public_key)}
    with payermax.PayerMaxSimulator(PROVIDER, merchants, Clock()) as server:
        body = json.dumps(document).encode()
        reply = post(client, server.url + payermax.PATH, body, tail, **{"Content-Type": "application/json"})
    assert (reply.json()["code"], "sign" in reply.headers) == (code, code == "APPLY_SUCCESS")


def test_pagsmile_refuses_a_wrong_key_and_a_used_request_id(client: httpx.Client) -> None:
    def ask(request_id: str, receiver: KeyPair, key_length: int = 16) -> Any:
        key = new_key(key_length)
        document = {
            **dict.fromkeys(("app_id", "partner_id"), pagsmile.DOCUMENTED_ID),
            "format": "JSON",
            "version": "2.0",
            "sign_type": "RSA",
            "request_id": request_id,
            "timestamp": "2026-11-21 01:45:38",
            "biz_data": seal(json.dumps({"partner_id": pagsmile.DOCUMENTED_ID}), key),
            "random_key": wrap_key(key, receiver.public_key),
        }
        return client.post(server.url + pagsmile.PATH, json=document).json()

    merchants = {pagsmile.DOCUMENTED_ID: pagsmile.PagsmileMerchant(MERCHANT.public_key)}
    with pagsmile.PagsmileSimulator(PROVIDER, merchants) as server:
        assert ask("one", PROVIDER)["code"] == "10000"
        assert ask("one", PROVIDER)["sub_code"] == "duplicate-request-id"
        assert ask("two", MERCHANT)["sub_code"] == "invalid-signature"
        assert ask("three", PROVIDER, 32)["sub_code"] == "invalid-signature"


def test_a_response_url_accepts_five_messages_within_thirty_minutes(client: httpx.Client) -> None:
    clock = Clock()
    with SlackSimulator("xoxb-1-2-right", clock=clock) as slack:
        used, kept = (slack.new_command("USD").response_url for _ in range(2))
        assert client.post(used, json={"text": ""}).text == "no_text"
        assert [client.post(used, json={"text": "x"}).status_code for _ in range(6)] == [*(200,) * 5, 404]
        clock.now += timedelta(minutes=30)
        assert client.post(kept, json={"text": "x"}).text == "ok"
        clock.now += timedelta(seconds=1)
        assert client.post(kept, json={"text": "x"}).json()["error"] == "expired_url"
        assert client.post(f"{slack.url}/commands/T1/1/x", json={"text": "x"}).json()["error"] == "expired_url"


def test_a_press_names_its_block_where_several_have_the_same_button(client: httpx.Client) -> None:
    def row(rule: str, *others: str) -> dict[str, object]:
        button = {"type": "button", "text": _TEXT}
        elements = [{**button, "action_id": "edit", "value": rule}, *({**button, "action_id": name} for name in others)]
        return {"type": "actions", "elements": elements}

    rows = [row("php", "add"), {**row("usd"), "block_id": "second"}]
    with SlackSimulator("xoxb-local", clock=Clock()) as slack:
        assert client.post(slack.new_command("").response_url, json={"text": "x", "blocks": rows}).text == "ok"
        (message,) = slack.messages
        pressed = [
            slack.new_press(message, "add"),
            slack.new_press(message, "edit", block_id="block-0"),
            slack.new_press(message, "edit", value="usd"),
        ]
        names = ("action_id", "block_id", "value")
        actions = [each.payload()["actions"] for each in pressed]
        assert [tuple(action.get(name) for name in names) for (action,) in actions] == [
            ("add", "block-0", None),
            ("edit", "block-0", "php"),
            ("edit", "second", "usd"),
        ]
        for which in ({}, {"block_id": "third"}, {"value": "eur"}, {"block_id": "second", "value": "php"}):
            with pytest.raises(ValueError, match="there is not exactly one button 'edit'"):
                slack.new_press(message, "edit", **which)


_TEXT = {"type": "plain_text", "text": "x"}
_CHOICE = {"text": _TEXT, "value": "low"}
_FORM: dict[str, Any] = {
    "type": "modal",
    "title": _TEXT,
    "submit": _TEXT,
    "callback_id": "rule",
    "external_id": "form",
    "blocks": [
        {"type": "input", "block_id": block_id, "label": _TEXT, "element": {"action_id": "a", **element}, **more}
        for block_id, element, more in (
            ("level", {"type": "plain_text_input", "max_length": 5}, {}),
            ("note", {"type": "plain_text_input"}, {"optional": True}),
            ("when", {"type": "static_select", "options": [_CHOICE], "initial_option": _CHOICE}, {}),
            ("owner", {"type": "users_select"}, {"optional": True}),
            ("place", {"type": "conversations_select", "default_to_current_conversation": True}, {}),
            ("until", {"type": "datetimepicker", "initial_date_time": 1796000000}, {}),
        )
    ],
}


class Form:
    """A workspace in which a person has opened `_FORM` with a command."""

    def __init__(self, slack: SlackSimulator, client: httpx.Client) -> None:
        self.slack, self._client = slack, client
        assert self.open()["ok"]
        (self.view,) = slack.modals_of("U0123456789")

    def call(self, method: str, **parameters: object) -> Any:
        headers = {"Authorization": "Bearer xoxb-local"}
        return self._client.post(self.slack.api_url + method, json=parameters, headers=headers).json()

    def open(self) -> Any:
        return self.call("views.open", trigger_id=self.slack.new_command("").trigger_id, view=_FORM)

    def submit(self, answer: object = "", status: int = 200, **values: Any) -> dict[str, Any]:
        """Fill in and submit the topmost modal, and let the bot answer; returns Slack's payload."""
        (*_, top) = self.slack.modals_of("U0123456789")
        submission = self.slack.new_submission(top, values)
        self.slack.show_submitted(
            submission, CommandReply(status, {}, answer if isinstance(answer, str) else to_json(answer), 1.0)
        )
        return submission.payload()


@pytest.fixture
def form(client: httpx.Client) -> Iterator[Form]:
    with SlackSimulator("xoxb-local", clock=Clock()) as slack:
        yield Form(slack, client)


def test_a_submitted_form_has_every_value_and_closes(form: Form) -> None:
    payload = form.submit(level="12.5", owner="U0BEN00001")
    assert {name: next(iter(state.values())) for name, state in payload["view"]["state"]["values"].items()} == {
        "level": {"type": "plain_text_input", "value": "12.5"},
        "note": {"type": "plain_text_input", "value": None},
        "when": {"type": "static_select", "selected_option": _CHOICE},
        "owner": {"type": "users_select", "selected_user": "U0BEN00001"},
        "place": {"type": "conversations_select", "selected_conversation": "C0123456789"},
        "until": {"type": "datetimepicker", "selected_date_time": 1796000000},
    }
    assert form.slack.modal_of("U0123456789") is None


@pytest.mark.parametrize(
    "values",
    [{}, {"level": ""}, {"level": "123456"}, {"level": "1", "other": "1"}, {"level": "1", "when": "high"},
     {"level": "1", "when": None}, {"level": "1", "owner": "ben"}, {"level": "1", "until": "08:00"}],
)  # fmt: skip
def test_a_form_is_not_sent_as_nobody_can_fill_it_in(form: Form, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"required|characters|no input block|no option|nobody can enter"):
        form.submit(**values)


def test_the_answer_to_a_form_shows_errors_and_other_views(form: Form) -> None:
    slack, top = form.slack, {**_FORM, "external_id": "", "clear_on_close": True}
    form.submit({"response_action": "errors", "errors": {"level": "Not a number."}}, level="x")
    assert slack.errors_of("U0123456789") == {"level": "Not a number."}
    form.submit({"response_action": "update", "view": {**_FORM, "callback_id": "again"}}, level="1")
    assert slack.errors_of("U0123456789") == {}
    form.submit({"response_action": "push", "view": top}, level="1")
    second = form.submit({"response_action": "push", "view": top}, level="1")["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (form.view.view_id,) * 2
    assert [view.payload.get("callback_id") for view in slack.modals_of("U0123456789")] == ["again", "rule", "rule"]
    with pytest.raises(ValueError, match="push_limit_reached"):
        form.submit({"response_action": "push", "view": top}, level="1")
    with pytest.raises(ValueError, match="topmost"):
        slack.new_submission(form.view, {"level": "1"})
    form.submit(level="1")
    assert len(slack.modals_of("U0123456789")) == 2
    slack.close_modal(slack.modals_of("U0123456789")[-1])
    assert slack.modals_of("U0123456789") == []
    assert form.open()["ok"]
    form.submit({"response_action": "clear"}, level="1")
    assert slack.modals_of("U0123456789") == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [("ok", 200), ({}, 200), ("", 503), ({"response_action": "errors", "errors": {"other": "No."}}, 200),
     ({"response_action": "errors", "errors": {}}, 200), ({"response_action": "errors", "errors": {"level": ""}}, 200),
     ({"response_action": "update", "view": {**_FORM, "title": {**_TEXT, "text": "x" * 25}}}, 200),
     ({"response_action": "push", "view": _FORM}, 200)],
)  # fmt: skip
def test_slack_does_not_accept_every_answer_to_a_form(form: Form, answer: object, status: int) -> None:
    with pytest.raises(ValueError, match="Slack would not accept this answer"):
        form.submit(answer, status, level="1")
    assert form.slack.modals_of("U0123456789") == [form.view]


def test_a_view_is_found_by_its_external_id_while_it_is_open(form: Form) -> None:
    assert form.open()["error"] == "duplicate_external_id"
    changed = form.call("views.update", external_id="form", view={**_FORM, "callback_id": "changed"})
    assert (changed["view"]["id"], changed["view"]["callback_id"]) == (form.view.view_id, "changed")
    form.submit(level="1")
    assert form.call("views.update", external_id="form", view=_FORM)["error"] == "not_found"
    assert form.call("views.update", view=_FORM)["error"] == "invalid_arguments"
