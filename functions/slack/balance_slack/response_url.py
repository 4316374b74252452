"""A response_url, which a command or a pressed button brings: five messages in 30 minutes, where that happened."""

import re
from collections.abc import Mapping

from balance_core.wire import WireError, loads
from balance_slack.delivery import DeliveryError, refusal
from balance_slack.slack_http import post_json

_VISIBLE = re.compile(r"[\x21-\x7e]+")


class ResponseUrl:
    """Where one answer goes. Whoever has the URL may post as the bot, so it is neither printed nor logged."""

    def __init__(self, url: str, origin: str) -> None:
        """Raises DeliveryError when `url` does not lead to `origin` (such as https://hooks.slack.com)."""
        if not url.startswith(f"{origin}/") or not _VISIBLE.fullmatch(url):
            raise DeliveryError(f"the response_url does not lead to {origin}: nothing is sent elsewhere")
        self._url = url

    def answer(self, message: Mapping[str, object]) -> None:
        """Send a new message that only this person sees. Raises DeliveryError, as the others do."""
        self._post({"response_type": "ephemeral", "replace_original": False, **message})

    def replace(self, message: Mapping[str, object]) -> None:
        """Put a message in the place of the one whose button was pressed."""
        self._post({"response_type": "ephemeral", "replace_original": True, **message})

    def share(self, message: Mapping[str, object]) -> None:
        """Send a new message that everybody in the channel sees."""
        self._post({"response_type": "in_channel", "replace_original": False, **message})

    def _post(self, fields: Mapping[str, object]) -> None:
        status, answer = post_json(self._url, fields, {})
        is_ok, error = _read(answer)
        if not is_ok or not 200 <= status < 300:
            raise refusal(status, error)


def _read(answer: bytes) -> tuple[bool, object]:
    """Slack answers `ok` or an error word as plain text, or {"ok": ..., "error": ...}; anything else is not Slack."""
    try:
        value = loads(answer).value
    except WireError:
        text = answer.decode("utf-8", "replace").strip()
        return text in ("", "ok"), text
    fields = value if isinstance(value, dict) else {}
    return fields.get("ok") is not False, fields.get("error")
