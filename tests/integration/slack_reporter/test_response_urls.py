"""Where the reporter sends an answer, what it does not believe, and what it says when Slack takes no message."""

import json
from collections.abc import Callable, Mapping

import pytest

from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from balance_slack.response_url import ResponseUrl
from tests.integration.fault_server import FaultServer, always, answer, closed_port, once
from tests.integration.slack_reporter.cases import SECRET_PATH, answer_to, new_job, words
from tests.local.simulators.slack import SlackSimulator


class TestAResponseUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/commands/T0/1/canary",
            "https://hooks.slack.com.evil.example/canary",
            "https://hooks.slack.com@evil.example/canary",
            "https://hooks.slack.com:8443/canary",
            "http://hooks.slack.com/canary",
            "HTTPS://HOOKS.SLACK.COM/canary",
            "https://hooks.slack.com",
            "https://hooks.slack.com/a canary",
            "https://hooks.slack.com/canary\r\nHost: evil.example",
            "file:///etc/canary",
        ],
    )
    def test_that_leads_elsewhere_is_refused(self, url: str) -> None:
        with pytest.raises(DeliveryError, match="does not lead to https://hooks") as caught:
            ResponseUrl(url, "https://hooks.slack.com")
        assert "canary" not in words(caught.value)

    @pytest.mark.parametrize(
        ("post", "response_type", "replaces"),
        [
            (ResponseUrl.answer, "ephemeral", False),
            (ResponseUrl.replace, "ephemeral", True),
            (ResponseUrl.share, "in_channel", False),
        ],
    )
    def test_says_who_sees_the_message_and_what_becomes_of_the_old_one(
        self, post: Callable[[ResponseUrl, Mapping[str, object]], None], response_type: str, replaces: bool
    ) -> None:
        with FaultServer(once(answer(200, b"ok"))) as server:
            post(ResponseUrl(server.url + SECRET_PATH, server.url.rstrip("/")), {"text": "AED 1.00"})
        (request,) = server.requests
        sent = json.loads(request.partition(b"\r\n\r\n")[2])
        assert sent == {"response_type": response_type, "replace_original": replaces, "text": "AED 1.00"}

    def test_that_leads_elsewhere_is_refused_before_anybody_is_asked(
        self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer
    ) -> None:
        monkeypatch.delenv("SLACK_RESPONSE_URL_ORIGIN")
        with pytest.raises(DeliveryError, match="does not lead to https://hooks"):
            Reporter().report(answer_to(aggregator.url + "canary"), "first")
        assert aggregator.accepted == 0

    def test_that_redirects_is_not_followed(self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer) -> None:
        with FaultServer(always(answer(200, b"ok"))) as elsewhere:
            for status in (301, 302, 303, 307, 308):
                with FaultServer(once(answer(status, Location=elsewhere.url))) as server:
                    monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
                    with pytest.raises(DeliveryError, match=f"HTTP {status}"):
                        Reporter().report(answer_to(server.url + SECRET_PATH), "first")
            assert elsewhere.accepted == 0

    @pytest.mark.parametrize(
        ("reply", "reason"),
        [
            (answer(404, b'{"ok":false,"error":"used_url"}'), r"used_url\): .* the person must ask again"),
            (answer(404, b"expired_url"), r"expired_url\): .* the person must ask again"),
            (answer(200, b'{"ok":false,"error":"no_text"}'), r"no_text\): it may pass by itself"),
            (answer(200, b'{"ok":false}'), "HTTP 200 and no error word"),
            (answer(500, b"<html>canary</html>"), "HTTP 500 and no error word"),
            (answer(200, b"<html>canary</html>"), "HTTP 200 and no error word"),
            (answer(200, b"no_text"), "no_text"),
            (answer(500, b'{"ok":true}'), "HTTP 500"),
            (answer(403, b"[1]"), "HTTP 403"),
            (answer(300), "HTTP 300"),
            (answer(200, b"\xff"), "HTTP 200 and no error word"),
            (answer(429, b"ratelimited"), "ratelimited"),
            (answer(400, b"a" * 100_000), "HTTP 400"),
            (b"nonsense\r\n\r\n", "BadStatusLine"),
            (b"", "RemoteDisconnected|ConnectionResetError"),
        ],
    )
    def test_that_takes_no_message_raises_what_slack_said(
        self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer, reply: bytes, reason: str
    ) -> None:
        with FaultServer(once(reply)) as server:
            monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
            with pytest.raises(DeliveryError, match=reason) as caught:
                Reporter().report(answer_to(server.url + SECRET_PATH), "first")
        assert "canary" not in words(caught.value)

    @pytest.mark.parametrize("body", [b"ok", b" ok\n", b'{"ok":true}', b""])
    def test_may_confirm_in_several_ways(
        self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer, body: bytes
    ) -> None:
        with FaultServer(once(answer(200, body))) as server:
            monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
            Reporter().report(answer_to(server.url + SECRET_PATH), "first")
            assert server.accepted == 1

    def test_that_refuses_even_the_text_raises(self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer) -> None:
        with FaultServer(once(answer(400, b"invalid_blocks", Connection="close"))) as server:
            monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
            with pytest.raises(DeliveryError, match="invalid_blocks"):
                Reporter().report(answer_to(server.url + SECRET_PATH), "first")
            assert [b'"table"' in request for request in server.requests] == [True, False, False]
            assert [b'"blocks"' in request for request in server.requests] == [True, True, False]

    def test_is_not_reached_through_a_proxy(
        self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer
    ) -> None:
        monkeypatch.setenv("NO_PROXY", aggregator.url.split("/")[2])
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        Reporter().report(new_job(slack), "first")
        assert len(slack.messages) == 1
