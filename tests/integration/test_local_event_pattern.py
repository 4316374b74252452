"""Which events a rule's pattern matches, and which patterns the local bus refuses."""

import pytest

from tests.local.aws.event_pattern import UnsupportedPatternError, check_pattern, matches


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        ({"a": [1, 2]}, {"a": 2, "b": 3}, True),
        ({"a": [1]}, {"a": 2}, False),
        ({"a": [1]}, {"b": 1}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {}, False),
        ({"a": [1]}, {"a": True}, False),
        ({"a": [True]}, {"a": 1}, False),
        ({"a": ["x"]}, {"a": ["y", "x"]}, True),
        ({"a": ["x"]}, {"a": []}, False),
        ({"a": {"b": ["x"]}}, {"a": {"b": "x", "c": 1}}, True),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"}, False),
    ],
)
def test_a_pattern_names_fields_and_their_values(
    pattern: dict[str, object], event: dict[str, object], expected: bool
) -> None:
    check_pattern(pattern)
    assert matches(pattern, event) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"a": {}},
        {"a": []},
        {"a": "x"},
        {"a": [["x"]]},
        {"$or": [{"a": ["x"]}]},
        {"a": [{"anything-but": "x"}]},
        {"a": {"b": [{"exists": True}]}},
    ],
)
def test_a_pattern_that_is_not_imitated_is_refused(pattern: dict[str, object]) -> None:
    with pytest.raises(UnsupportedPatternError, match="pattern"):
        check_pattern(pattern)
