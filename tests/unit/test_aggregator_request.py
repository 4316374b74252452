"""What the aggregator can be asked, by people, services and schedules."""

import pytest

from balance_aggregator.request import AggregatorRequest, read_request, request_correlation_id
from balance_core.currencies import DECIMALS
from balance_core.question import Question, QuestionError, read_question
from tests.bad_requests import MALFORMED, UNKNOWN

KNOWN = ("alpha", "beta", "gamma")
ID = "9f2c4e1ab07d3c55"
RULE_EVENT = {
    "version": "0",
    "id": "53dc4d37-cffa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "detail": {},
}
SCHEDULER_EVENT = {**RULE_EVENT, "source": "aws.scheduler", "detail": "{}"}


def test_an_empty_request_asks_every_provider_everything() -> None:
    assert read_request({}, KNOWN, ID) == AggregatorRequest(Question(ID), KNOWN)


def test_every_field_is_read() -> None:
    event = {
        "version": 1,
        "currencies": ["USD", "AED", "USD"],
        "providers": ["beta"],
        "accounts": ["main"],
        "include_zero": True,
        "snapshot": True,
        "correlation_id": "abc-1",
    }
    expected = AggregatorRequest(
        Question("abc-1", ("USD", "AED"), ("main",), include_zero=True), ("beta",), snapshot=True
    )
    assert read_request(event, KNOWN, ID) == expected


def test_null_fields_are_as_good_as_absent() -> None:
    fields = ("version", "currencies", "providers", "accounts", "include_zero", "snapshot", "correlation_id")
    assert read_request(dict.fromkeys(fields), KNOWN, ID) == read_request({}, KNOWN, ID)


def test_providers_are_asked_once_each_in_the_order_of_the_template() -> None:
    assert read_request({"providers": ["gamma", "alpha", "gamma"]}, KNOWN, ID).providers == ("alpha", "gamma")


@pytest.mark.parametrize("event", [RULE_EVENT, SCHEDULER_EVENT])
def test_the_event_of_a_schedule_is_a_snapshot_of_everything(event: dict[str, object]) -> None:
    assert read_request(event, KNOWN, ID) == AggregatorRequest(Question(ID), KNOWN, snapshot=True)


@pytest.mark.parametrize("source", ["balance-bot", "aws.s3", None, ["aws.events"]])
def test_any_other_event_of_a_bus_is_refused(source: object) -> None:
    with pytest.raises(QuestionError):
        read_request({**RULE_EVENT, "source": source}, KNOWN, ID)


def test_what_is_sent_to_providers_and_repeated_in_the_answer_can_be_read_again() -> None:
    request = read_request({}, KNOWN, ID)
    assert read_question(request.question.to_wire(), lambda: "new") == request.question
    assert read_request(request.to_wire(), KNOWN, "new") == request


def test_sixty_currencies_are_a_question() -> None:
    currencies = sorted(DECIMALS)[:60]
    assert read_request({"currencies": currencies}, KNOWN, ID).question.currencies == tuple(currencies)


@pytest.mark.parametrize(("event", "field"), [*MALFORMED, *UNKNOWN])
def test_a_bad_request_is_refused_with_the_name_of_the_field(event: object, field: str) -> None:
    with pytest.raises(QuestionError) as caught:
        read_request(event, KNOWN, ID)
    assert caught.value.field == field


def test_an_unknown_provider_is_told_the_known_ones_and_not_repeated() -> None:
    with pytest.raises(QuestionError) as caught:
        read_request({"providers": ["<!channel> " * 100]}, KNOWN, ID)
    assert caught.value.message == "must be one of alpha, beta, gamma"


def test_a_long_field_name_is_not_repeated() -> None:
    with pytest.raises(QuestionError) as caught:
        read_request({"\u202e" + "a" * 5000: 1}, KNOWN, ID)
    assert len(str(caught.value)) < 250
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"correlation_id": "abc-1"}, "abc-1"),
        ({"correlation_id": "abc-1", "currencies": "wrong"}, "abc-1"),
        (RULE_EVENT, "53dc4d37-cffa"),
        ({**SCHEDULER_EVENT, "id": None}, "new"),
        ({**SCHEDULER_EVENT, "id": "not an id"}, "new"),
        ({"id": "53dc4d37-cffa"}, "new"),
        ({"correlation_id": 7}, "new"),
        ({}, "new"),
        ([], "new"),
        (None, "new"),
    ],
)
def test_every_event_can_be_followed_by_an_id(event: object, expected: str) -> None:
    assert request_correlation_id(event, lambda: "new") == expected
