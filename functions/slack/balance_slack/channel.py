"""A Slack channel that the bot may write to."""

from collections.abc import Mapping
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from balance_slack.delivery import TIMEOUT_SECONDS, refusal, unreachable


class Channel:
    """The channel `channel_id`, through the Web API at `api_url` (with a slash at its end)."""

    def __init__(self, channel_id: str, bot_token: str, api_url: str) -> None:
        self._channel_id = channel_id
        # Lambda tries again; a second post within the same try could show the same message twice.
        self._client = WebClient(bot_token, base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])

    def post(self, message: Mapping[str, object]) -> None:
        """Send a message to everybody in the channel. Raises DeliveryError."""
        # Nothing in the text may become a link or fetch a preview, even where Slack refuses the blocks.
        quiet = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
        fields = {"channel": self._channel_id, **quiet, **message}
        try:
            self._client.api_call("chat.postMessage", json=fields)
        except SlackApiError as exc:
            raise refusal(exc.response.status_code, exc.response.get("error")) from exc
        except (SlackClientError, OSError, HTTPException, ValueError) as exc:
            raise unreachable(exc) from exc
