"""Requests that the aggregator must refuse, each with the field that it must name."""

from typing import Any

_NESTED: list[Any] = []
for _ in range(500):
    _NESTED = [_NESTED]

# Wrong for everybody: the schema knows it as well as the code does.
MALFORMED: list[tuple[Any, str]] = [
    (None, "request"),
    ([], "request"),
    ([{"currencies": ["USD"]}], "request"),
    (_NESTED, "request"),
    ("USD", "request"),
    (7, "request"),
    (1.5, "request"),
    (True, "request"),
    ({"curencies": ["USD"]}, "'curencies'"),
    ({"": 1}, "''"),
    ({"detail-type": "BalancesCollected", "source": "balance-bot", "detail": {}}, "'detail-type'"),
    ({"version": True}, "version"),
    ({"version": 2}, "version"),
    ({"version": "1"}, "version"),
    ({"version": [1]}, "version"),
    ({"currencies": ["usd1"]}, "currencies[0]"),
    ({"currencies": ["USD", "usd"]}, "currencies[1]"),
    ({"currencies": "USD"}, "currencies"),
    ({"currencies": []}, "currencies"),
    ({"currencies": ["USD"] * 201}, "currencies"),
    ({"currencies": [["USD"]]}, "currencies[0]"),
    ({"currencies": [{"code": "USD"}]}, "currencies[0]"),
    ({"currencies": {"USD": True}}, "currencies"),
    ({"currencies": [None]}, "currencies[0]"),
    ({"currencies": _NESTED}, "currencies[0]"),
    ({"providers": ["alpha", "Beta"]}, "providers[1]"),
    ({"providers": []}, "providers"),
    ({"providers": "alpha"}, "providers"),
    ({"providers": [1]}, "providers[0]"),
    ({"providers": ["alpha"] * 201}, "providers"),
    ({"accounts": ["../../secret"]}, "accounts[0]"),
    ({"accounts": ["a" * 65]}, "accounts[0]"),
    ({"accounts": [""]}, "accounts[0]"),
    ({"accounts": {"a": _NESTED}}, "accounts"),
    ({"include_zero": 1}, "include_zero"),
    ({"snapshot": "yes"}, "snapshot"),
    ({"snapshot": 0}, "snapshot"),
    ({"correlation_id": ""}, "correlation_id"),
    ({"correlation_id": "a" * 65}, "correlation_id"),
    ({"correlation_id": "a\nb"}, "correlation_id"),
    ({"correlation_id": ["a"]}, "correlation_id"),
]

# Well formed: only the code knows which currencies there are, and only the template which providers.
UNKNOWN: list[tuple[Any, str]] = [
    ({"currencies": ["USD", "ZZZ"]}, "currencies[1]"),
    ({"providers": ["nobody"]}, "providers[0]"),
]
