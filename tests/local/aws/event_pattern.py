"""EventBridge event patterns, as far as the stack uses them: exact values, and objects inside objects.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
"""

from collections.abc import Mapping

_SCALARS = (str, int, float, type(None))


class UnsupportedPatternError(ValueError):
    """The pattern uses something that is not imitated here; the message says where."""


def check_pattern(pattern: Mapping[str, object], place: str = "pattern") -> None:
    """Raise UnsupportedPatternError for all but non-empty objects whose leaves are non-empty lists of plain values."""
    if not pattern:
        raise UnsupportedPatternError(f"{place} is empty; name at least one field")
    for name, wanted in pattern.items():
        inside = f"{place}.{name}"
        if isinstance(wanted, Mapping):
            check_pattern(wanted, inside)
        elif not isinstance(wanted, list) or not wanted:
            raise UnsupportedPatternError(f"{inside} must be a list of values, or an object")
        elif not all(isinstance(value, _SCALARS) for value in wanted):
            raise UnsupportedPatternError(f"{inside}: only exact values are imitated by the local event bus")


def matches(pattern: Mapping[str, object], event: Mapping[str, object]) -> bool:
    """Whether a checked pattern matches: every field that it names is in the event with one of the listed values.

    A list in the event matches when one of its elements does.
    """
    return all(name in event and _field_matches(wanted, event[name]) for name, wanted in pattern.items())


def _field_matches(wanted: object, found: object) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and matches(wanted, found)
    candidates = found if isinstance(found, list) else [found]
    values = wanted if isinstance(wanted, list) else []
    return any(_is_same(value, candidate) for value in values for candidate in candidates)


def _is_same(value: object, candidate: object) -> bool:
    # In JSON true is not 1, though Python says so.
    return value == candidate and isinstance(value, bool) == isinstance(candidate, bool)
