"""Whom people ask: the setting as mrkdwn that reads on inside a sentence."""

import pytest

from balance_slack.contact import contact_mention


@pytest.mark.parametrize(
    ("setting", "mention"),
    [
        ("", "the administrator of Balance Bot"),
        ("  ", "the administrator of Balance Bot"),
        ("U0123ABCD", "<@U0123ABCD>"),
        (" W0123456789 ", "<@W0123456789>"),
        ("C0123ABCD", "<#C0123ABCD>"),
        ("G0123456789", "<#G0123456789>"),
        ("finance@example.com", "finance@example.com"),
        ("Dana", "Dana"),
        ("WALTER", "WALTER"),
        ("U0123abcd", "U0123abcd"),
        ("<!channel> & `you`", "&lt;!channel&gt; &amp; 'you'"),
        ("n" * 81, "n" * 79 + "…"),
    ],
)
def test_a_contact(setting: str, mention: str) -> None:
    assert contact_mention(setting) == mention
