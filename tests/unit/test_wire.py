"""Strict JSON: what is refused, what comes out exactly, and readers that name the place and never the value."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.wire import Node, WireError, dumps, loads

characters = st.characters(exclude_categories=["Cs"])  # UTF-8 has no surrogates
scalars = st.none() | st.booleans() | st.integers(-(10**50), 10**50) | st.text(characters)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(characters), inner), max_leaves=20
)


@given(documents)
def test_what_dumps_writes_loads_reads(document: object) -> None:
    assert loads(dumps(document)).value == document


@given(documents)
def test_every_other_json_parser_reads_it_as_well(document: object) -> None:
    assert json.loads(dumps(document)) == document


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,25})\.[0-9]{1,20}", fullmatch=True))
def test_numbers_keep_every_digit(text: str) -> None:
    assert str(loads(text.encode()).value) == str(Decimal(text))


@given(st.binary())
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        loads(data)
    except WireError as error:
        assert error.path == "$"  # noqa: PT017 - bytes may as well be JSON


@pytest.mark.parametrize(("text", "expected"), [("0", 0), ("-7", -7), ("1e2", Decimal(100)), ("0.10", Decimal("0.10"))])
def test_numbers_are_int_or_decimal_and_never_float(text: str, expected: object) -> None:
    value = loads(text.encode()).value
    assert value == expected
    assert isinstance(value, int | Decimal)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is not JSON (at character 0)"),
        (b'{"a":1}x', "is not JSON (at character 7)"),
        (b"{'a':1}", "is not JSON"),
        (b'["a",]', "is not JSON"),
        (b'"\x01"', "is not JSON"),
        (b"nan", "is not JSON"),
        (b"NaN", "holds NaN or Infinity"),
        (b'{"a":-Infinity}', "holds NaN or Infinity"),
        (b"[Infinity]", "holds NaN or Infinity"),
        (b"\xff", "is not UTF-8 text"),
        ('"é"'.encode("latin-1"), "is not UTF-8 text"),
        ('{"a":1}'.encode("utf-16"), "is not UTF-8 text"),
        (b"\xed\xa0\x80", "is not UTF-8 text"),
        (b"\xef\xbb\xbf{}", "is not JSON (at character 0)"),
        (b'{"a":1,"a":1}', "holds the same key twice"),
        (b'[{"b":{"a":1,"\\u0061":2}}]', "holds the same key twice"),
        (b"1" * 61, "absurdly long number"),
        (b"1." + b"0" * 59, "absurdly long number"),
        (b"1e61", "absurdly large or small number"),
        (b"1e-61", "absurdly large or small number"),
        (b"1e999999", "absurdly large or small number"),
        (b"-1e9999999999999999999999", "absurdly large or small number"),
        (b"1e-9999999999999999999999", "absurdly large or small number"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a":' * 100_000, "is nested too deeply"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_not_strict_json_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(WireError) as caught:
        loads(data)
    assert caught.value.path == "$"
    assert problem in caught.value.problem


def test_the_largest_numbers_that_are_read() -> None:
    assert loads(b"1" * 60).value == int("1" * 60)
    assert loads(b"1e60").value == Decimal("1e60")


def test_dumps_is_compact_utf_8() -> None:
    assert dumps({"a": ["é", None, True, 1]}) == '{"a":["é",null,true,1]}'.encode()


@pytest.mark.parametrize("value", [Decimal("1.0"), datetime.now(UTC), b"x", {1, 2}])
def test_dumps_takes_no_decision_about_other_types(value: object) -> None:
    with pytest.raises(TypeError):
        dumps({"a": value})


@pytest.mark.parametrize("value", [json.loads("NaN"), json.loads("1e999")])
def test_dumps_writes_no_nan(value: object) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps([value])


ROOT = Node({"name": "x", "empty": "", "null": None, "flag": False, "list": [{"a": 1}, 2], "number": 1})
READERS: dict[str, tuple[Callable[[], object], str]] = {
    "a missing member": (lambda: ROOT.get("absent"), "$.absent is missing"),
    "a null member": (lambda: ROOT.get("null"), "$.null is missing"),
    "a member of a list": (lambda: ROOT.get("list").get("a"), "$.list must be an object"),
    "an optional member of a text": (lambda: ROOT.get("name").optional("a"), "$.name must be an object"),
    "the members of a number": (lambda: ROOT.get("number").members(), "$.number must be an object"),
    "the items of an object": (ROOT.items, "$ must be a list"),
    "the items of a text": (lambda: ROOT.get("name").items(), "$.name must be a list"),
    "a member of an item": (lambda: list(ROOT.get("list").items())[1].get("a"), "$.list[1] must be an object"),
    "a missing member of an item": (lambda: next(ROOT.get("list").items()).get("b"), "$.list[0].b is missing"),
    "an empty text": (lambda: ROOT.get("empty").text(), "$.empty must be text of 1 to 10000 characters"),
    "a text that is a number": (lambda: ROOT.get("number").text(5), "$.number must be text of 1 to 5 characters"),
    "a text that is too long": (lambda: Node("xxxx").text(3), "$ must be text of 1 to 3 characters"),
    "half a surrogate pair": (lambda: loads(b'"\\ud83d"').text(), "$ must be text without half a surrogate pair"),
    "a flag that is a text": (lambda: ROOT.get("name").boolean(), "$.name must be true or false"),
    "a flag that is a number": (lambda: ROOT.get("number").boolean(), "$.number must be true or false"),
}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_names_the_place(name: str) -> None:
    read, expected = READERS[name]
    with pytest.raises(WireError) as caught:
        read()
    assert str(caught.value) == expected


def test_readers_give_what_is_there() -> None:
    assert ROOT.get("name").text() == "x"
    assert ROOT.get("flag").boolean() is False
    assert ROOT.optional("null") is ROOT.optional("absent") is None
    assert [item.path for item in ROOT.get("list").items()] == ["$.list[0]", "$.list[1]"]
    assert {name: node.path for name, node in next(ROOT.get("list").items()).members().items()} == {"a": "$.list[0].a"}
    assert Node("xxx").text(3) == "xxx"
    assert loads(b'"\\ud83d\\ude00"').text() == "\U0001f600"


def test_a_node_does_not_print_its_value() -> None:
    assert "1234.50" not in repr(Node({"balance": "1234.50"}))
