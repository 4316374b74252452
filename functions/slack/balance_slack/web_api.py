"""Slack's Web API, as far as the reporter needs it: messages in channels, dialogs and the Home tab.

Sources: docs.slack.dev, methods chat.postMessage, views.open, views.update and views.publish. No view is sent with a
`hash`, so `hash_conflict` cannot come: the answer that is asked for last is the one that people see.
"""

import re
from collections.abc import Mapping

from balance_core.secrets import Secret
from balance_core.wire import WireError, loads
from balance_slack.block_kit import View
from balance_slack.delivery import DeliveryError, refusal
from balance_slack.slack_http import post_json

_TOKEN = re.compile(r"[\x21-\x7e]+")
# Nothing in a text may become a link or fetch a preview, even where Slack refuses the blocks.
_QUIET = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}


class WebApi:
    """Calls Slack as the bot. Every call raises DeliveryError and is made once: Lambda is what tries again."""

    def __init__(self, secret: Secret, url: str) -> None:
        """`secret` holds `bot_token`, `url` ends with a slash. Raises ProviderError (configuration) without a token."""
        token = secret.text("bot_token").strip()
        if not _TOKEN.fullmatch(token):
            raise secret.error("bot_token", "is not a token: copy it from the Slack app's OAuth & Permissions page")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._url = url

    def post_message(self, channel_id: str, message: Mapping[str, object], thread_ts: str | None = None) -> str:
        """Send a message to everybody in the channel, or to a message's thread there; returns its `ts`."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        return self._call("chat.postMessage", {"channel": channel_id, **_QUIET, **message, **thread}, "ts")

    def open_view(self, trigger_id: str, view: View) -> str:
        """Open a dialog, within three seconds after the press and once for each; returns the view's id."""
        return self._call("views.open", {"trigger_id": trigger_id, "view": view}, "view", "id")

    def update_view(self, view_id: str, view: View) -> None:
        """Show another view in an open dialog."""
        self._call("views.update", {"view_id": view_id, "view": view}, "view", "id")

    def publish_view(self, user_id: str, view: View) -> None:
        """Show a view on somebody's Home tab, until the next one."""
        self._call("views.publish", {"user_id": user_id, "view": view}, "view", "id")

    def _call(self, method: str, fields: Mapping[str, object], *wanted: str) -> str:
        """The text at the place `wanted` in the answer to `method`."""
        status, answer = post_json(self._url + method, fields, self._headers)
        try:
            node = loads(answer)
            is_ok, error = node.get("ok").boolean(), node.optional("error")
        except WireError as exc:
            raise refusal(status, None) from exc
        if not is_ok or not 200 <= status < 300:
            raise refusal(status, error.value if error else None)
        try:
            for name in wanted:
                node = node.get(name)
            return node.text(200)
        except WireError as exc:
            raise DeliveryError(f"Slack's answer to {method} cannot be understood: {exc}") from exc
