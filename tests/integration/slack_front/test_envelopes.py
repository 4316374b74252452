"""Signed commands through everything that AWS can put in front of the function, and forms that Bolt would misread."""

import json
from typing import Any

import pytest

from balance_slack.front import Front
from tests.integration.fault_server import FaultServer
from tests.integration.slack_front.cases import ask, said, status
from tests.integration.slack_functions import command, signed_event


def version_1(event: dict[str, Any], **changes: object) -> dict[str, Any]:
    """The event of a REST API, or of an HTTP API with payload format 1.0."""
    several = {name.title(): [value] for name, value in event["headers"].items()}
    context = {"httpMethod": "POST", "stage": "prod", "identity": {"sourceIp": "192.0.2.1"}}
    whole = {
        "resource": "/",
        "path": "/",
        "httpMethod": "POST",
        "requestContext": context,
        "multiValueHeaders": several,
    }
    return event | whole | changes


def balancer(event: dict[str, Any]) -> dict[str, Any]:
    """The event of a load balancer whose target group has multi-value headers."""
    whole = version_1(event, requestContext={"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:..."}})
    return {name: value for name, value in whole.items() if name != "headers"}


@pytest.mark.parametrize("envelope", [dict, version_1, balancer])
def test_a_signed_command_is_handed_over_from_every_envelope(reporter: FaultServer, envelope: Any) -> None:
    response = Front().answer(envelope(signed_event(command("USD").body())))
    assert said(response).startswith("Asking")
    assert ("multiValueHeaders" in response) == (envelope is balancer)
    assert reporter.accepted == 1


@pytest.mark.parametrize("envelope", [dict, version_1, balancer])
def test_a_forged_command_is_refused_in_every_envelope(reporter: FaultServer, envelope: Any) -> None:
    response = Front().answer(envelope(signed_event(command("USD").body(), secret="another secret")))
    assert response["statusCode"] == 401
    assert reporter.accepted == 0


@pytest.mark.parametrize("place", ["channel_name", "user_name", "team_domain"])
def test_a_name_that_holds_the_word_payload_does_not_matter(reporter: FaultServer, place: str) -> None:
    assert ask("USD", **{place: "payloads"}).startswith("Asking")


def test_payload_is_a_word_like_any_other(reporter: FaultServer) -> None:
    assert "`payload` is neither" in ask("payload")


@pytest.mark.parametrize("value", [5, None, ["T0123456789"], {"id": "T0123456789"}])
def test_a_signed_command_whose_fields_are_no_text_starts_nothing(reporter: FaultServer, value: object) -> None:
    body = json.dumps({"command": "/balance", "team_id": value, "response_url": "https://hooks.slack.com/x"}).encode()
    assert status(body) == 400
    assert reporter.accepted == 0


def test_an_organisation_may_be_listed(reporter: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_TEAM_IDS", "E0123456789")
    for organisation, beginning in (("E0123456789", "Asking"), ("E0999999999", "Balance Bot is not open")):
        body = command("USD").body() + f"&enterprise_id={organisation}".encode()
        assert said(Front().answer(signed_event(body))).startswith(beginning)
