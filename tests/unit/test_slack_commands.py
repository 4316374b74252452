"""What a person may type after `/balance`, what is ignored, and when nothing is asked."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from iso4217 import Currency

from balance_core.contract import to_json
from balance_core.currencies import DECIMALS, WELL_KNOWN, may_be_asked
from balance_core.question import Question
from balance_slack.commands import (
    AmbiguousWord,
    Asked,
    HelpWanted,
    Meant,
    Mistake,
    NotOneCurrency,
    UnknownWord,
    parse,
    words_of,
)
from balance_slack.currency_names import currency_names
from balance_slack.topics import Topic
from balance_slack.view.texts import mistake_text
from tests.schemas import problems

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax", "wise": "Wise Business", "my-bank": "Crédit"}
CORRELATION_ID = "9f2c4e1ab07d3c55"


def meant(text: str, names: dict[str, str] = NAMES) -> Meant:
    return parse(text, names, CORRELATION_ID)


def words(text: str) -> str:
    """What is asked, as the words of a button, and what is ignored in parentheses."""
    asked = meant(text)
    assert isinstance(asked, Asked), asked
    ignored = f" ({', '.join(asked.ignored)})" if asked.ignored else ""
    return words_of(asked.question) + ignored


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", ""),
        (" \u200b ", ""),
        ("balance", ""),
        ("/balance /balance usd", "USD"),
        ("AED, usd;USD", "AED USD"),
        ("usd / aed & payby|wise", "AED USD payby wise"),
        ("Usd, AND payby", "USD payby"),
        ("payermax PAGSMILE", "pagsmile payermax"),
        ("wise business all", "wise all"),
        ("my-bank", "my-bank"),
        ("CREDIT", "my-bank"),
        ("Payer Max, pay-by", "payby payermax"),
        ("ALL", "all"),
        ("everything", ""),
        # Names, signs and codes outside ISO 4217
        ("rmb", "CNY RMB"),
        ("yuan", "CNY RMB"),
        ("chinese yuan", "CNY RMB"),
        ("cny", "CNY"),
        ("cnh", "CNH"),
        ("usdt", "USDT"),
        ("$ and €, £", "EUR GBP USD"),
        ("US$", "USD"),
        ("us $", "USD"),
        ("$1,000.50 at 10:30", "USD (1,000.50, 10:30)"),
        ("HKD$ 1", "HKD (1)"),
        ("HK$ A$ R$", "AUD BRL HKD"),
        ("visa$", "USD (visa)"),
        ("USD₮", "USDT"),
        ("US dollars", "USD"),
        ("U.S. dollar", "USD"),
        ("dollars", "USD"),
        ("dólares", "USD"),
        ("hkd dollars", "HKD"),
        ("hkd, dollars", "HKD USD"),
        ("hongkong dollar", "HKD"),
        ("pounds sterling", "GBP"),
        ("euro", "EUR"),
        ("yen and baht", "JPY THB"),
        ("UAE dirhams", "AED"),
        ("peso mexicano", "MXN"),
        ("¥ jpy", "JPY"),
        ("lek", "lek"),
        # What keyboards, copied text and Slack put between
        ("USD\u00a0AED\u2028EUR", "AED EUR USD"),
        ("\u202eu\u200bs\u00add\ufeff\u3164", "USD"),
        ("“USD” (AED) [EUR]", "AED EUR USD"),
        ("\u2018USD\u2019s", "USD"),
        ("\uff35\uff33\uff24\uff0c\uff41\uff45\uff44", "AED USD"),  # full-width
        ("USD\u2013AED—EUR-GBP", "AED EUR GBP USD"),
        ("usd &amp; aed &lt;eur&gt;", "AED EUR USD"),
        ("*USD* _AED_ `EUR` ~GBP~", "AED EUR GBP USD"),
        ("USD? AED! EUR.", "AED EUR USD"),
        ("💵usd😀", "USD"),
        ("usd@payby", "USD payby"),
        # What is ignored
        ("usd please", "USD (please)"),
        ("how much usd do we have?", "USD (how, much, do, we, have)"),
        ("how much do we have in euros at payermax?", "EUR payermax (how, much, do, we, have)"),
        ("saldo usd, saldo", "USD (saldo)"),
        ("the balance of payby", "payby"),
        ("USDT (TRC20)", "USDT (TRC20)"),
        ("tell us USD", "USD (tell, us)"),
        ("usdd usd", "USD (usdd)"),
        ("<@U0123|ada> usd <https://eur.example/aed|eur>", "USD (@U0123, https://eur.example/aed)"),
        ("https://eur.example/aed eur@aed.example usd", "USD (https://eur.example/aed, eur@aed.example)"),
        ("usd " + "x" * 99, "USD (" + "x" * 39 + "…)"),
        ("usd " + "a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3", "USD (a1, a2, a3, a4, a5, a6, a7, a8, a9, b1, 2 more)"),
        # Merchant accounts
        ("payby:uae", "payby:uae"),
        ("PayBy:UAE usd", "USD payby:UAE"),
        ("payby: uae", "payby:uae"),
        ("pay by :uae", "payby:uae"),
        ("payby::`uae`, payby:*usd*", "USD payby:uae"),
        ("payby:main.2, payby:hk_1 payermax", "payermax payby:hk_1 payby:main.2"),
        ("payby:usd", "payby:usd"),
        ("payby: usd", "USD payby"),
        ("payby: how much usd", "USD payby (how, much)"),
        ("usd: payby", "USD payby"),
        ("Wise Business:hk", "wise:hk"),
    ],
)
def test_what_is_known_is_asked(text: str, asked: str) -> None:
    assert words(text) == asked


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("uds", "USD"),
        ("DSU", "USD"),
        ("USDTT", "USDT"),
        ("payermaxx", "PayerMax"),
        ("payperma", "PayerMax"),
        ("paybi:uae", "payby:uae"),
        ("business", "Wise Business"),
        ("hepl", "help"),
        ("doller", "USD"),
        ("dihram", "dirham"),
        ("renmimbi", "renminbi"),
        # Ignoring them would change the question.
        ("without", None),
        ("stripe:uae", None),
        ("payby:ünï", None),
        ("payby:" + "x" * 65, None),
    ],
)
def test_a_word_that_would_change_the_question_is_not_ignored(typed: str, suggestion: str | None) -> None:
    assert meant(f"AED {typed}") == Mistake((UnknownWord(typed, suggestion),), 0)


@pytest.mark.parametrize(
    ("typed", "suggestion"), [("us", "USD"), ("eu", "EUR"), ("al", "all"), ("ballance", "balance")]
)
def test_a_part_of_a_word_is_suggested_if_nothing_else_was_typed(typed: str, suggestion: str) -> None:
    assert meant(typed) == Mistake((UnknownWord(typed, suggestion),), 0)


@pytest.mark.parametrize(
    "typed",
    [
        "uae",
        "for",
        "do",
        "details",
        "xx",
        "xau",
        "usd1",
        "usds",
        "esp",
        "gbx",
        "call",
        "used",
        "string",
        "in",
        "my",
        "<!channel>",
        "x" * 41,
        "???",
        "💵",
    ],
)
def test_nothing_known_is_a_mistake_without_an_unlikely_suggestion(typed: str) -> None:
    meaning = meant(typed)
    assert isinstance(meaning, Mistake)
    assert [(word.word, word.suggestion) for word in meaning.words if isinstance(word, UnknownWord)] == [
        (typed.strip("<>"), None)
    ]


def test_a_lonely_word_may_be_a_merchant_account_of_any_provider() -> None:
    names = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax", "wise": "Wise"}
    accounts = ("pagsmile:uae", "payby:uae", "payermax:uae")
    assert parse("uae please", names, CORRELATION_ID) == Mistake((UnknownWord("uae", None, accounts),), 0)
    for text in ("please", "uae and hk", "ünï"):
        meaning = parse(text, names, CORRELATION_ID)
        assert isinstance(meaning, Mistake)
        assert all(isinstance(word, UnknownWord) and not word.accounts for word in meaning.words)


@pytest.mark.parametrize(
    ("typed", "choices"),
    [("¥", ("CNY", "JPY")), ("Dirhams", ("AED", "MAD")), ("kroner", ("DKK", "NOK")), ("₮", ("MNT", "USDT"))],
)
def test_a_word_for_several_currencies_names_the_choices(typed: str, choices: tuple[str, ...]) -> None:
    assert meant(f"eur {typed}") == Mistake((AmbiguousWord(typed, choices),), 0)
    assert words(f"{choices[0]} {typed}") == choices[0]


@pytest.mark.parametrize("text", ["help", "nonsense HELP", "--help", "help!"])
def test_help_wins_over_everything_else(text: str) -> None:
    assert meant(text) == HelpWanted()


@pytest.mark.parametrize(
    ("typed", "provider"),
    [("bits and bobs", "bits"), ("Bits & Bobs", "bobs"), ("plus/minus", "plus"), ("+plus minus+", "plus")],
)
def test_a_display_name_may_contain_separators_and_conjunctions(typed: str, provider: str) -> None:
    names = {"bits": "Bits and Bobs", "bobs": "Bits & Bobs", "plus": "Plus/Minus"}
    assert meant(typed, names) == Asked(Question(providers=(provider,), correlation_id=CORRELATION_ID))


def test_many_unknown_words_are_counted_but_not_all_repeated() -> None:
    meaning = meant(" ".join(f"w{number}" for number in [*range(2000), 1, 2, 3]))
    assert isinstance(meaning, Mistake)
    assert [unknown.word for unknown in meaning.words] == ["w0", "w1", "w2"]
    assert "… and 1,997 more." in mistake_text(meaning)


def test_a_text_that_is_far_too_long_is_a_mistake() -> None:
    assert isinstance(meant("usd " * 5_001), Mistake)


# Codes of funds and of next-day money, the bolivar's second code, and two names with another meaning: SOL is a coin,
# and som are two currencies.
_WITHOUT_A_NAME = ("BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "VED", "XAD", "PEN", "KGS")


@pytest.mark.parametrize("code", sorted(set(DECIMALS) - set(_WITHOUT_A_NAME)))
def test_official_names_are_understood(code: str) -> None:
    codes = ("CNY", "RMB") if code == "CNY" else (code,)
    assert meant(Currency(code).currency_name) == Asked(Question(currencies=codes, correlation_id=CORRELATION_ID))


def test_every_name_asks_about_currencies_that_may_be_asked() -> None:
    assert all(may_be_asked(code) for name in currency_names().values() for code in name.codes)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("history usd", "history USD 7d"),
        ("History of our dollars at payermax, 30d kindly", "history USD payermax 30d (our, kindly)"),
        ("history 24h payby aed", "history AED payby 24h"),
        ("history usd quarter", "history USD 90d"),
    ],
)
def test_a_history_names_one_currency_and_a_period(text: str, asked: str) -> None:
    assert words(text) == asked
    assert words(asked.partition(" (")[0]) == asked.partition(" (")[0]


@pytest.mark.parametrize(
    "text",
    [
        "history",
        "history all",
        "history usd aed",
        "history usd payby wise",
        "history usd payby:uae",
        "why",
        "export 2026-11",
    ],
)
def test_a_question_about_the_past_without_one_currency_is_not_asked(text: str) -> None:
    assert meant(text) == NotOneCurrency(Topic(text.split(maxsplit=1)[0]))


@pytest.mark.parametrize(
    ("text", "month", "zone", "ignored"),
    [
        ("export usd", None, None, ()),
        ("export USD 2026-11 Asia/Manila", "2026-11", "Asia/Manila", ()),
        ("Export 2026-11 of usd in america/new_york, thanks", "2026-11", "america/new_york", ("thanks",)),
        ("export usd utc 2026-13", None, "utc", ("2026-13",)),
    ],
)
def test_an_export_has_a_month_and_a_time_zone(
    text: str, month: str | None, zone: str | None, ignored: tuple[str, ...]
) -> None:
    asked = meant(text)
    assert isinstance(asked, Asked)
    assert (asked.topic, asked.question.currencies) == (Topic.EXPORT, ("USD",))
    assert (asked.month, asked.zone, asked.ignored) == (month, zone, ignored)


def test_words_of_the_past_are_ordinary_words_behind_others() -> None:
    assert words("usd history") == "USD (history)"


@given(st.text())
@example("payby:")
@example("payby:uae:usd")
@example("Σσς İ ﷼ ß")
def test_every_text_is_understood_or_a_mistake(text: str) -> None:
    meaning = meant(text)
    if isinstance(meaning, Mistake):
        assert len(mistake_text(meaning)) < 1000
        assert "<" not in mistake_text(meaning)
    else:
        assert isinstance(meaning, Asked | HelpWanted)


KNOWN_WORDS = st.sampled_from([*sorted(DECIMALS), *sorted(WELL_KNOWN), *NAMES, *NAMES.values(), "all", "lek", "yuan"])
ACCOUNTS = st.from_regex(r"(payby|my-bank):[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)


@given(st.lists(KNOWN_WORDS, max_size=12), st.randoms())
def test_case_order_and_repetition_do_not_matter(typed: list[str], rng: random.Random) -> None:
    shuffled = [rng.choice((word, word.lower(), word.upper(), word.swapcase())) for word in [*typed, *typed[:3]]]
    rng.shuffle(shuffled)
    assert meant(", ".join(shuffled)) == meant(", ".join(typed))


@given(st.lists(KNOWN_WORDS | ACCOUNTS, max_size=12))
@example(["ALL", "lek"])
@example(["payby:usd", "payby:all", "wise"])
def test_a_questions_words_are_read_as_the_same_question(typed: list[str]) -> None:
    asked = meant(", ".join(typed))
    assert isinstance(asked, Asked)
    assert asked.ignored == ()
    assert meant(words_of(asked.question)) == asked
    assert problems("question", to_json(asked.question)) == []
