"""The messages that Slack itself shows a person when the bot does not answer."""

import threading

from tests.local.simulators.answers import Clock, utc_now


class Slackbot:
    """Its messages to each person in each channel; safe to use from several threads."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._said: list[tuple[str, dict[str, object]]] = []

    def say(self, user_id: str, channel_id: str, text: str) -> None:
        """Show `text` to one person now."""
        now = self._clock()
        with self._lock:
            message: dict[str, object] = {
                # In Slack's format. Messages of the bot never reach a number that starts with 9.
                "ts": f"{int(now.timestamp())}.9{len(self._said):05}",
                "channel": channel_id,
                "thread_ts": None,
                "sender": "slackbot",
                "at": now.isoformat(),
                "is_private": True,
                "text": text,
                "blocks": [],
                "payload": {"text": text},
            }
            self._said.append((user_id, message))

    def said_to(self, user_id: str, channel_id: str) -> list[dict[str, object]]:
        """The messages, oldest first, as in page/src/api.ts."""
        with self._lock:
            return [said for user, said in self._said if user == user_id and said["channel"] == channel_id]
