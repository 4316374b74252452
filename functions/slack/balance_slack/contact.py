"""Whom people ask when they are refused or get no answer: the setting ADMIN_CONTACT."""

from collections.abc import Mapping

from balance_slack.mrkdwn import escape, mention

_MOST_CHARACTERS = 80


def contact_from(settings: Mapping[str, str]) -> str:
    """The contact in ADMIN_CONTACT, as `contact_mention` words it."""
    return contact_mention(settings.get("ADMIN_CONTACT", ""))


def contact_mention(setting: str) -> str:
    """The contact as mrkdwn: a mention of a user's or channel's id, other words as they are, escaped.

    Without a setting it is "the administrator of Balance Bot". It reads on inside a sentence: "Ask ... to allow".
    """
    contact = setting.strip()
    if not contact:
        return "the administrator of Balance Bot"
    return mention(contact) or escape(contact, _MOST_CHARACTERS)
