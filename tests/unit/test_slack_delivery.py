"""What is tried when Slack does not take a message, and what its error words mean."""

from collections.abc import Mapping

import pytest

from balance_slack.block_kit import Block
from balance_slack.blocks import Message
from balance_slack.delivery import BlocksRefusedError, DeliveryError, deliver, refusal

TABLE: Block = {"type": "table"}
PLAIN: Block = {"type": "section"}
MESSAGE = Message("Total", (TABLE,), (PLAIN,), "Accounts left out")


class Slack:
    """Takes a message after so many refusals, each with the same word."""

    def __init__(self, refusals: int, word: str = "invalid_blocks") -> None:
        self._refusals, self._word = refusals, word
        self.got: list[Mapping[str, object]] = []

    def post(self, message: Mapping[str, object]) -> str:
        self.got.append(message)
        if len(self.got) <= self._refusals:
            raise refusal(200, self._word)
        return "1795242363.000001"


class TestADelivery:
    @pytest.mark.parametrize("refusals", [0, 1, 2])
    def test_becomes_simpler_until_slack_takes_it(self, refusals: int) -> None:
        slack = Slack(refusals)
        assert deliver(MESSAGE, slack.post) == "1795242363.000001"
        forms: list[Mapping[str, object]] = [
            {"text": "Total", "blocks": [TABLE]},
            {"text": "Total", "blocks": [PLAIN]},
            {"text": "Total\nAccounts left out"},
        ]
        assert slack.got == forms[: refusals + 1]

    def test_raises_when_even_the_text_is_refused(self) -> None:
        slack = Slack(3)
        with pytest.raises(BlocksRefusedError):
            deliver(MESSAGE, slack.post)
        assert len(slack.got) == 3

    def test_without_plain_blocks_goes_on_with_the_text(self) -> None:
        slack = Slack(1)
        deliver(Message("Total", (TABLE,)), slack.post)
        assert [each.get("blocks") for each in slack.got] == [[TABLE], None]

    def test_that_is_text_from_the_start_has_nothing_to_add(self) -> None:
        slack = Slack(0)
        deliver(Message("Asking"), slack.post)
        assert slack.got == [{"text": "Asking"}]

    def test_is_not_simplified_for_any_other_reason(self) -> None:
        slack = Slack(1, "channel_not_found")
        with pytest.raises(DeliveryError, match="invite the bot"):
            deliver(MESSAGE, slack.post)
        assert len(slack.got) == 1


class TestARefusal:
    @pytest.mark.parametrize(
        "word",
        [
            "invalid_blocks",
            "invalid_blocks_format",
            "msg_blocks_too_long",
            "invalid_attachments",
            "only_one_table_allowed",
            "view_too_large",
            "invalid_arguments",
        ],
    )
    def test_of_the_blocks_is_told_apart(self, word: str) -> None:
        assert isinstance(refusal(200, word), BlocksRefusedError)

    @pytest.mark.parametrize(
        ("word", "advice"),
        [
            ("expired_trigger_id", "press it again"),
            ("exchanged_trigger_id", "press it again"),
            ("not_enabled", "switch on the Home tab: install the app again"),
            ("push_limit_reached", "close one"),
            ("missing_scope", "manifest.yaml"),
            ("internal_error", "it may pass by itself"),
        ],
    )
    def test_says_what_to_do(self, word: str, advice: str) -> None:
        error = refusal(200, word)
        assert not isinstance(error, BlocksRefusedError)
        assert error.word == word
        assert f"({word}): " in str(error)
        assert advice in str(error)

    @pytest.mark.parametrize("word", [None, 5, "", "A sentence with 1,008.29", "x" * 61])
    def test_repeats_nothing_but_a_word(self, word: object) -> None:
        error = refusal(503, word)
        assert str(error) == "Slack answered with HTTP 503 and no error word: it may pass by itself"
        assert error.word == ""
