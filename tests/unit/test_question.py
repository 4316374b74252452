"""The question: every request is read strictly, and an error names the field without repeating a secret."""

import json
import re
from datetime import UTC
from typing import Any

import msgspec.structs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.question import (
    Firing,
    Period,
    Question,
    QuestionError,
    SnapshotKind,
    account_owners,
    accounts_at,
    correlation_id_of,
    new_correlation_id,
    read_question,
)
from tests.bad_requests import MALFORMED

NEW_ID = "0123456789abcdef"
FIELDS = [field.name for field in msgspec.structs.fields(Question)]
_firings = st.none() | st.builds(
    Firing,
    schedule=st.from_regex(r"[0-9A-Za-z_.-]{1,64}", fullmatch=True),
    scheduled_time=st.datetimes(timezones=st.just(UTC)),
)
_accounts = st.from_regex(r"(payby:)?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
_ids = st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True)
# What a provider function or the aggregator may be asked: about now, for a snapshot, or about the past.
questions = (
    st.builds(
        Question,
        currencies=st.none() | st.lists(st.sampled_from(sorted(DECIMALS)), unique=True, min_size=1).map(tuple),
        providers=st.none() | st.just(("payby", "payermax")),
        accounts=st.none() | st.lists(_accounts, unique=True, min_size=1).map(tuple),
        include_zero=st.booleans(),
        refresh=st.booleans(),
        correlation_id=_ids,
    )
    | st.builds(Question, snapshot=st.sampled_from(SnapshotKind), firing=_firings, correlation_id=_ids)
    | st.builds(Question, currencies=st.just(("USD",)), history=st.sampled_from(Period), correlation_id=_ids)
)


def refusal(event: object) -> QuestionError:
    with pytest.raises(QuestionError) as caught:
        read_question(event)
    return caught.value


@given(questions)
def test_a_question_is_read_back_from_its_json(question: Question) -> None:
    assert read_question(json.loads(msgspec.json.encode(question))) == question


@pytest.mark.parametrize("event", [{}, {"version": 1}, dict.fromkeys(FIELDS)])
def test_absent_and_null_fields_ask_about_everything(event: dict[str, Any]) -> None:
    assert read_question({**event, "correlation_id": NEW_ID}) == Question(correlation_id=NEW_ID)


def test_a_repeated_item_counts_once_and_the_order_is_kept() -> None:
    question = read_question({"currencies": ["USD", "AED", "USD"], "accounts": ["b", "a", "b"]})
    assert (question.currencies, question.accounts) == (("USD", "AED"), ("b", "a"))


def test_a_provider_is_asked_about_its_own_accounts_and_those_without_a_provider() -> None:
    question = Question(accounts=("payby:uae", "main", "payermax:hk", "payby:main"))
    assert accounts_at(question, "payby") == ("uae", "main")
    assert accounts_at(question, "pagsmile") == ("main",)
    assert accounts_at(Question(accounts=("payby:uae",)), "payermax") is None
    assert account_owners(question) == {"payby", "payermax", ""}


# Some of these pass the schema: it does not list the currencies, and a validator may ignore a final line break.
MORE_MALFORMED: list[tuple[Any, str]] = [
    ({"currencies": ["USD", "ZZZ"]}, "currencies"),
    ({"currencies": ["XAU"]}, "currencies"),
    ({"version": 0}, "version"),
    ({"version": 1.0}, "version"),
    ({"currencies": ["USD\n"]}, "currencies"),
    ({"currencies": ["\ud800"]}, "currencies"),
    ({"providers": ["payby\n"]}, "providers"),
    ({"providers": ["p" * 33]}, "providers"),
    ({"accounts": ["main\n"]}, "accounts"),
    ({"accounts": ["-main"]}, "accounts"),
    ({"accounts": ["payby:"]}, "accounts"),
    ({"accounts": ["PayBy:main"]}, "accounts"),
    ({"accounts": ["payby:main:usd"]}, "accounts"),
    ({"refresh": 0}, "refresh"),
    ({"firing": {"schedule": "daily", "scheduled_time": "2026-11-23T08:00:00"}}, "firing"),
    ({"firing": {"schedule": "daily", "scheduled_time": "<aws.scheduler.scheduled-time>"}}, "firing"),
    ({"correlation_id": "ab\n"}, "correlation_id"),
]


@pytest.mark.parametrize(("event", "field"), [*MALFORMED, *MORE_MALFORMED])
def test_a_malformed_field_is_named_with_what_is_expected(event: object, field: str) -> None:
    error = refusal(event)
    assert error.field == field
    assert str(error) == f"{field}: {error.problem}"
    if field in FIELDS:
        assert re.match("must be |'[A-Z]{3}' is not a known currency code", error.problem)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"snapshot": "digest", "currencies": ["USD"]}, "snapshot"),
        ({"snapshot": "watch", "providers": ["payby"]}, "snapshot"),
        ({"firing": {"schedule": "daily", "scheduled_time": "2026-11-23T08:00:00Z"}}, "firing"),
        ({"history": "7d"}, "currencies"),
        ({"history": "7d", "currencies": ["USD", "AED"]}, "currencies"),
        ({"history": "7d", "currencies": ["USD"], "accounts": ["main"]}, "history"),
        ({"history": "7d", "currencies": ["USD"], "providers": ["payby", "payermax"]}, "history"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(event: dict[str, Any], field: str) -> None:
    assert refusal(event).field == field


def test_a_firing_is_recognised_in_any_time_zone() -> None:
    def key(schedule: str, time: str) -> str:
        firing = read_question({"snapshot": "watch", "firing": {"schedule": schedule, "scheduled_time": time}}).firing
        assert firing
        return firing.key

    same = {key("daily", time) for time in ("2026-11-23T08:00:00Z", "2026-11-23T12:00:00+04:00")}
    others = {key("daily", "2026-11-23T08:00:01Z"), key("hourly", "2026-11-23T08:00:00Z")}
    assert (len(same), len(same | others)) == (1, 3)


@pytest.mark.parametrize("code", ["USDT", "CNH", "RMB", "BGN"])
def test_well_known_codes_outside_iso_4217_may_be_asked(code: str) -> None:
    assert read_question({"currencies": [code]}).currencies == (code,)


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    error = refusal({"currency": ["USD"]})
    assert error.field == "'currency'"
    assert error.problem.endswith(", ".join(sorted(FIELDS)))


def test_a_plain_word_is_repeated() -> None:
    for word in ("usd", "US-Dollar", "x" * 20, "US_1", "main12"):
        assert refusal({word: 1}).field == f"'{word}'"


@pytest.mark.parametrize(
    "word",
    [
        "1234.56", "1,234", "USD1234", "-5", "xoxb-1234-abcd", "v0=0123456789abcdef", "0123456789abcdef", "x" * 21,
        "MIIEvQIBADANBgkqhkiG9w0BAQ", "<!channel>", "usd\n", "a\x1b[31mb", "\u0661\u0662",
    ],
)  # fmt: skip
def test_a_word_that_may_be_an_amount_or_a_token_is_not_repeated(word: str) -> None:
    for error in (refusal({word: 1}), refusal({"currencies": [word]}), refusal({"correlation_id": f"{word} "})):
        assert word not in str(error)
    assert "(not repeated here)" in refusal({word: 1}).field


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(json_values | st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_json_is_read_or_refused_with_a_message_that_can_be_sent(event: object) -> None:
    try:
        read_question(event)
    except QuestionError as error:
        json.dumps([error.problem, error.field]).encode()


def test_a_wrong_request_keeps_its_correlation_id_if_it_is_usable() -> None:
    assert correlation_id_of({"correlation_id": "given-1", "nonsense": True}) == "given-1"
    for value in ("not usable!", "given-1\n", "", None, 7):
        assert correlation_id_of({"correlation_id": value}, lambda: NEW_ID) == NEW_ID
    assert correlation_id_of({}, lambda: NEW_ID) == correlation_id_of("text", lambda: NEW_ID) == NEW_ID


def test_new_correlation_ids_are_16_hexadecimal_characters_and_differ() -> None:
    made = {new_correlation_id() for _ in range(100)} | {Question().correlation_id}
    assert len(made) == 101
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)
