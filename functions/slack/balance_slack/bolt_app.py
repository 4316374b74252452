"""Slack's Bolt, and all that is known about it: one app with our listeners, and requests as it reads them.

Bolt expects the right type everywhere in a body and checks none of them: whatever fails before one of our listeners has
read the body is the body's fault, and a bad request.
"""

import logging
from collections.abc import Callable
from urllib.parse import parse_qsl

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from balance_core.wire import loads
from balance_slack import buttons
from balance_slack.guard import RequestRefusedError, SlackRequest

# Marks in Bolt's context that the body was read: what fails afterwards is not the body's fault.
_READ = "body_was_read"
_MISREADINGS = (AttributeError, LookupError, RecursionError, TypeError, ValueError)

# Bolt looks at the names of a listener's arguments and gives it what they name.
Listener = Callable[..., None]


def new_app(on_command: Listener, on_press: Listener, on_home_opened: Listener) -> App:
    """An app that calls the listeners; each calls `was_read` before it does anything that may fail otherwise."""
    app = App(
        # Without a name Bolt reads the source files of the call stack to find one.
        name="balance-bot",
        # Without a logger Bolt's own ones take the root's level, and at INFO they log whole bodies.
        logger=logging.getLogger("slack_bolt"),
        # Whoever dispatches has verified the request, so that Bolt needs no signing secret and keeps none.
        request_verification_enabled=False,
        authorize=_authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    app.error(_on_error)
    app.command("/balance")(on_command)
    for action_id in (buttons.REFRESH, buttons.SHARE, buttons.DETAILS, buttons.HELP):
        app.action({"type": "block_actions", "action_id": action_id})(on_press)
    app.event("app_home_opened")(on_home_opened)
    return app


def bolt_request(request: SlackRequest) -> BoltRequest:
    """A verified request: a command's form, an interaction's form with JSON in `payload`, or an event's JSON.

    Raises RequestRefusedError (400) when it is none of them.
    """
    try:
        # Bolt takes a body that was read already only in the mode without its own verification, which came before.
        return BoltRequest(body=_read(request.body), headers=dict(request.headers), mode="socket_mode")
    except _MISREADINGS as exc:
        raise _not_understood() from exc


def dispatch(app: App, request: BoltRequest) -> BoltResponse:
    """What the listener of the request answers, or Bolt itself (404 when there is none).

    Raises RequestRefusedError (400) for a malformed body, and whatever a listener raises once it has read the body.
    """
    try:
        return app.dispatch(request)
    except _MISREADINGS as exc:
        # Bolt reads the body once more to tell our handler of an error, and then nobody is told.
        if _READ in request.context:
            raise
        raise _not_understood() from exc


def was_read(context: BoltContext) -> None:
    """Tell that the body was understood, so that what fails from now on is no bad request."""
    context[_READ] = True


def _read(body: str) -> dict[str, object]:
    if body.startswith("{"):
        return _object(body)
    # Bolt would look for "payload" anywhere in the form, be it in a channel's name.
    form: dict[str, object] = dict(parse_qsl(body, keep_blank_values=True))
    payload = form.get("payload")
    return _object(payload) if isinstance(payload, str) and "command" not in form else form


def _object(text: str) -> dict[str, object]:
    value = loads(text.encode("utf-8")).value
    if not isinstance(value, dict):
        raise _not_understood()
    return value


def _not_understood() -> RequestRefusedError:
    return RequestRefusedError(400, "the body is signed, but not what Slack sends")


def _authorize() -> AuthorizeResult:
    """What Bolt must know about the installation: nothing. The front makes no call to Slack and has no token."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


def _on_error(error: Exception, context: BoltContext) -> BoltResponse:
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=404, body={"error": "only /balance, its buttons and its Home tab are answered"})
    # Bolt would log the error and answer 500; raised, a bug of ours reaches Lambda's Errors metric and its alarm.
    if _READ in context:
        raise error
    raise _not_understood() from error
