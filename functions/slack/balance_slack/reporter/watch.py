"""The watch's function, as the reporter asks it: its rules, presses of buttons, and changes of rules."""

from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from balance_core.contract import decode
from balance_core.invocation import InvocationError, invoke
from balance_core.watch_requests import (
    AskPreview,
    Delete,
    Listed,
    ListRules,
    PressButton,
    Pressed,
    Previewed,
    Save,
    Saved,
)

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_Answer = TypeVar("_Answer", bound=Struct)


class WatchError(Exception):
    """No answer from the watch. The message tells the operator why, and quotes nothing from an answer."""


class WatchFunction:
    """Every method raises WatchError."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def rules(self) -> Listed:
        """Every rule as it is now, worst first."""
        return self._ask(ListRules(), Listed)

    def save(self, request: Save) -> Saved:
        """Add or change a rule."""
        return self._ask(request, Saved)

    def delete(self, request: Delete) -> Saved:
        """Remove a rule."""
        return self._ask(request, Saved)

    def press(self, request: PressButton) -> Pressed:
        """Press a button of an alert, or snooze a rule."""
        return self._ask(request, Pressed)

    def preview(self, request: AskPreview) -> Previewed:
        """What a rule would have done, or what is wrong with it."""
        return self._ask(request, Previewed)

    def _ask(self, request: Struct, answer_type: type[_Answer]) -> _Answer:
        try:
            return invoke(self._client, self._function, request, "the watch", lambda got: decode(got, answer_type))
        except InvocationError as exc:
            raise WatchError(str(exc)) from exc
