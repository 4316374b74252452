"""Whether the Slack app and the stack match: signing secret, bot token, workspace, scopes, request URL."""

import logging
import re
import ssl
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import httpx
import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from balance_core.errors import ProviderError
from balance_core.secrets import Secret
from tests.deployment.check import Check, CheckError, ok, unknown, warning, wrong
from tests.deployment.stack import Stack
from tests.deployment.target import put_secret

_TIMEOUT_SECONDS = 10
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_BOT_TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]+")
_ERROR_CODE = re.compile(r"[a-z_]{1,60}")
_NETWORK = "check this machine's network"
# What does not work without an optional scope.
_WITHOUT: Mapping[AbstractSet[str], str] = {
    frozenset({"files:write", "im:write"}): "`/balance export` cannot send its file",
    frozenset({"channels:history", "groups:history"}): "an alert may come twice after a crash",
}
_STATUS_REMEDIES = {
    404: "this is not the stack's output SlackRequestUrl, or somebody changed the API by hand: deploy again",
    429: "somebody floods the API, or SlackRequestsPerSecond is too low: tests/deployment/README.md, Alarms",
    500: "API Gateway may not call the function, or it failed: deploy again, then read its log",
    503: "the signing secret is missing, the function cannot read it, or the account's Lambda concurrency is used up",
}


@dataclass(frozen=True)
class Scopes:
    """The scopes that the manifest asks for. Whoever installs the app may leave out those that are `optional`."""

    required: AbstractSet[str]
    optional: AbstractSet[str]


def wanted_scopes(manifest: Path) -> Scopes:
    """The scopes of the manifest."""
    scopes = yaml.safe_load(manifest.read_text(encoding="utf-8"))["oauth_config"]["scopes"]
    optional = frozenset(scopes["bot_optional"])
    return Scopes(frozenset(scopes["bot"]) - optional, optional)


def signing_secret_check(secret: Secret, stack: Stack) -> Check:
    """Whether the signing secret looks like one; only a request from Slack shows that it is this app's."""
    subject = "signing secret"
    where = f"{_settings(stack)}, Basic Information, Signing Secret"
    remedy = f"copy it from {where}; then {put_secret(secret.name, stack.region)}"
    if not _SIGNING_SECRET.fullmatch(_field(secret, "signing_secret", subject, remedy)):
        finding = "is not 32 hexadecimal characters, as Slack's are: the bot may refuse every request"
        return warning(subject, finding, remedy)
    finding = "looks right; only a request from Slack shows whether it is this app's"
    return unknown(subject, finding, "type /balance help in Slack: you get an error if it belongs to another app")


def bot_token(secret: Secret, stack: Stack) -> str:
    """The token in the secret. Raises CheckError for a text that cannot be a bot token: it must not be sent."""
    where = f"{_settings(stack)}, OAuth & Permissions, Bot User OAuth Token"
    remedy = f"copy it from {where}; then {put_secret(secret.name, stack.region)}"
    value = _field(secret, "bot_token", "bot token", remedy)
    if not _BOT_TOKEN.fullmatch(value):
        finding = "is not a bot token, which starts with xoxb- (a user's token starts with xoxp-, an app's with xapp-)"
        raise CheckError(wrong("bot token", finding, remedy))
    return value


def auth_test(token: str, api_url: str) -> SlackResponse:
    """Ask Slack whose token this is; a refusal is an answer, too. Raises CheckError when no answer can be read."""
    silent = logging.Logger("silent", logging.CRITICAL + 1)  # slack_sdk logs bodies that are not JSON
    # urllib would keep the certificates of its first request in this process.
    tls = ssl.create_default_context()
    client = WebClient(token, api_url, _TIMEOUT_SECONDS, ssl=tls, retry_handlers=[], logger=silent)
    try:
        return client.auth_test()
    except SlackApiError as exc:
        answer: SlackResponse = exc.response
        if not _ERROR_CODE.fullmatch(str(answer.get("error"))):
            finding = f"Slack's answer cannot be read (HTTP {answer.status_code})"
            remedy = "look at https://slack-status.com, then try again"
            raise CheckError(unknown("bot token", finding, remedy)) from exc
        return answer
    except (OSError, HTTPException) as exc:
        finding = f"could not reach Slack ({type(exc).__name__})"
        raise CheckError(unknown("bot token", finding, _NETWORK)) from exc


def header(answer: SlackResponse, name: str) -> str | None:
    """The answer's header `name`, given in lower case."""
    return {key.lower(): value for key, value in answer.headers.items()}.get(name)


def token_checks(answer: SlackResponse, stack: Stack, wanted: Scopes) -> Sequence[Check]:
    """Whether Slack accepts the token, for a workspace that may ask, with the manifest's scopes."""
    if not answer.get("ok"):
        remedy = f"copy the current one from {_settings(stack)}, OAuth & Permissions, and store it: README, step 3"
        return [wrong("bot token", f"Slack refuses it ({answer.get('error')})", remedy)]
    return [_workspace(answer, stack), *_scopes(header(answer, "x-oauth-scopes"), wanted, _settings(stack))]


def request_url_check(url: str) -> Check:
    """Whether the front refuses a request that is not signed. Raises CheckError when it cannot be reached."""
    try:
        status = httpx.post(url, data={"unsigned": "1"}, timeout=_TIMEOUT_SECONDS).status_code
    except httpx.HTTPError as exc:
        finding = f"cannot be reached ({type(exc).__name__})"
        raise CheckError(wrong("request URL", finding, f"{_NETWORK}; if that works, deploy again")) from exc
    if status == 401:
        return ok("request URL", "can be reached, and refuses requests that Slack did not sign")
    remedy = _STATUS_REMEDIES.get(status, "read the log of the stack's function whose name ends with -slack")
    return wrong("request URL", f"answers an unsigned request with HTTP {status} instead of 401", remedy)


def _settings(stack: Stack) -> str:
    return f"{stack.slack.apps_url}, your app"


def _field(secret: Secret, field: str, subject: str, remedy: str) -> str:
    """The field as the functions read it, without white space around it."""
    try:
        return secret.text(field).strip()
    except ProviderError as exc:
        raise CheckError(wrong(subject, exc.message, remedy)) from exc


def _workspace(answer: SlackResponse, stack: Stack) -> Check:
    allowed = set(stack.parameters.get("SlackAllowedTeamIds", "").split(",")) - {""}
    team_id = str(answer.get("team_id"))
    finding = f"Slack accepts it for the workspace {team_id}"
    if not allowed & {"*", team_id, str(answer.get("enterprise_id"))}:
        remedy = f"add {team_id} to SlackAllowedTeamIds in samconfig.toml, then make deploy"
        return wrong("bot token", f"{finding}, whose members may not ask", remedy)
    return ok("bot token", f"{finding}, whose members may ask")


def _scopes(names: str | None, wanted: Scopes, app_settings: str) -> Sequence[Check]:
    where = f"{app_settings}, OAuth & Permissions, Scopes"
    if names is None:
        return [unknown("scopes", "Slack did not say which scopes the token has", f"compare them yourself: {where}")]
    granted = set(names.replace(",", " ").split())
    missing, unneeded = sorted(wanted.required - granted), sorted(granted - wanted.required - wanted.optional)
    install = f"paste what `make slack-manifest` prints into {app_settings}, App Manifest; then Install App, Reinstall"
    checks = []
    if missing:
        checks.append(wrong("scopes", f"the app lacks {', '.join(missing)}", install))
    for scopes, without in _WITHOUT.items():
        if absent := sorted(wanted.optional & scopes - granted):
            checks.append(warning("scopes", f"without {', '.join(absent)}, {without}", f"if you want it: {install}"))
    if unneeded:
        remedy = f"remove them ({where}), then reinstall the app"
        checks.append(warning("scopes", f"the app can do more than it needs: {', '.join(unneeded)}", remedy))
    return checks or [ok("scopes", f"exactly the manifest's: {', '.join(sorted(granted))}")]
