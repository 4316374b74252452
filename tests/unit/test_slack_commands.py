"""What a person may type after `/balance`, and what is said about a typing mistake."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.contract import to_json
from balance_core.currencies import DECIMALS, WELL_KNOWN
from balance_core.question import Question
from balance_slack.commands import HelpWanted, Mistake, UnknownWord, parse, words_of
from balance_slack.view.texts import mistake_text
from tests.schemas import problems

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax", "wise": "Wise Business"}
CORRELATION_ID = "9f2c4e1ab07d3c55"


def asked(
    currencies: tuple[str, ...] | None = None, providers: tuple[str, ...] | None = None, *, include_zero: bool = False
) -> Question:
    return Question(
        currencies=currencies, providers=providers, include_zero=include_zero, correlation_id=CORRELATION_ID
    )


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", asked()),
        ("   ", asked()),
        ("usd", asked(("USD",))),
        ("AED, usd;USD", asked(("AED", "USD"))),
        ("USD+AED", asked(("AED", "USD"))),
        ("usd / aed & payby|wise", asked(("AED", "USD"), ("payby", "wise"))),
        ("USD and AED", asked(("AED", "USD"))),
        ("Usd, AND payby", asked(("USD",), ("payby",))),
        ("PayerMax", asked(providers=("payermax",))),
        ("payermax PAGSMILE", asked(providers=("pagsmile", "payermax"))),
        ("payby USD", asked(("USD",), ("payby",))),
        ("ALL", asked(include_zero=True)),
        ("USD all payby", asked(("USD",), ("payby",), include_zero=True)),
        ("wise", asked(providers=("wise",))),
        ("wise business usd", asked(("USD",), ("wise",))),
        ("WISE\u00a0Business\tall", asked(providers=("wise",), include_zero=True)),
        ("usdt CNH rmb", asked(("CNH", "RMB", "USDT"))),
        ("help", HelpWanted()),
        ("nonsense HELP", HelpWanted()),
    ],
)
def test_every_documented_form_is_understood(text: str, meaning: object) -> None:
    assert parse(text, NAMES, CORRELATION_ID) == meaning


SUGGESTIONS = {
    "USD": ["uds", "DSU", "usd1", "us", "USD."],
    "EUR": ["Euro"],
    "USDT": ["USDTT"],
    "PayerMax": ["payperma"],
    "Wise Business": ["business"],
    "help": ["hepl"],
    "all": ["al"],
    None: ["details", "dollar", "for", "xx", "<!channel>", "x" * 41],
}


@pytest.mark.parametrize(
    ("typed", "suggestion"), [(typed, suggestion) for suggestion, words in SUGGESTIONS.items() for typed in words]
)
def test_an_unknown_word_gets_the_most_similar_known_word_as_a_suggestion(typed: str, suggestion: str | None) -> None:
    assert parse(f"AED {typed}", NAMES, CORRELATION_ID) == Mistake((UnknownWord(typed, suggestion),), 0)


@pytest.mark.parametrize(
    ("typed", "provider"),
    [("bits and bobs", "bits"), ("Bits & Bobs", "bobs"), ("plus/minus", "plus"), ("+plus minus+", "plus")],
)
def test_a_display_name_may_contain_separators_and_conjunctions(typed: str, provider: str) -> None:
    names = {"bits": "Bits and Bobs", "bobs": "Bits & Bobs", "plus": "Plus/Minus"}
    assert parse(typed, names, CORRELATION_ID) == asked(providers=(provider,))


@pytest.mark.parametrize(("length", "suggestion"), [(39, "l" * 40), (41, None)])
def test_a_word_longer_than_any_name_is_not_compared(length: int, suggestion: str | None) -> None:
    meaning = parse("L" * length, {"long": "l" * 40}, CORRELATION_ID)
    assert meaning == Mistake((UnknownWord("L" * length, suggestion),), 0)


def test_many_unknown_words_are_counted_but_not_all_repeated() -> None:
    meaning = parse(" ".join(f"w{number}" for number in [*range(2000), 1, 2, 3]), NAMES, CORRELATION_ID)
    assert isinstance(meaning, Mistake)
    assert [unknown.word for unknown in meaning.words] == ["w0", "w1", "w2"]
    assert "… and 1,997 more." in mistake_text(meaning)


@given(st.text())
def test_every_text_is_understood_or_a_mistake(text: str) -> None:
    meaning = parse(text, NAMES, CORRELATION_ID)
    assert isinstance(meaning, Question | HelpWanted | Mistake)
    if isinstance(meaning, Mistake):
        assert len(mistake_text(meaning)) < 1000
        assert "<" not in mistake_text(meaning)


KNOWN_WORDS = st.sampled_from([*sorted(DECIMALS), *sorted(WELL_KNOWN), *NAMES, *NAMES.values(), "all"])


@given(st.lists(KNOWN_WORDS, max_size=12), st.randoms())
def test_case_order_and_repetition_do_not_matter(words: list[str], rng: random.Random) -> None:
    shuffled = [rng.choice((word, word.lower(), word.upper(), word.swapcase())) for word in [*words, *words[:3]]]
    rng.shuffle(shuffled)
    meaning = parse(" ".join(words), NAMES, CORRELATION_ID)
    assert isinstance(meaning, Question)
    assert parse(" ".join(shuffled), NAMES, CORRELATION_ID) == meaning


@given(st.lists(KNOWN_WORDS, max_size=12))
def test_a_questions_words_are_read_as_the_same_question(words: list[str]) -> None:
    meaning = parse(" ".join(words), NAMES, CORRELATION_ID)
    assert isinstance(meaning, Question)
    assert parse(words_of(meaning), NAMES, CORRELATION_ID) == meaning
    assert problems("question", to_json(meaning)) == []


def test_a_questions_words_are_those_that_a_person_would_type() -> None:
    assert words_of(asked(("AED", "USD"), ("payby",), include_zero=True)) == "AED USD payby all"
    assert words_of(asked()) == ""
