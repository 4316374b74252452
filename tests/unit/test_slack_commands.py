"""The grammar of `/balance`: every documented form, mistakes, and the names of providers."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind, ProviderError
from balance_slack.commands import EVERYTHING, Ask, HelpWanted, Mistake, UnknownWord, parse
from balance_slack.names import listed, read_names
from balance_slack.replies import mistake_text
from tests.schemas import problems

NAMES = read_names("pagsmile=Pagsmile,payby=PayBy,payermax=PayerMax,wise=Wise Business")
CORRELATION_ID = "9f2c4e1ab07d3c55"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Ask()),
        ("   ", Ask()),
        ("USD", Ask(("USD",))),
        ("usd", Ask(("USD",))),
        ("USD AED", Ask(("AED", "USD"))),
        ("AED, usd;USD", Ask(("AED", "USD"))),
        ("USD+AED", Ask(("AED", "USD"))),
        ("usd / aed & payby|wise", Ask(("AED", "USD"), ("payby", "wise"))),
        ("USD and AED", Ask(("AED", "USD"))),
        ("Usd, AND payby", Ask(("USD",), ("payby",))),
        ("payermax", Ask(providers=("payermax",))),
        ("PayerMax", Ask(providers=("payermax",))),
        ("USD payby", Ask(("USD",), ("payby",))),
        ("payby USD", Ask(("USD",), ("payby",))),
        ("payermax PAGSMILE", Ask(providers=("pagsmile", "payermax"))),
        ("all", Ask(include_zero=True)),
        ("USD all payby", Ask(("USD",), ("payby",), include_zero=True)),
        ("wise", Ask(providers=("wise",))),
        ("wise business usd", Ask(("USD",), ("wise",))),
        ("WISE\u00a0Business\tall", Ask(providers=("wise",), include_zero=True)),
        ("help", HelpWanted()),
        ("help USD", HelpWanted()),
        ("nonsense HELP", HelpWanted()),
    ],
)
def test_every_form_is_understood(text: str, meant: object) -> None:
    assert parse(text, NAMES) == meant


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("uds", "USD"),
        ("DSU", "USD"),
        ("usd1", "USD"),
        ("usdd", "USD"),
        ("us", "USD"),
        ("Euro", "EUR"),
        ("payperma", "PayerMax"),
        ("pagsmil", "Pagsmile"),
        ("business", "Wise Business"),
        ("hepl", "help"),
        ("al", "all"),
        ("RMB", "CNY"),
        ("USD.", "USD"),
        ("details", None),
        ("refresh", None),
        ("dollar", None),
        ("for", None),
        ("xx", None),
        ("<!channel>", None),
        ("x" * 41, None),
    ],
)
def test_an_unknown_word_is_named_with_the_nearest_that_is_known(typed: str, suggestion: str | None) -> None:
    assert parse(f"AED {typed}", NAMES) == Mistake((UnknownWord(typed, suggestion),), 0)


@pytest.mark.parametrize("typed", ["bits and bobs", "Bits & Bobs", "plus/minus", "plus minus", "+plus+minus+"])
def test_a_name_may_hold_what_parts_words(typed: str) -> None:
    names = read_names("bits=Bits and Bobs,bobs=Bits & Bobs,plus=Plus/Minus")
    meant = parse(typed, names)
    assert isinstance(meant, Ask)
    assert [names[provider].casefold() for provider in meant.providers] == [
        typed.casefold() if typed.startswith(("bits", "Bits")) else "plus/minus"
    ]


def test_a_word_longer_than_any_name_is_not_compared() -> None:
    names = {"long": "l" * 40}
    for length, suggestion in ((39, "l" * 40), (41, None)):
        assert parse("L" * length, names) == Mistake((UnknownWord("L" * length, suggestion),), 0)


def test_many_unknown_words_are_counted_but_not_all_repeated() -> None:
    meant = parse(" ".join(f"w{number}" for number in [*range(2000), 1, 2, 3]), NAMES)
    assert isinstance(meant, Mistake)
    assert [unknown.word for unknown in meant.words] == ["w0", "w1", "w2"]
    assert meant.more == 1997
    assert "… and 1,997 more." in mistake_text(meant)


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    meant = parse(text, NAMES)
    assert isinstance(meant, Ask | HelpWanted | Mistake)
    if isinstance(meant, Mistake):
        assert len(mistake_text(meant)) < 1000
        assert "<" not in mistake_text(meant)


KNOWN_WORDS = st.sampled_from([*sorted(DECIMALS), *NAMES, "Pagsmile", "PayBy", "PayerMax", "all"])


@given(st.lists(KNOWN_WORDS, max_size=12), st.randoms())
def test_neither_case_nor_order_nor_repetition_matters(words: list[str], rng: random.Random) -> None:
    shuffled = [rng.choice((word, word.lower(), word.upper(), word.swapcase())) for word in [*words, *words[:3]]]
    rng.shuffle(shuffled)
    assert parse(" ".join(shuffled), NAMES) == parse(" ".join(words), NAMES)
    assert isinstance(parse(" ".join(words), NAMES), Ask)


@given(st.lists(KNOWN_WORDS, max_size=12))
def test_what_is_asked_is_a_request_that_the_aggregator_takes(words: list[str]) -> None:
    meant = parse(" ".join(words), NAMES)
    assert isinstance(meant, Ask)
    assert problems("aggregator-request", meant.to_wire(CORRELATION_ID)) == []


@given(st.lists(KNOWN_WORDS, max_size=12))
def test_a_question_in_words_means_the_same(words: list[str]) -> None:
    meant = parse(" ".join(words), NAMES)
    assert isinstance(meant, Ask)
    assert parse(meant.words(), NAMES) == meant


@pytest.mark.parametrize("ask", [Ask(), Ask(("AED", "USD"), ("payby",), include_zero=True)])
def test_a_question_is_read_from_its_own_request(ask: Ask) -> None:
    assert Ask.from_wire(ask.to_wire("9f2c")) == ask


def test_a_request_without_the_question_is_about_everything() -> None:
    assert Ask.from_wire({"version": 1, "currencies": "USD", "include_zero": 1}) == EVERYTHING


def test_a_question_in_words_is_in_the_commands_own_grammar() -> None:
    assert Ask(("AED", "USD"), ("payby",), include_zero=True).words() == "AED USD payby all"
    assert Ask().words() == ""


def test_the_lek_is_part_of_all() -> None:
    assert parse("ALL", NAMES) == Ask(include_zero=True)


class TestTheNamesOfProviders:
    @pytest.mark.parametrize(
        "setting", ["", "payby", "=PayBy", "payby=", "payby=A,payby=B", "PAYBY=PayBy", "a=b=c", ","]
    )
    def test_a_malformed_setting_is_a_configuration_error(self, setting: str) -> None:
        with pytest.raises(ProviderError, match="PROVIDERS") as caught:
            read_names(setting)
        assert caught.value.kind is ErrorKind.CONFIGURATION

    def test_spaces_around_names_do_not_count(self) -> None:
        assert dict(read_names(" payby = PayBy , a=A B ")) == {"payby": "PayBy", "a": "A B"}

    @pytest.mark.parametrize(
        ("words", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), ("ABC", "A, B and C")]
    )
    def test_lists_read_like_a_sentence(self, words: list[str], text: str) -> None:
        assert listed(words) == text
