"""The readers of a question's parts: its correlation id, flags and lists."""

import pytest

from balance_core.question import correlation_id_of, new_correlation_id, read_flag, read_list

FRESH = "0123456789abcdef"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"correlation_id": "given-1", "nonsense": True}, "given-1"),
        ({"correlation_id": "not usable!"}, FRESH),
        ({"correlation_id": None}, FRESH),
        ({}, FRESH),
        ("text", FRESH),
        (None, FRESH),
    ],
)
def test_a_wrong_request_keeps_its_usable_correlation_id(event: object, expected: str) -> None:
    assert correlation_id_of(event, lambda: FRESH) == expected


def test_new_correlation_ids_are_16_hexadecimal_characters_and_differ() -> None:
    ids_made = {new_correlation_id() for _ in range(100)}
    assert len(ids_made) == 100
    assert all(len(made) == 16 and int(made, 16) >= 0 for made in ids_made)


@pytest.mark.parametrize(
    ("event", "expected"), [({}, False), ({"f": None}, False), ({"f": False}, False), ({"f": True}, True)]
)
def test_a_flag_is_false_unless_it_is_true(event: dict[str, object], expected: bool) -> None:
    assert read_flag(event, "f") is expected


def test_a_list_goes_through_its_readers_item_by_item() -> None:
    seen: list[tuple[str, str]] = []

    def read_item(text: str, field: str) -> str:
        seen.append((text, field))
        return text.upper()

    assert read_list({"l": ["a", "b", "A"]}, "l", read_item) == ("A", "B")
    assert seen == [("a", "l[0]"), ("b", "l[1]"), ("A", "l[2]")]
