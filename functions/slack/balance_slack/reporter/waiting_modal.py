"""The modal that a submitted form leaves behind, which waits for its result under an id of ours."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from balance_core.observability import logger
from balance_slack.reporter.slack import BlocksRefusedError, DeliveryError, delivery_errors
from balance_slack.view.blocks import View
from balance_slack.view.modals import text_modal

_NOT_THERE = "not_found"
_FIRST_PAUSE_SECONDS = 0.1
_TRIES = 7
_NOT_TAKEN = "Slack did not take the result in this form. `/balance watch` shows the rules."


@dataclass(frozen=True, slots=True)
class WaitingModal:
    """`web_client` reads the bot token, `sleep_seconds` waits for the modal."""

    web_client: Callable[[], WebClient]
    sleep_seconds: Callable[[float], None]

    def fill(self, external_id: str, view: View) -> None:
        """Show the result. Raises DeliveryError.

        Slack shows the modal when it gets the front's acknowledgement. This function may be faster, so a modal that is
        not there is looked for again, for six seconds; then somebody has closed it.
        """
        try:
            self._update(external_id, view)
        except BlocksRefusedError as exc:
            logger.error(f"shown as a notice: {exc}")
            self._update(external_id, text_modal("Balance Bot", _NOT_TAKEN))

    def _update(self, external_id: str, view: View) -> None:
        client = self.web_client()
        for number in range(_TRIES):
            try:
                with delivery_errors():
                    client.views_update(external_id=external_id, view={**view, "external_id": external_id})
            except DeliveryError as exc:
                if exc.code != _NOT_THERE:
                    raise
            else:
                return
            if number < _TRIES - 1:
                self.sleep_seconds(_FIRST_PAUSE_SECONDS * (1 << number))
        logger.info("the modal was closed before the result came")
