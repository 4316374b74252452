"""Who may ask and who may share, in words. Pure."""

from collections.abc import Mapping

from tests.deployment.check import Check, ok, warning, wrong
from tests.deployment.facts import Stack

_DEPLOY = "in samconfig.toml, then make deploy"
_WHO = {
    "SlackAllowedTeamIds": "workspaces",
    "SlackAllowedChannelIds": "channels",
    "SlackAllowedUserIds": "people",
}
# What `*` lets in beyond what one thinks of.
_EVERYBODY = {
    "SlackAllowedTeamIds": "people of other companies in shared channels may ask, too",
    "SlackAllowedUserIds": "guests may ask, too, because Slack does not say who is one",
}


def audience_checks(stack: Stack) -> list[Check]:
    """One check for each list that decides who may do what, and one for whom people are sent to."""
    parameters = stack.parameters
    return [*(_list(name, parameters) for name in _WHO), _sharing(parameters), _contact(parameters)]


def _list(name: str, parameters: Mapping[str, str]) -> Check:
    value, who = parameters.get(name, ""), _WHO[name]
    if not value:
        return wrong("access", f"{name} is empty: nobody may ask", f"list the {who} {_DEPLOY}: README, step 5")
    if value != "*":
        return ok("access", f"{who} that may ask: {value}")
    if name in _EVERYBODY:
        return warning("access", f"{name} is *: {_EVERYBODY[name]}", f"list the {who} {_DEPLOY}")
    return ok("access", "people may ask in every channel and direct message (SlackAllowedChannelIds is *)")


def _sharing(parameters: Mapping[str, str]) -> Check:
    shared, asked = parameters.get("SlackShareChannelIds", ""), parameters.get("SlackAllowedChannelIds", "")
    if not shared:
        return ok("sharing", "nobody may share an answer with a channel (SlackShareChannelIds is empty)")
    useless = [] if "*" in (shared, asked) else sorted({*shared.split(",")} - {*asked.split(",")})
    if useless:
        finding = f"nobody can share in {', '.join(useless)}, because nobody may ask there"
        return warning("sharing", finding, f"add the channels to SlackAllowedChannelIds {_DEPLOY}")
    return ok(
        "sharing", f"answers may be shared in {'every channel in which people may ask' if shared == '*' else shared}"
    )


def _contact(parameters: Mapping[str, str]) -> Check:
    if contact := parameters.get("AdminContact", ""):
        return ok("contact", f"who is refused is sent to {contact}")
    finding = 'AdminContact is empty: who is refused is sent to "the administrator of Balance Bot"'
    return warning("contact", finding, f"set it to your Slack user id, a channel id or an address {_DEPLOY}")
