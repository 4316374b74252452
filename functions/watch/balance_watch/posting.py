"""How the watch posts: it invokes the reporter, which has the bot token, and waits for the message's `ts`."""

from typing import TYPE_CHECKING

from balance_core.contract import decode
from balance_core.invocation import InvocationError, invoke
from balance_core.watch_contract import WatchPost, WatchPosted
from balance_watch.delivery import PostingError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class ReporterError(PostingError):
    """The reporter did not answer. Nobody knows whether something was posted: the next run looks for it."""


class Reporter:
    """The reporter's function."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def ask(self, request: WatchPost) -> WatchPosted:
        """Post, edit or find a message. Raises ReporterError."""
        try:
            return invoke(self._client, self._function, request, "the reporter", lambda got: decode(got, WatchPosted))
        except InvocationError as exc:
            raise ReporterError(str(exc)) from exc
