"""Strict JSON: exact numbers, refusals, and readers that name the place and never the value."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.strict_json import JsonError, Node, dumps, loads, to_rfc3339
from tests.clock import NOW

characters = st.characters(exclude_categories=["Cs"])  # UTF-8 has no surrogates
scalars = st.none() | st.booleans() | st.integers(-(10**50), 10**50) | st.text(characters)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(characters), inner), max_leaves=20
)


@given(documents)
def test_our_reader_and_pythons_read_what_we_write(document: object) -> None:
    assert loads(dumps(document)).value == document
    assert json.loads(dumps(document)) == document


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,25})\.[0-9]{1,20}", fullmatch=True))
def test_numbers_keep_every_digit(text: str) -> None:
    assert str(loads(text.encode()).value) == str(Decimal(text))


@given(st.binary())
def test_bytes_are_read_or_refused_with_a_json_error(data: bytes) -> None:
    try:
        loads(data)
    except JsonError as error:
        assert error.path == "$"  # noqa: PT017 - some bytes are JSON


@pytest.mark.parametrize("text", ["0", "-7", "1e2", "0.10", "1" * 60, "1." + "1" * 58, "1e60", "-1e-60"])
def test_numbers_are_int_or_decimal_and_never_float(text: str) -> None:
    value = loads(text.encode()).value
    assert isinstance(value, int | Decimal)
    assert value == Decimal(text)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is not JSON (at character 0)"),
        (b'{"a":1}x', "is not JSON (at character 7)"),
        (b"{'a':1}", "is not JSON"),
        (b'"\x01"', "is not JSON"),
        (b"\xff", "is not UTF-8 text"),
        ('"é"'.encode("latin-1"), "is not UTF-8 text"),
        (b"\xed\xa0\x80", "is not UTF-8 text"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "is not JSON (at character 0)"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a":' * 100_000, "is nested too deeply"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_anything_but_strict_json_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(JsonError) as caught:
        loads(data)
    assert caught.value.path == "$"
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (b"NaN", "is NaN or Infinity"),
        (b"-Infinity", "is NaN or Infinity"),
        (b'{"a":1,"a":1}', "holds the same key twice"),
        (b'{"a":1,"\\u0061":2}', "holds the same key twice"),
        (b"1" * 61, "is a number that is far too long"),
        (b"1." + b"0" * 59, "is a number that is far too large, too small or too long"),
        (b"1e61", "is a number that is far too large, too small or too long"),
        (b"1e-61", "is a number that is far too large, too small or too long"),
        (b"-1e9999999999999999999999", "is a number that is far too large, too small or too long"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_value_that_cannot_be_trusted_is_unreadable_and_the_others_stay(written: bytes, problem: str) -> None:
    root = loads(b'{"good":1.10,"bad":' + written + b"}")
    assert str(root.get("good").value) == "1.10"
    bad = root.get("bad")
    for read in (bad.members, bad.items, bad.text, bad.boolean, bad.whole_number, bad.instant, lambda: bad.get("a")):
        with pytest.raises(JsonError) as caught:
            read()
        assert str(caught.value).startswith(f"$.bad {problem}")


def test_a_byte_order_mark_is_skipped() -> None:
    assert loads(b'\xef\xbb\xbf{"a":1}').value == {"a": 1}


def test_json_is_written_compactly_in_utf_8() -> None:
    assert dumps({"a": ["é", None, True, 1]}) == '{"a":["é",null,true,1]}'.encode()


@pytest.mark.parametrize("value", [Decimal("1.0"), NOW, b"x", {1, 2}, json.loads("NaN"), json.loads("1e999")])
def test_other_types_and_numbers_that_are_not_json_are_not_written(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        dumps({"a": value})


ROOT = Node({"name": "x", "empty": "", "null": None, "flag": False, "list": [{"a": 1}, 2], "number": 1})
REFUSALS: list[tuple[Callable[[], object], str]] = [
    (lambda: ROOT.get("absent"), "$.absent is missing"),
    (lambda: ROOT.get("null"), "$.null is missing"),
    (lambda: ROOT.get("list").get("a"), "$.list must be an object"),
    (lambda: ROOT.get("name").optional("a"), "$.name must be an object"),
    (lambda: ROOT.get("number").members(), "$.number must be an object"),
    (ROOT.items, "$ must be a list"),
    (lambda: ROOT.get("name").items(), "$.name must be a list"),
    (lambda: list(ROOT.get("list").items())[1].get("a"), "$.list[1] must be an object"),
    (lambda: next(ROOT.get("list").items()).get("b"), "$.list[0].b is missing"),
    (lambda: ROOT.get("empty").text(), "$.empty must be text of 1 to 10000 characters"),
    (lambda: ROOT.get("number").text(5), "$.number must be text of 1 to 5 characters"),
    (lambda: Node("xxxx").text(3), "$ must be text of 1 to 3 characters"),
    (lambda: loads(b'"\\ud83d"').text(), "$ must be text without broken surrogate pairs"),
    (lambda: ROOT.get("name").boolean(), "$.name must be true or false"),
    (lambda: ROOT.get("number").boolean(), "$.number must be true or false"),
    (lambda: ROOT.get("flag").whole_number(), "$.flag must be a whole number"),
    (lambda: loads(b"1.0").whole_number(), "$ must be a whole number"),
]


@pytest.mark.parametrize(("read", "message"), REFUSALS, ids=[message for _, message in REFUSALS])
def test_a_reader_names_the_place(read: Callable[[], object], message: str) -> None:
    with pytest.raises(JsonError) as caught:
        read()
    assert str(caught.value) == message


def test_readers_return_the_value_at_their_place() -> None:
    assert ROOT.get("name").text() == "x"
    assert ROOT.get("flag").boolean() is False
    assert ROOT.get("number").whole_number() == 1
    assert ROOT.optional("null") is ROOT.optional("absent") is None
    assert [item.path for item in ROOT.get("list").items()] == ["$.list[0]", "$.list[1]"]
    assert {name: node.path for name, node in next(ROOT.get("list").items()).members().items()} == {"a": "$.list[0].a"}
    assert Node("xxx").text(3) == "xxx"
    assert loads(b'"\\ud83d\\ude00"').text() == "\U0001f600"


def test_a_node_does_not_print_its_value() -> None:
    assert repr(Node({"balance": "1234.50"}, "$.row")) == "Node($.row)"


@pytest.mark.parametrize(
    "text", ["2026-11-21T01:45:38.960Z", "2026-11-21T09:45:38.96+08:00", "2026-11-20T22:15:38.96" + "0" * 36 + "-03:30"]
)
def test_a_time_is_read_as_aware_utc(text: str) -> None:
    instant = Node(text).instant()
    assert (instant, instant.tzinfo) == (NOW, UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-21T01:45:38", "2026-11-21", "yesterday", "", 1795225538, None, "2026-13-21T01:45:38Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21T01:45:38." + "0" * 44 + "Z",
    ],
)  # fmt: skip
def test_anything_but_a_time_with_an_offset_is_refused(value: object) -> None:
    with pytest.raises(JsonError, match=r"^\$\.as_of must be"):
        Node(value, "$.as_of").instant()


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 - bounds are naive


@given(instants)
def test_a_time_is_written_in_utc_to_the_millisecond(instant: datetime) -> None:
    text = to_rfc3339(instant)
    assert text.endswith("Z")
    assert timedelta(0) <= instant - Node(text).instant() < timedelta(milliseconds=1)


def test_a_time_without_an_offset_is_not_written() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        to_rfc3339(datetime(2026, 11, 21))  # noqa: DTZ001 - the test needs a naive time
