"""Slack's views, which are modals and Home tabs: their history, and what people see of them now.

The errors are those of docs.slack.dev, reference/methods/views.open, views.update and views.publish.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.local.simulators.answers import RefusalError
from tests.local.simulators.block_kit import view_problems
from tests.local.simulators.exact_json import to_json

_MOST_BYTES = 250_000


@dataclass(frozen=True)
class ShownView:
    """A view as it was opened, updated or published; `payload` is as it was sent."""

    view_id: str
    user_id: str
    payload: Mapping[str, Any]
    hash: str
    shown_at: datetime

    @property
    def kind(self) -> str:
        """`home` or `modal`."""
        return str(self.payload["type"])

    @property
    def visible_to(self) -> str:
        """The only person who sees it."""
        return self.user_id

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The blocks."""
        return list(self.payload["blocks"])

    def to_json(self) -> dict[str, Any]:
        """Slack's description of the view, as in answers and payloads."""
        own = {"id": self.view_id, "team_id": "T0123456789", "root_view_id": self.view_id, "hash": self.hash}
        added = {"private_metadata": "", "callback_id": "", "external_id": "", "state": {"values": {}}}
        return {**added, **self.payload, **own, "app_id": "A0123456789", "bot_id": "B0BALANCE00"}


class Views:
    """Every view that was shown, and those that are open now."""

    def __init__(self) -> None:
        self.history: list[ShownView] = []  # every opening, update and publication, oldest first
        self._shown: dict[str, ShownView] = {}

    def seen_by(self, user_id: str, kind: str) -> ShownView | None:
        """The Home tab or the topmost modal of a person, if any."""
        found = [view for view in list(self._shown.values()) if (view.user_id, view.kind) == (user_id, kind)]
        return found[-1] if found else None

    def now(self, view_id: str) -> ShownView | None:
        """The view as it is now; None once it is closed."""
        return self._shown.get(view_id)

    def open(self, user_id: str, payload: Any, now: datetime) -> ShownView:
        """Open a modal. Raises RefusalError."""
        _refuse(payload, "modal")
        return self._show(user_id, payload, now)

    def publish(self, user_id: Any, payload: Any, expected_hash: Any, now: datetime) -> ShownView:
        """Publish the Home tab of a user. Raises RefusalError."""
        if not isinstance(user_id, str) or not user_id.startswith(("U", "W")):
            raise RefusalError("invalid_arguments", "invalid `user_id`")
        _refuse(payload, "home")
        return self._show(user_id, payload, now, self.seen_by(user_id, "home"), expected_hash)

    def update(self, view_id: Any, payload: Any, expected_hash: Any, now: datetime) -> ShownView:
        """Replace a view that is still open. Raises RefusalError."""
        view = self.now(str(view_id))
        if view is None:
            raise RefusalError("not_found", f"no view {view_id} is open")
        _refuse(payload, view.kind)
        return self._show(view.user_id, payload, now, view, expected_hash)

    def close(self, view_id: str) -> None:
        """Close a modal, as its user does."""
        self._shown.pop(view_id, None)

    def _show(
        self, user_id: str, payload: Any, now: datetime, before: ShownView | None = None, expected_hash: Any = None
    ) -> ShownView:
        if before and expected_hash not in (None, before.hash):
            raise RefusalError("hash_conflict", "the view has been changed since")
        number = len(self.history) + 1
        view_id = before.view_id if before else f"V{number:010}"
        view = ShownView(view_id, user_id, payload, f"{int(now.timestamp())}.{number:08}", now)
        self.history.append(view)
        self._shown[view_id] = view
        return view


def _refuse(view: Any, kind: str) -> None:
    if problems := view_problems(view, kind):
        raise RefusalError("invalid_arguments", "\n".join(problems))
    if len(to_json(view).encode()) > _MOST_BYTES:
        raise RefusalError("view_too_large", f"a view has at most {_MOST_BYTES} bytes")
