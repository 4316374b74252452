"""What is said without balances: help, mistakes, refusals, progress and notices."""

import pytest

from balance_slack.access import Refusal, Subject
from balance_slack.commands import AmbiguousWord, Asked, Mistake, UnknownWord, parse
from balance_slack.view import texts
from tests.unit.slack_cases import CONTACT, CORRELATION_ID

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax", "wise": "Wise Business"}


@pytest.mark.parametrize(("words", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), ("ABC", "A, B and C")])
def test_a_list_reads_like_a_sentence(words: list[str], text: str) -> None:
    assert texts.listed(words) == text


def test_a_long_list_is_shortened_and_counted() -> None:
    assert texts.shortened(["A", "B"], 2) == ["A", "B"]
    assert texts.shortened(["A", "B", "C", "D"], 2) == ["A", "B", "2 more"]
    assert [texts.counted(number, "day", "days") for number in (1, 2, 1000)] == ["1 day", "2 days", "1,000 days"]


@pytest.mark.parametrize(
    ("setting", "mention"),
    [
        ("", "the admin of Balance Bot"),
        ("  ", "the admin of Balance Bot"),
        ("U0123ABCD", "<@U0123ABCD>"),
        (" C0123ABCD ", "<#C0123ABCD>"),
        ("finance@example.com", "finance@example.com"),
        ("<!channel> & `you`", "&lt;!channel&gt; &amp; 'you'"),
        ("n" * 81, "n" * 79 + "…"),
    ],
)
def test_the_contact_is_a_mention_or_escaped_text(setting: str, mention: str) -> None:
    assert texts.contact_mention(setting) == mention


def test_every_command_in_the_help_works() -> None:
    text = texts.help_text(NAMES, CONTACT)
    commands = [command for command in text.split("`")[1::2] if command.startswith("/balance")]
    assert len(commands) == 11
    for command in commands:
        assert isinstance(parse(command.removeprefix("/balance"), NAMES, CORRELATION_ID), Asked)


def test_the_help_fits_one_screen_and_names_providers_buttons_and_contact() -> None:
    text = texts.help_text(NAMES, CONTACT)
    assert len(text.splitlines()) <= 20
    assert max(map(len, text.splitlines())) <= 110
    assert "Providers: Pagsmile, PayBy, PayerMax and Wise Business." in text
    assert all(word in text for word in ("*Details*", "*Share to channel*, where it is allowed,", "*pending*"))
    assert text.endswith(f"Ask {CONTACT}.")


def test_the_help_about_many_providers_fits_one_section() -> None:
    assert len(texts.help_text({f"p{n}": f"{n:02}" + "n" * 38 for n in range(60)}, "n" * 80)) <= 3000


def test_a_mistake_names_the_words_and_says_what_to_type() -> None:
    words = (
        UnknownWord("uds", "USD"),
        UnknownWord("<!here>`", None),
        UnknownWord("uae", None, ("payby:uae", "wise:uae")),
        AmbiguousWord("¥", ("CNY", "JPY")),
        AmbiguousWord("rials", ("IRR", "OMR", "YER")),
    )
    assert texts.mistake_text(Mistake(words, 1000)).split("\n") == [
        "I do not know `uds`. Did you mean `USD`?",
        "I do not know `&lt;!here&gt;'`.",
        "I do not know `uae`. For a merchant account, type `payby:uae` or `wise:uae`.",
        "`¥` can be two currencies. Type `CNY` or `JPY`.",
        "`rials` can be three currencies. Type `IRR`, `OMR` or `YER`.",
        "… and 1,000 more.",
        "Nothing was asked. `/balance help` shows what I understand.",
    ]


@pytest.mark.parametrize(
    ("subject", "what", "ask"),
    [
        (Subject.PERSON, "You are not on the list of people who may ask", f"Ask {CONTACT} to add you (your Slack"),
        (Subject.CHANNEL, "may not be asked for in this channel. Ask in <#C1> or <#C2>,", "to allow this channel (its"),
        (Subject.SHARING, "Answers may not be shared in this channel.", f"Ask {CONTACT} to allow it (its Slack"),
        (Subject.WORKSPACE, "This workspace is not on the list", f"Ask {CONTACT} to add it (its Slack"),
    ],
)
def test_a_refusal_says_what_to_ask_for_and_whom(subject: Subject, what: str, ask: str) -> None:
    refusal = Refusal(subject, "X1", "SlackAllowedChannelIds")
    text = texts.refusal_text([refusal], CONTACT, ["C2", "C1", "D3"])
    assert what in text
    assert ask in text
    assert text.endswith("Slack ID is `X1`).\nNothing was asked.")


def test_a_refusal_names_other_channels_only_if_this_person_may_ask_there() -> None:
    refusals = [
        Refusal(Subject.OWN_WORKSPACE, "", "SlackAllowedTeamIds"),
        Refusal(Subject.CHANNEL, "<!channel>", "SlackAllowedChannelIds"),
    ]
    text = texts.refusal_text(refusals, CONTACT, ["C1"])
    assert text.startswith("Your own workspace is not on the list")
    assert "(its Slack ID was not sent)" in text
    assert "(its Slack ID is `&lt;!channel&gt;`)" in text
    assert "<#C1>" not in text


def test_a_person_who_must_wait_is_told_how_long() -> None:
    assert "Please wait 1 second before you refresh again." in texts.wait_text(1)
    assert "Please wait 10 seconds before you share again." in texts.wait_to_share_text(10)
