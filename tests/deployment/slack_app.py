"""Whether the Slack app and the stack fit each other: secret, token, workspace, scopes, request URL. Pure."""

import re
from collections.abc import Set as AbstractSet
from pathlib import Path

import yaml

from balance_core.errors import ProviderError
from balance_core.secrets import Secret
from balance_slack.access import AccessPolicy
from tests.deployment.check import Check, NotGatheredError, ok, unknown, warning, wrong
from tests.deployment.facts import Stack
from tests.deployment.place import put_secret
from tests.deployment.slack_api import AuthTest

_SIGNING = "signing secret"
_TOKEN = "bot token"
_SLACKS_FORM = re.compile(r"[0-9a-f]{32}")
_INSTALL = "https://api.slack.com/apps, your app"
_OTHER_TOKENS = {
    "xoxp-": "a user's token",
    "xapp-": "an app-level token",
    "xoxe": "a token that expires (token rotation)",
    "xoxc-": "a browser's token",
}


def wanted_scopes(manifest: Path) -> frozenset[str]:
    """The scopes that the manifest asks for."""
    return frozenset(yaml.safe_load(manifest.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])


def signing_secret_checks(secret: Secret, region: str) -> list[Check]:
    """Whether the signing secret can be one; whether it is this app's, only a request of Slack tells."""
    remedy = f"copy it from {_INSTALL}, Basic Information, Signing Secret; then {put_secret(secret.name, region)}"
    value = _field(secret, "signing_secret", _SIGNING, remedy)
    if not _SLACKS_FORM.fullmatch(value):
        finding = "is not 32 hexadecimal characters, as Slack's are: every request may be refused"
        return [warning(_SIGNING, finding, remedy)]
    finding = "has Slack's form; whether it is this app's, only a request of Slack tells"
    return [
        unknown(
            _SIGNING,
            finding,
            "type /balance help in Slack: an error in place of the help means that it is another app's",
        )
    ]


def bot_token(secret: Secret, region: str) -> str:
    """The token in the secret. Raises NotGatheredError for what cannot be one: it is not sent anywhere then."""
    remedy = (
        f"copy it from {_INSTALL}, OAuth & Permissions, Bot User OAuth Token; then {put_secret(secret.name, region)}"
    )
    value = _field(secret, "bot_token", _TOKEN, remedy)
    kind = next((kind for start, kind in _OTHER_TOKENS.items() if value.startswith(start)), None)
    if kind or not re.fullmatch(r"xoxb-[A-Za-z0-9-]+", value):
        finding = f"is {kind or 'no token'}: the bot's starts with xoxb-"
        raise NotGatheredError(wrong(_TOKEN, finding, remedy))
    return value


def token_checks(answer: AuthTest, stack: Stack, wanted: AbstractSet[str]) -> list[Check]:
    """Whether Slack takes the token, for a workspace that may ask, with the scopes of the manifest."""
    if answer.error is not None:
        remedy = f"copy the present one from {_INSTALL}, OAuth & Permissions, and store it: functions/slack/README.md"
        return [wrong(_TOKEN, f"Slack refuses it ({answer.error})", remedy)]
    return [_team(answer, stack), *_scopes(answer.scopes, wanted)]


def request_url_check(status: int) -> Check:
    """What the front's answer to an unsigned request means."""
    if status == 401:
        return ok("request URL", "is reachable, and refuses what Slack did not sign")
    remedy = {
        403: "somebody took away the function URL's permissions: deploy again",
        503: "the signing secret is missing or unreadable for the function: see its log",
        429: "the account's Lambda concurrency is used up: ask AWS for more",
    }.get(status, "look at the log of the function that is called like the stack with -slack at its end")
    return wrong("request URL", f"answers an unsigned request with HTTP {status} instead of 401", remedy)


def _field(secret: Secret, field: str, subject: str, remedy: str) -> str:
    """The field as the functions read it, without white space around it."""
    try:
        value = secret.text(field).strip()
    except ProviderError as exc:
        raise NotGatheredError(wrong(subject, exc.message, remedy)) from exc
    if not value:
        raise NotGatheredError(wrong(subject, f"secret '{secret.name}', field '{field}' is blank", remedy))
    return value


def _team(answer: AuthTest, stack: Stack) -> Check:
    allowed = AccessPolicy.from_settings({"ALLOWED_TEAM_IDS": stack.parameters.get("SlackAllowedTeamIds", "")}).team_ids
    told = f"Slack takes it for the workspace {answer.team_id}"
    if not allowed & {"*", answer.team_id, answer.enterprise_id}:
        remedy = f"add {answer.team_id} to SlackAllowedTeamIds in samconfig.toml, then make deploy"
        return wrong(_TOKEN, f"{told}, whose members may not ask", remedy)
    return ok(_TOKEN, f"{told}, whose members may ask")


def _scopes(granted: AbstractSet[str] | None, wanted: AbstractSet[str]) -> list[Check]:
    if granted is None:
        where = f"{_INSTALL}, OAuth & Permissions, Scopes"
        return [unknown("scopes", "Slack did not say which scopes the token has", f"compare them yourself: {where}")]
    missing, unneeded = sorted(wanted - granted), sorted(granted - wanted)
    checks = []
    if missing:
        remedy = f"put what `make slack-manifest` prints into {_INSTALL}, App Manifest, then Install App, Reinstall"
        checks.append(wrong("scopes", f"the app lacks {', '.join(missing)}", remedy))
    if unneeded:
        remedy = f"take them away: {_INSTALL}, OAuth & Permissions, Scopes, then reinstall the app"
        checks.append(warning("scopes", f"the app may do more than it needs: {', '.join(unneeded)}", remedy))
    return checks or [ok("scopes", f"exactly those of the manifest: {', '.join(sorted(wanted))}")]
