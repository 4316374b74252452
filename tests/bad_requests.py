"""Requests that the aggregator refuses, each with the field that its answer names."""

from typing import Any

_NESTED: list[Any] = []
for _ in range(500):
    _NESTED = [_NESTED]

# Refused by the code and by the schema.
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
    ({"currencies": ["usd1"]}, "currencies"),
    ({"currencies": ["USD", "usd"]}, "currencies"),
    ({"currencies": "USD"}, "currencies"),
    ({"currencies": []}, "currencies"),
    ({"currencies": ["USD"] * 201}, "currencies"),
    ({"currencies": [["USD"]]}, "currencies"),
    ({"currencies": [{"code": "USD"}]}, "currencies"),
    ({"currencies": {"USD": True}}, "currencies"),
    ({"currencies": [None]}, "currencies"),
    ({"currencies": _NESTED}, "currencies"),
    ({"providers": ["alpha", "Beta"]}, "providers"),
    ({"providers": []}, "providers"),
    ({"providers": "alpha"}, "providers"),
    ({"providers": [1]}, "providers"),
    ({"providers": ["alpha"] * 201}, "providers"),
    ({"accounts": ["../../secret"]}, "accounts"),
    ({"accounts": ["a" * 65]}, "accounts"),
    ({"accounts": [""]}, "accounts"),
    ({"accounts": {"a": _NESTED}}, "accounts"),
    ({"include_zero": 1}, "include_zero"),
    ({"snapshot": "yes"}, "snapshot"),
    ({"snapshot": True}, "snapshot"),
    ({"history": "8d", "currencies": ["USD"]}, "history"),
    ({"firing": "daily"}, "firing"),
    ({"firing": {"schedule": "daily"}}, "firing"),
    ({"firing": {"schedule": "every day", "scheduled_time": "2026-11-23T08:00:00Z"}}, "firing"),
    ({"firing": {"schedule": "daily", "scheduled_time": "2026-11-23T08:00:00Z", "more": 1}}, "firing"),
    ({"correlation_id": ""}, "correlation_id"),
    ({"correlation_id": "a" * 65}, "correlation_id"),
    ({"correlation_id": "a\nb"}, "correlation_id"),
    ({"correlation_id": ["a"]}, "correlation_id"),
]

# Well formed: a schema lists neither the currencies of ISO 4217 nor the providers of a stack.
UNKNOWN: list[tuple[Any, str]] = [
    ({"currencies": ["USD", "ZZZ"]}, "currencies"),
    ({"providers": ["nobody"]}, "providers"),
]
