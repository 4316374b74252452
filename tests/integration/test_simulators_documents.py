"""JSON in and out of the simulators: every digit survives, a float has no place."""

from decimal import Decimal

import pytest

from tests.local.simulators.documents import parse_object, to_json


@pytest.mark.parametrize("text", ['{"a":0.10,"b":[1,-2.50,100265403],"c":null,"d":true,"e":"\\u00e9","f":{}}', "{}"])
def test_what_was_read_is_written_to_the_byte(text: str) -> None:
    assert to_json(parse_object(text)) == text


def test_digits_are_never_shortened() -> None:
    assert to_json([Decimal("0.10"), Decimal("1E+3"), Decimal("-0.00000001")]) == "[0.10,1000,-0.00000001]"


@pytest.mark.parametrize("value", [0.1, {"a": [0.1]}, object(), {1, 2}])
def test_what_has_no_exact_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no place"):
        to_json(value)


@pytest.mark.parametrize("text", ["", "1", "[]", "{", '{"a":NaN}', '{"a":-Infinity}', "[" * 200_000])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_object(text)
