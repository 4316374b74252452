"""The question: read strictly, with errors that name the field."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.question import Question, QuestionError, read_question
from balance_core.wire import dumps

SCHEMA = json.loads((Path(__file__).parents[2] / "events" / "schema" / "provider-request.v1.json").read_text())
FRESH = "0123456789abcdef"

ids = st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
questions = st.builds(
    Question,
    correlation_id=ids,
    currencies=st.lists(st.sampled_from(sorted(DECIMALS)), unique=True).map(tuple),
    accounts=st.lists(names, unique=True, max_size=20).map(tuple),
    include_zero=st.booleans(),
)


def fresh() -> str:
    return FRESH


def refused(event: object, more_fields: tuple[str, ...] = ()) -> QuestionError:
    with pytest.raises(QuestionError) as caught:
        read_question(event, fresh, more_fields)
    return caught.value


@given(questions)
def test_a_question_survives_the_wire_and_its_schema(question: Question) -> None:
    event = json.loads(json.dumps(question.to_wire()))
    jsonschema.validate(event, SCHEMA)
    assert read_question(event, fresh) == question


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"version": 1},
        {"version": None, "currencies": None, "accounts": None, "include_zero": None, "correlation_id": None},
    ],
)
def test_absent_and_null_mean_everything(event: object) -> None:
    assert read_question(event, fresh) == Question(FRESH)


def test_repetitions_are_left_out_and_order_is_kept() -> None:
    event = {"currencies": ["USD", "AED", "USD"], "accounts": ["b", "a", "b"]}
    question = read_question(event, fresh)
    assert question.currencies == ("USD", "AED")
    assert question.accounts == ("b", "a")


@pytest.mark.parametrize("event", [None, [], "USD", 1, True, [{"currencies": ["USD"]}]])
def test_anything_but_an_object_is_refused(event: object) -> None:
    assert refused(event).field == "request"


@pytest.mark.parametrize(
    ("event", "field", "message"),
    [
        ({"version": 2}, "version", "must be 1"),
        ({"version": "1"}, "version", "must be 1"),
        ({"version": True}, "version", "must be 1"),
        ({"version": 0}, "version", "must be 1"),
        ({"currencies": "USD"}, "currencies", "must be a list"),
        ({"currencies": {}}, "currencies", "must be a list"),
        ({"currencies": []}, "currencies", "must hold 1 to 200 items"),
        ({"currencies": ["USD"] * 201}, "currencies", "must hold 1 to 200 items"),
        ({"currencies": ["USD", "usd"]}, "currencies[1]", "'usd' is not an ISO 4217 currency code"),
        ({"currencies": ["XAU"]}, "currencies[0]", "'XAU' is not"),
        ({"currencies": [""]}, "currencies[0]", "must be text"),
        ({"currencies": [None]}, "currencies[0]", "must be text"),
        ({"currencies": [["USD"]]}, "currencies[0]", "must be text"),
        ({"currencies": ["\ud800"]}, "currencies[0]", "surrogate"),
        ({"accounts": "main"}, "accounts", "must be a list"),
        ({"accounts": []}, "accounts", "must hold 1 to 200 items"),
        ({"accounts": ["two words"]}, "accounts[0]", "must be an account name"),
        ({"accounts": ["-main"]}, "accounts[0]", "must be an account name"),
        ({"accounts": ["x" * 65]}, "accounts[0]", "must be an account name"),
        ({"accounts": ["main\n"]}, "accounts[0]", "must be an account name"),
        ({"include_zero": "true"}, "include_zero", "must be true or false"),
        ({"include_zero": 1}, "include_zero", "must be true or false"),
        ({"correlation_id": ""}, "correlation_id", "must be 1 to 64"),
        ({"correlation_id": "x" * 65}, "correlation_id", "must be 1 to 64"),
        ({"correlation_id": "a b"}, "correlation_id", "must be 1 to 64"),
        ({"correlation_id": "ab\n"}, "correlation_id", "must be 1 to 64"),
        ({"correlation_id": 7}, "correlation_id", "must be 1 to 64"),
        ({"currency": ["USD"]}, "'currency'", "known are accounts, correlation_id, currencies, include_zero, version"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_wrong_is_named(event: object, field: str, message: str) -> None:
    error = refused(event)
    assert error.field == field
    assert message in error.message


def test_a_caller_may_read_more_fields_itself() -> None:
    event = {"providers": ["payby"]}
    assert read_question(event, fresh, {"providers", "snapshot"}) == Question(FRESH)
    error = refused({"provider": "payby"}, ("providers",))
    assert "providers" in error.message


@pytest.mark.parametrize("word", ["usd", "US-Dollar", "x" * 20, "US_1", "main12"])
def test_a_callers_plain_word_is_repeated(word: str) -> None:
    assert refused({word: 1}).field == f"'{word}'"
    assert refused({"currencies": [word]}).message.startswith(f"'{word}' is not an ISO 4217 currency code")


@pytest.mark.parametrize(
    "word",
    [
        "1234.56",
        "1,234",
        "USD1234",
        "-5",
        "xoxb-1234-abcd",
        "v0=0123456789abcdef",
        "0123456789abcdef",
        "MIIEvQIBADANBgkqhkiG9w0BAQ",
        "x" * 21,
        "<!channel>",
        "usd\n",
        "a\x1b[31mb",
        "١٢",
    ],
)
def test_what_may_be_an_amount_or_a_token_is_not_repeated(word: str) -> None:
    for error in (refused({word: 1}), refused({"currencies": [word]})):
        assert word not in str(error)
        assert "(not repeated here)" in str(error)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("version", "currencies", "accounts", "include_zero", "correlation_id")


@given(json_values | st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_json_is_understood_or_refused_with_a_message_that_can_be_sent(event: object) -> None:
    try:
        read_question(event, fresh)
    except QuestionError as error:
        dumps([error.failure(FRESH).message, error.field])


def test_a_refusal_becomes_a_typed_answer() -> None:
    failure = refused({"include_zero": 1}).failure("c0ffee", "payby")
    assert failure.kind is ErrorKind.INVALID_REQUEST
    assert (failure.field, failure.message) == ("include_zero", "include_zero: must be true or false")
    assert (failure.provider, failure.correlation_id) == ("payby", "c0ffee")
    assert refused([]).failure("c0ffee").provider is None
