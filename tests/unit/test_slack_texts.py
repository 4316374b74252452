"""What is said without balances: help, mistakes, refusals, progress and notices."""

import pytest

from balance_core.currencies import DECIMALS
from balance_core.question import Question
from balance_slack.access import Refusal
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
        ("", "the administrator of Balance Bot"),
        ("  ", "the administrator of Balance Bot"),
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
    assert len(commands) == 6
    for command in commands:
        assert isinstance(parse(command.removeprefix("/balance"), NAMES, CORRELATION_ID), Asked)


def test_the_help_fits_one_screen_and_names_providers_buttons_and_contact() -> None:
    lines = texts.help_text(NAMES, CONTACT).splitlines()
    assert len(lines) <= 10
    assert max(map(len, lines)) <= 130
    assert "Pagsmile, PayBy, PayerMax and Wise Business" in "\n".join(lines)
    assert all(any(word in line for line in lines) for word in ("Refresh", "Details", "Share", "Home", "pending"))
    assert lines[-1].endswith(f"Ask {CONTACT}.")


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


def test_a_refusal_says_what_to_ask_for_and_whom() -> None:
    refusals = [
        Refusal("this workspace", "T1", "SlackAllowedTeamIds"),
        Refusal("this channel", "<!channel>", "SlackAllowedChannelIds"),
        Refusal("you", "", "SlackAllowedUserIds"),
    ]
    assert texts.refusal_text(refusals, CONTACT).split("\n") == [
        f"Balance Bot is not open to this workspace, this channel and you yet. Ask {CONTACT} to allow:",
        "• this workspace: add `T1` to `SlackAllowedTeamIds`",
        "• this channel: add `&lt;!channel&gt;` to `SlackAllowedChannelIds`",
        "• you: Slack did not say which one it is",
        "Nothing was asked.",
    ]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (Question(correlation_id=CORRELATION_ID), "Asking Pagsmile, PayBy, PayerMax and Wise Business…"),
        (
            Question(currencies=("AED", "USD"), providers=("payby",), correlation_id=CORRELATION_ID),
            "Asking PayBy about AED and USD…",
        ),
    ],
)
def test_the_acknowledgement_says_who_is_asked_about_what(question: Question, text: str) -> None:
    assert texts.asking_text(question, NAMES) == f"{text} (reference `{CORRELATION_ID}`)"


def test_the_acknowledgement_of_a_long_question_stays_short() -> None:
    text = texts.asking_text(Question(currencies=tuple(sorted(DECIMALS))), NAMES)
    assert f"and {len(DECIMALS) - 20} more…" in text
    assert len(text) < 300


def test_a_person_who_must_wait_is_told_how_long() -> None:
    assert "Please wait 1 second before you refresh again." in texts.wait_text(1)
    assert "Please wait 10 seconds before you share again." in texts.wait_to_share_text(10)
