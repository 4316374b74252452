"""Slack through slack_sdk: its clients as we use them, and its refusals as DeliveryError.

Every call is made once: after a lost confirmation, a second try could post twice. `idempotency.py` says when a whole
job is done again.
Nothing here logs or raises a URL, a token or a body.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.webhook import WebhookClient, WebhookResponse

from balance_core.observability import logger
from balance_core.secrets import Secret
from balance_core.strict_json import JsonError, loads

_TIMEOUT_SECONDS = 10
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_ERROR_CODE = re.compile(r"[a-z_]{1,60}")
# slack_sdk would log the beginning of a body that is not JSON.
_silent = logging.getLogger("slack_sdk.balance_slack")
_silent.setLevel(logging.CRITICAL)

# The Web API says `invalid_arguments` about a view; nothing that we send in a message causes it.
_BLOCKS_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"}
    | {"only_one_table_allowed", "view_too_large", "invalid_arguments"}
)
_TOKEN_REFUSED = frozenset(
    {"not_authed", "invalid_auth", "not_allowed_token_type", "token_expired", "token_revoked", "account_inactive"}
)
_PRESS_AGAIN = "a button press opens one modal, within three seconds: the person must press it again"
_ADVICE = {
    "expired_url": "the response_url is older than 30 minutes: the person must ask again",
    "used_url": "the response_url was used five times already: the person must ask again",
    "expired_trigger_id": _PRESS_AGAIN,
    "exchanged_trigger_id": _PRESS_AGAIN,
    "invalid_trigger_id": _PRESS_AGAIN,
    "push_limit_reached": "too many modals are open on top of each other: the person must close one",
    "not_found": "the modal is closed",
    "not_enabled": "switch on the Home tab: install the app again from functions/slack/manifest.yaml",
    "channel_not_found": "check the channel id, and invite the bot to the channel if it is private",
    "not_in_channel": "invite the bot to the channel",
    "is_archived": "the channel is archived: choose another one",
    "restricted_action": "the channel's settings do not let the bot post: allow it, or choose another channel",
    "missing_scope": "install the app again from functions/slack/manifest.yaml",
    "file_uploads_disabled": "the workspace does not allow files: allow them for this app, or do without exports",
    "not_authed": "put the bot token into its secret",
    "invalid_auth": "the bot token is not valid: put the current one into its secret",
    "not_allowed_token_type": "the secret holds another token: it must be the bot token (xoxb-)",
    "token_revoked": "the bot token was revoked: put the current one into its secret",
    "account_inactive": "the bot was removed from the workspace: install the app again",
}
_UNKNOWN_ADVICE = "it may pass by itself"

_Receipt = TypeVar("_Receipt")


class DeliveryError(Exception):
    """Slack did not accept something. `code` is Slack's error code, empty if it gave none; the text says what to do."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code

    @property
    def is_refusal(self) -> bool:
        """Whether Slack said no. Otherwise nobody knows what became of the call."""
        return bool(self.code)

    @property
    def is_about_token(self) -> bool:
        """Whether another bot token could help."""
        return self.code in _TOKEN_REFUSED


class BlocksRefusedError(DeliveryError):
    """Slack refused the blocks; it may accept simpler ones, or the text alone."""


def deliver(forms: Iterable[Mapping[str, object]], post: Callable[[Mapping[str, object]], _Receipt]) -> _Receipt:
    """Post the first of `forms` that Slack accepts, best first, and return the result of `post`.

    Only BlocksRefusedError leads to the next form. Raises DeliveryError.
    """
    best, *simpler = forms
    for form in simpler:
        try:
            return post(best)
        except BlocksRefusedError as exc:
            logger.error(f"sent in a simpler form: {exc}")
            best = form
    return post(best)


def web_client(secret: Secret, url: str) -> WebClient:
    """The Web API at `url`, as the bot whose token is in `secret`. Raises ProviderError (configuration)."""
    token = secret.text("bot_token").strip()
    if not _VISIBLE_ASCII.fullmatch(token):
        raise secret.error("bot_token", "is not a token: copy it from the Slack app's OAuth & Permissions page")
    return WebClient(token, base_url=url, timeout=_TIMEOUT_SECONDS, retry_handlers=[], logger=_silent)


@contextmanager
def delivery_errors() -> Iterator[None]:
    """Turns what slack_sdk's clients raise into DeliveryError."""
    try:
        yield
    except SlackApiError as exc:
        answer = exc.response.data
        error = answer.get("error") if isinstance(answer, dict) else None
        # `from None`: the text of SlackApiError holds the URL and the whole answer.
        raise _refusal(exc.response.status_code, error) from None
    except SlackRequestError:
        # Its text holds what the upload answered.
        raise DeliveryError(f"Slack did not take a file: {_UNKNOWN_ADVICE}") from None
    # slack_sdk lets through what urllib raises, such as http.client's IncompleteRead.
    except (OSError, HTTPException, ValueError) as exc:
        message = f"Slack could not be reached ({type(exc).__name__}): {_UNKNOWN_ADVICE}"
        raise DeliveryError(message) from exc


class ResponseUrl:
    """The response_url of a command or a button press: five messages within 30 minutes. A secret."""

    def __init__(self, url: str, origin: str) -> None:
        """Raises DeliveryError unless `url` is at `origin`, such as https://hooks.slack.com."""
        if not url.startswith(f"{origin}/") or not _VISIBLE_ASCII.fullmatch(url):
            raise DeliveryError(
                f"the response_url does not lead to {origin}, and nothing is sent elsewhere: check SlackDomain"
            )
        self._client = WebhookClient(url, timeout=_TIMEOUT_SECONDS, retry_handlers=[], logger=_silent)

    def answer(self, message: Mapping[str, object]) -> None:
        """Send a new message that only this person sees. Raises DeliveryError, as the other methods do."""
        self._post({"response_type": "ephemeral", "replace_original": False, **message})

    def replace(self, message: Mapping[str, object]) -> None:
        """Replace the message whose button was pressed."""
        self._post({"response_type": "ephemeral", "replace_original": True, **message})

    def share(self, message: Mapping[str, object]) -> None:
        """Send a new message that everybody in the channel sees."""
        self._post({"response_type": "in_channel", "replace_original": False, **message})

    def _post(self, fields: dict[str, object]) -> None:
        with delivery_errors():
            response = self._client.send_dict(fields)
        is_ok, error = _read(response)
        if not is_ok or not 200 <= response.status_code < 300:
            raise _refusal(response.status_code, error)


def _read(response: WebhookResponse) -> tuple[bool, object]:
    """Slack answers `ok` or an error code as plain text, or {"ok": ..., "error": ...}."""
    try:
        value = loads(response.body.encode("utf-8")).value
    except JsonError:
        text = response.body.strip()
        return text in ("", "ok"), text
    fields = value if isinstance(value, dict) else {}
    return fields.get("ok") is not False, fields.get("error")


def _refusal(status: int, error: object) -> DeliveryError:
    if not isinstance(error, str) or not _ERROR_CODE.fullmatch(error):
        return DeliveryError(f"Slack answered with HTTP {status} and no error code: {_UNKNOWN_ADVICE}")
    if error in _BLOCKS_REFUSED:
        return BlocksRefusedError(f"Slack refused the blocks ({error})", error)
    return DeliveryError(f"Slack refused ({error}): {_ADVICE.get(error, _UNKNOWN_ADVICE)}", error)
