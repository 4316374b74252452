"""Slack's views, which are modals and Home tabs: their history, and what people see of them now.

The errors are those of docs.slack.dev, reference/methods/views.open, views.update and views.publish.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.local.simulators.answers import RefusalError
from tests.local.simulators.block_kit import view_problems
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.slack_forms import inputs_of, state_of, with_ids

_MOST_BYTES = 250_000
_MOST_VIEWS = 3


@dataclass(frozen=True)
class ShownView:
    """A view as it was opened, updated or published; `payload` is as it was sent.

    `previous_view_id` is the view below it in its stack. `channel_id` is where the person was who opened it, if known.
    """

    view_id: str
    user_id: str
    payload: Mapping[str, Any]
    hash: str
    shown_at: datetime
    root_view_id: str = ""
    previous_view_id: str | None = None
    channel_id: str = ""

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

    @property
    def external_id(self) -> str:
        """The bot's own id of the view; empty if it has none."""
        return str(self.payload.get("external_id", ""))

    def to_json(self, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Slack's description of the view, as in answers and payloads, with what was filled in: see state_of.

        Raises ValueError for values that nobody can enter.
        """
        added = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
        own = {"id": self.view_id, "team_id": "T0123456789", "hash": self.hash, "blocks": with_ids(self.blocks)}
        place = {"root_view_id": self.root_view_id or self.view_id, "previous_view_id": self.previous_view_id}
        return {
            **added,
            "clear_on_close": False,
            "notify_on_close": False,
            **self.payload,
            **own,
            **place,
            "state": {"values": state_of(self.blocks, values or {}, self.channel_id)},
            "app_id": "A0123456789",
            "bot_id": "B0BALANCE00",
        }


class Views:
    """Every view that was shown, and those that are open now."""

    def __init__(self) -> None:
        self.history: list[ShownView] = []  # every opening, update and publication, oldest first
        self._shown: dict[str, ShownView] = {}
        self._errors: dict[str, Mapping[str, str]] = {}

    def seen_by(self, user_id: str, kind: str) -> ShownView | None:
        """The Home tab or the topmost modal of a person, if any."""
        found = self.all_of(user_id, kind)
        return found[-1] if found else None

    def all_of(self, user_id: str, kind: str) -> list[ShownView]:
        """The open views of a person; the topmost modal is the last one."""
        return [view for view in list(self._shown.values()) if (view.user_id, view.kind) == (user_id, kind)]

    def now(self, view_id: str) -> ShownView | None:
        """The view as it is now; None once it is closed."""
        return self._shown.get(view_id)

    def errors_of(self, view_id: str) -> Mapping[str, str]:
        """The errors that the view shows, by block_id."""
        return self._errors.get(view_id, {})

    def open(self, user_id: str, payload: Any, now: datetime, channel_id: str = "") -> ShownView:
        """Open a modal, on top of any others, as a stack of its own. Raises RefusalError."""
        self._refuse(payload, "modal")
        return self._show(ShownView(self._new_id(), user_id, payload, "", now, channel_id=channel_id))

    def publish(self, user_id: Any, payload: Any, expected_hash: Any, now: datetime) -> ShownView:
        """Publish the Home tab of a user. Raises RefusalError."""
        if not isinstance(user_id, str) or not user_id.startswith(("U", "W")):
            raise RefusalError("invalid_arguments", "invalid `user_id`")
        before = self.seen_by(user_id, "home")
        self._refuse(payload, "home", before)
        if before:
            return self._replace(before, payload, expected_hash, now)
        return self._show(ShownView(self._new_id(), user_id, payload, "", now))

    def update(self, view_id: Any, external_id: Any, payload: Any, expected_hash: Any, now: datetime) -> ShownView:
        """Replace a view that is still open, named by either id. Raises RefusalError."""
        if not view_id and not external_id:
            raise RefusalError("invalid_arguments", "view_id or external_id is required")
        view = self.now(str(view_id)) if view_id else self._with_external_id(str(external_id))
        if view is None:
            raise RefusalError("not_found", f"no view {view_id or external_id} is open")
        return self.change(view, payload, now, expected_hash)

    def change(self, view: ShownView, payload: Any, now: datetime, expected_hash: Any = None) -> ShownView:
        """Put another content into an open view. Raises RefusalError."""
        self._refuse(payload, view.kind, view)
        return self._replace(view, payload, expected_hash, now)

    def push(self, below: ShownView, payload: Any, now: datetime) -> ShownView:
        """Put a modal on top of `below`. Raises RefusalError."""
        root = below.root_view_id or below.view_id
        if len(self._stack(below)) >= _MOST_VIEWS:
            raise RefusalError("push_limit_reached", f"a stack has at most {_MOST_VIEWS} views")
        self._refuse(payload, "modal")
        place = {"root_view_id": root, "previous_view_id": below.view_id, "channel_id": below.channel_id}
        return self._show(ShownView(self._new_id(), below.user_id, payload, "", now, **place))

    def submitted(self, view: ShownView, status: int, body: str, now: datetime) -> None:
        """Do what the bot answered to a submission. Raises RefusalError.

        As in docs.slack.dev, surfaces/modals: an empty HTTP 200 closes the view, any other has a `response_action`.
        """
        if self.now(view.view_id) is None:
            return  # closed in the meantime
        if status != 200:
            raise RefusalError("dispatch_failed", f"HTTP {status}")
        if not body:
            self.remove(view)
            return
        try:
            answer = parse_object(body)
        except ValueError as exc:
            raise RefusalError("invalid_response", "the body is neither empty nor a JSON object") from exc
        actions: Mapping[object, Callable[[], object]] = {
            "errors": lambda: self._show_errors(view, answer.get("errors")),
            "update": lambda: self.change(view, answer.get("view"), now),
            "push": lambda: self.push(view, answer.get("view"), now),
            "clear": lambda: self._clear(view),
        }
        action = answer.get("response_action")
        if action not in actions:
            raise RefusalError("invalid_response", f"response_action must be one of {', '.join(map(str, actions))}")
        actions[action]()

    def _show_errors(self, view: ShownView, errors: Any) -> None:
        if not isinstance(errors, dict) or not errors:
            raise RefusalError("invalid_errors", "errors must name at least one block")
        known = {block["block_id"] for block in inputs_of(view.blocks)}
        for block_id, text in errors.items():
            if block_id not in known:
                raise RefusalError("invalid_errors", f"no input block has the block_id {block_id}")
            if not isinstance(text, str) or not text.strip():
                raise RefusalError("invalid_errors", f"the error of {block_id} has no text")
        self._errors[view.view_id] = errors

    def forget_errors(self, view: ShownView) -> None:
        """Show no errors any more."""
        self._errors.pop(view.view_id, None)

    def close(self, view_id: str) -> None:
        """Close a modal, as its user does; with `clear_on_close`, its whole stack."""
        view = self.now(view_id)
        if view and view.payload.get("clear_on_close"):
            self._clear(view)
        elif view:
            self.remove(view)

    def remove(self, view: ShownView) -> None:
        """Close one view, so that the one below is seen again."""
        self._shown.pop(view.view_id, None)
        self.forget_errors(view)

    def _clear(self, view: ShownView) -> None:
        """Close the stack of a view."""
        for each in self._stack(view):
            self.remove(each)

    def _stack(self, view: ShownView) -> list[ShownView]:
        root = view.root_view_id or view.view_id
        return [each for each in list(self._shown.values()) if root in (each.root_view_id, each.view_id)]

    def _with_external_id(self, external_id: str) -> ShownView | None:
        return next((each for each in list(self._shown.values()) if each.external_id == external_id), None)

    def _refuse(self, view: Any, kind: str, replaced: ShownView | None = None) -> None:
        if problems := view_problems(view, kind):
            raise RefusalError("invalid_arguments", "\n".join(problems))
        if len(to_json(view).encode()) > _MOST_BYTES:
            raise RefusalError("view_too_large", f"a view has at most {_MOST_BYTES} bytes")
        external_id = view.get("external_id")
        same = self._with_external_id(external_id) if external_id else None
        if same and (replaced is None or same.view_id != replaced.view_id):
            raise RefusalError("duplicate_external_id", f"{same.view_id} already has the external_id {external_id}")

    def _new_id(self) -> str:
        return f"V{len(self.history) + 1:010}"

    def _replace(self, before: ShownView, payload: Any, expected_hash: Any, now: datetime) -> ShownView:
        if expected_hash not in (None, before.hash):
            raise RefusalError("hash_conflict", "the view has been changed since")
        self.forget_errors(before)
        return self._show(replace(before, payload=payload, shown_at=now))

    def _show(self, view: ShownView) -> ShownView:
        view = replace(view, hash=f"{int(view.shown_at.timestamp())}.{len(self.history) + 1:08}")
        self.history.append(view)
        self._shown[view.view_id] = view
        return view
