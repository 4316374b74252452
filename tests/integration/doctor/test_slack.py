"""What the doctor finds out from Slack and from the front's address."""

import pytest

from tests.integration.doctor.deployed_stack import Deployment
from tests.integration.doctor.visits import Visits
from tests.integration.fault_server import closed_port
from tests.local.simulators.faults import Fault, FaultName


@pytest.mark.usefixtures("without_providers")
class TestSlack:
    def test_a_token_that_slack_refuses(self, stack: Deployment, visits: Visits) -> None:
        stack.put("slack-bot-token", {"bot_token": "xoxb-another"})
        visits.run()
        assert visits.of("bot token")[0][:2] == ("wrong", "Slack refuses it (invalid_auth)")
        assert visits.statuses("scopes") == []

    def test_what_is_no_bot_token_is_sent_nowhere(self, stack: Deployment, visits: Visits) -> None:
        asked = len(stack.company.slack.requests)
        stack.put("slack-bot-token", {"bot_token": "xoxp-1-2"})
        visits.run()
        assert visits.of("bot token")[0][:2] == ("wrong", "is a user's token: the bot's starts with xoxb-")
        assert len(stack.company.slack.requests) == asked

    def test_a_workspace_that_may_not_ask(self, stack: Deployment, visits: Visits) -> None:
        stack.api.parameters["SlackAllowedTeamIds"] = "T0OTHER"
        visits.run()
        assert visits.of("bot token") == [
            (
                "wrong",
                "Slack takes it for the workspace T0123456789, whose members may not ask",
                "add T0123456789 to SlackAllowedTeamIds in samconfig.toml, then make deploy",
            )
        ]

    def test_slack_down(self, stack: Deployment, visits: Visits) -> None:
        stack.company.slack.set_fault(Fault(FaultName.FAIL))
        try:
            visits.run()
        finally:
            stack.company.slack.set_fault(None)
        assert visits.of("bot token")[0][:2] == (
            "cannot be known",
            "Slack's answer is no JSON object (HTTP 503)",
        )

    def test_slack_out_of_reach(self, stack: Deployment, visits: Visits) -> None:
        visits.run(slack_api_url=f"http://127.0.0.1:{closed_port()}/")
        assert visits.of("bot token")[0][:2] == ("cannot be known", "Slack could not be reached (ConnectError)")

    @pytest.mark.parametrize(("status", "told"), [(403, "permissions"), (503, "signing secret"), (200, "log")])
    def test_a_front_that_does_not_refuse(self, stack: Deployment, visits: Visits, status: int, told: str) -> None:
        stack.front.status = status
        visits.run()
        ((level, finding, remedy),) = visits.of("request URL")
        assert (level, finding) == ("wrong", f"answers an unsigned request with HTTP {status} instead of 401")
        assert told in remedy

    def test_a_front_out_of_reach(self, stack: Deployment, visits: Visits) -> None:
        stack.api.outputs["SlackRequestUrl"] = f"http://127.0.0.1:{closed_port()}/"
        visits.run()
        assert visits.of("request URL")[0][:2] == ("wrong", "could not be reached (ConnectError)")

    def test_a_stack_without_a_url(self, stack: Deployment, visits: Visits) -> None:
        del stack.api.outputs["SlackRequestUrl"]
        visits.run()
        assert visits.of("request URL")[0][:2] == ("wrong", "the stack has no output SlackRequestUrl")
