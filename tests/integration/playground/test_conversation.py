"""What each person sees in the playground, and what a click on its page does."""

from typing import Any

from tests.integration.playground.running import DANA, ELI, FINANCE, GUS, RANDOM, Browser, Playground
from tests.local.simulators.faults import Fault, FaultName


def _command(browser: Browser, text: str = "USD", user: str = DANA, channel: str = FINANCE) -> None:
    assert browser.post("command", {"user": user, "channel": channel, "text": text}).status == 200


def _texts(state: Any) -> list[str]:
    return [message["text"] for message in state["messages"]]


def test_a_command_is_acknowledged_then_answered(browser: Browser) -> None:
    _command(browser, "USD payby")
    state = browser.state()
    assert {message["text"] for message in state["messages"]} == {"Asking", "Answer"}
    assert all(message["is_private"] and message["channel"] == FINANCE for message in state["messages"])
    (answer,) = [message for message in state["messages"] if message["blocks"]]
    assert answer["blocks"][0]["text"]["text"] == "Answer to USD payby"
    assert answer["payload"]["blocks"] == answer["blocks"]


def test_others_see_nothing_of_it(browser: Browser) -> None:
    _command(browser)
    _command(browser, user=GUS, channel=RANDOM)
    assert browser.state(ELI)["messages"] == []
    assert {message["channel"] for message in browser.state(GUS)["messages"]} == {RANDOM}
    assert browser.state(GUS)["user"] == GUS


def test_a_pressed_button_opens_a_modal_for_that_person(browser: Browser) -> None:
    _command(browser)
    (ts,) = [message["ts"] for message in browser.state()["messages"] if message["blocks"]]
    press = {"at": {"message": ts}, "action_id": "details"}
    assert browser.post("press", {"user": ELI, **press}).json == {"error": "Eli does not see this any more"}
    assert browser.post("press", {"user": DANA, **press}).status == 200
    modal = browser.state()["modal"]
    assert modal["payload"]["title"]["text"] == "Details"
    assert browser.state(ELI)["modal"] is None
    assert browser.post("press", {"user": DANA, "at": {"view": modal["id"]}, "action_id": "no"}).status == 400
    assert browser.post("close_modal", {"user": DANA}).status == 200
    assert browser.state()["modal"] is None
    assert browser.post("close_modal", {"user": DANA}).status == 200


def test_everybody_has_a_home_tab_of_their_own(browser: Browser) -> None:
    assert browser.state()["home"] is None
    assert browser.post("home", {"user": DANA}).status == 200
    assert browser.state()["home"]["payload"]["blocks"][0]["text"]["text"] == f"Home of {DANA}"
    assert browser.state(ELI)["home"] is None


def test_the_schedule_fires(playground: Playground) -> None:
    assert playground.browser.post("schedule", {}).status == 200
    assert playground.fired == 1


def test_slack_tells_that_the_bot_did_not_answer(playground: Playground) -> None:
    browser = playground.browser
    playground.bot.set_fault(Fault(FaultName.FAIL))
    _command(browser)
    (said,) = browser.state()["messages"]
    assert said["sender"] == "slackbot"
    assert said["is_private"]
    assert said["text"] == "/balance failed with the error “dispatch_failed”"
    assert browser.state(ELI)["messages"] == []
    refused = browser.post("home", {"user": DANA})
    assert refused.status == 502
    assert "dispatch_failed" in refused.json["error"]
    playground.bot.set_fault(Fault(FaultName.RESET))
    assert "operation_timeout" in browser.post("home", {"user": DANA}).json["error"]


def test_a_switch_breaks_a_service_and_mends_it(playground: Playground) -> None:
    browser = playground.browser

    def switch() -> Any:
        return {each["id"]: each for each in browser.state()["services"]}["slack"]

    assert switch()["fault"] is None
    assert browser.post("fault", {"service": "slack", "fault": "slow 3"}).status == 200
    assert switch()["fault"] == "slow 3"
    meanings = {each["fault"]: each["meaning"] for each in switch()["faults"]}
    assert meanings["slow 3"] == "the right answer, 3 seconds after the question"
    assert "lie" not in meanings
    refused = browser.post("fault", {"service": "slack", "fault": "lie"})
    assert refused.status == 400
    assert "knows no lie" in refused.json["error"]
    assert switch()["fault"] == "slow 3"
    assert browser.post("fault", {"service": "slack", "fault": ""}).status == 200
    assert switch()["fault"] is None
    assert browser.post("fault", {"service": "mockpay", "fault": ""}).status == 400


def test_slack_may_refuse_blocks(playground: Playground) -> None:
    browser = playground.browser
    assert browser.post("refuse_blocks", {"is_on": True}).status == 200
    assert browser.state()["refuses_blocks"] is True
    _command(browser)
    assert _texts(browser.state()) == ["Asking"]


def test_the_requests_are_shown_with_their_bodies_and_without_their_secrets(browser: Browser) -> None:
    _command(browser, "USD payby")
    to_bot, to_slack = sorted(browser.state()["requests"], key=lambda request: str(request["service"]))
    assert (to_bot["service"], to_slack["service"]) == ("bot", "slack")
    fields = dict(line.split(" = ") for line in to_bot["body"].splitlines())
    assert (fields["command"], fields["text"]) == ("/balance", "USD payby")
    assert "masked" in fields["response_url"]
    assert "masked" in fields["trigger_id"]
    assert "masked" in to_bot["headers"]["x-slack-signature"]
    assert to_slack["path"] == "a response_url"
