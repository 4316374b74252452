"""What every refusal of AWS is called, and every way in which no answer comes."""

import pytest

from balance_core.aws_api import AwsApi, AwsError, AwsUnreachableError
from tests.integration.aws_api.cases import lead_to
from tests.integration.fault_server import FaultServer, always, answer, closed_port, silent


class TestFailures:
    @pytest.mark.parametrize(
        ("reply", "code", "is_temporary"),
        [
            (answer(400, b'{"__type": "com.amazonaws#AccessDeniedException"}'), "AccessDeniedException", False),
            (answer(400, b'{"__type": "ThrottlingException"}'), "ThrottlingException", True),
            (
                answer(404, b"{}", x_amzn_ErrorType="ResourceNotFoundException:http://x"),
                "ResourceNotFoundException",
                False,
            ),
            (answer(429, b"", x_amzn_ErrorType="TooManyRequestsException"), "TooManyRequestsException", True),
            (answer(503, b"<html>"), "HTTP 503", True),
            (answer(301, b"[]"), "HTTP 301", False),
        ],
    )
    def test_by_the_services_own_word(
        self, api: AwsApi, monkeypatch: pytest.MonkeyPatch, reply: bytes, code: str, is_temporary: bool
    ) -> None:
        with FaultServer(always(reply)) as server:
            lead_to(monkeypatch, server.url)
            with pytest.raises(AwsError) as caught:
                api.post("/", {}, b"")
        assert (caught.value.code, caught.value.is_temporary) == (code, is_temporary)
        assert len(server.requests) == 1

    def test_no_answer_in_time(self, impatient: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(silent) as server:
            lead_to(monkeypatch, server.url)
            with pytest.raises(AwsUnreachableError, match="TimeoutError"):
                impatient.post("/", {}, b"")

    def test_nobody_there(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        lead_to(monkeypatch, f"http://127.0.0.1:{closed_port()}")
        with pytest.raises(AwsUnreachableError, match="ConnectionRefusedError"):
            api.post("/", {}, b"")

    @pytest.mark.parametrize("name", ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    def test_without_what_every_request_needs_none_is_sent(
        self, api: AwsApi, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            monkeypatch.delenv(name)
            with pytest.raises(AwsUnreachableError, match=f"{name} is not set"):
                api.post("/", {}, b"")
        assert not server.requests

    def test_a_header_that_cannot_be_sent(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            with pytest.raises(AwsUnreachableError, match="ValueError"):
                api.post("/", {"X-Amz-A": "b\r\nX-Amz-C: d"}, b"")
        assert not server.requests
