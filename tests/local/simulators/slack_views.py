"""Slack's views: the Home tab and modals, what Slack refuses in them, and what people see of them now.

Fields and limits of docs.slack.dev, reference/views/home-tab-views and modal-views; errors of
reference/methods/views.open, views.update and views.publish. Tables and charts are refused: the table block's own page
names messages only (Slack's blocks.json adds the Home tab since; here the stricter page counts).
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.local.simulators.documents import to_json
from tests.local.simulators.exchange import RefusalError
from tests.local.simulators.slack_elements import additional, plain_text_problems, text_problems
from tests.local.simulators.slack_limits import TABLES, block_problems

MOST_BLOCKS = 100
MOST_BYTES = 250_000
_MESSAGES_ONLY = (*TABLES, "data_visualization")
_FIELDS = frozenset({"type", "blocks", "private_metadata", "callback_id", "external_id"})
_MODAL_FIELDS = _FIELDS | {"title", "close", "submit", "clear_on_close", "notify_on_close"}


@dataclass(frozen=True)
class ShownView:
    """A view as it was when it was opened, updated or published; `payload` is as it was sent."""

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
        """The one person who sees it."""
        return self.user_id

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The blocks."""
        return list(self.payload["blocks"])

    def to_wire(self) -> dict[str, Any]:
        """Slack's own description of the view, as in answers and in payloads."""
        own = {"id": self.view_id, "team_id": "T0123456789", "root_view_id": self.view_id, "hash": self.hash}
        added = {"private_metadata": "", "callback_id": "", "external_id": "", "state": {"values": {}}}
        return {**added, **self.payload, **own, "app_id": "A0123456789", "bot_id": "B0BALANCE00"}


class Views:
    """Every view that was shown, and the present state; safe to use from several threads."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._history: list[ShownView] = []
        self._shown: dict[str, ShownView] = {}

    @property
    def history(self) -> list[ShownView]:
        """Every opening, update and publication, oldest first."""
        with self._change:
            return list(self._history)

    def wait_for(self, number: int, timeout_seconds: float) -> ShownView:
        """Wait for the view with this number, counted from 1. Raises TimeoutError."""
        with self._change:
            if not self._change.wait_for(lambda: len(self._history) >= number, timeout_seconds):
                raise TimeoutError(f"{len(self._history)} views came in {timeout_seconds} s, not {number}")
            return self._history[number - 1]

    def seen_by(self, user_id: str, kind: str) -> ShownView | None:
        """The Home tab or the topmost modal of a person; None when there is none."""
        with self._change:
            found = [view for view in self._shown.values() if (view.user_id, view.kind) == (user_id, kind)]
            return found[-1] if found else None

    def now(self, view_id: str) -> ShownView | None:
        """The view as it is now; None when it is closed."""
        with self._change:
            return self._shown.get(view_id)

    def open(self, user_id: str, payload: Any, now: datetime) -> ShownView:
        """Open a modal. Raises RefusalError."""
        _refuse(payload, "modal")
        return self._show(user_id, payload, now)

    def publish(self, user_id: Any, payload: Any, expected_hash: Any, now: datetime) -> ShownView:
        """Make or replace the Home tab of a user. Raises RefusalError."""
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
        """Close a modal as its user does. Slack tells nobody, unless the view asked for it."""
        with self._change:
            self._shown.pop(view_id, None)

    def _show(
        self, user_id: str, payload: Any, now: datetime, before: ShownView | None = None, expected_hash: Any = None
    ) -> ShownView:
        if before and expected_hash not in (None, before.hash):
            raise RefusalError("hash_conflict", "the view was changed meanwhile")
        with self._change:
            number = len(self._history) + 1
            view = ShownView(f"V{number:010}", user_id, payload, f"{int(now.timestamp())}.{number:08}", now)
            view = replace(view, view_id=before.view_id) if before else view
            self._history.append(view)
            self._shown[view.view_id] = view
            self._change.notify_all()
            return view


def view_problems(view: Any, kind: str) -> list[str]:
    """Why Slack refuses a view where one of this `kind` is meant, in its words; empty for a view that it takes."""
    if not isinstance(view, dict):
        return ["[ERROR] missing required field: view"]
    own = [f"[ERROR] {problem} [json-pointer:/view]" for problem in _own_problems(view, kind)]
    found = block_problems(view.get("blocks"), MOST_BLOCKS, _MESSAGES_ONLY)
    return own + [f"[ERROR] {problem} [json-pointer:/view/blocks{path}]" for path, problem in found]


def _own_problems(view: Mapping[str, Any], kind: str) -> Iterator[str]:
    if view.get("type") != kind:
        yield f"type must be {kind}"
    yield from additional(view, _MODAL_FIELDS if kind == "modal" else _FIELDS)
    for name, longest in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if view.get(name) != "":
            yield from text_problems(view, name, longest)
    for name in ("title", "close", "submit") if kind == "modal" else ():
        if name in view or name == "title":
            yield from (f"{name}: {problem}" for problem in plain_text_problems(view.get(name), 24))


def _refuse(view: Any, kind: str) -> None:
    if problems := view_problems(view, kind):
        raise RefusalError("invalid_arguments", "\n".join(problems))
    if len(to_json(view).encode()) > MOST_BYTES:
        raise RefusalError("view_too_large", f"a view has at most {MOST_BYTES} bytes")
