"""What an answer says about what is missing, about figures that did come, and where there is nothing to show."""

import re
from typing import Any

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import NoticeKind
from balance_slack.view.message import render_digest
from tests.rendering.judge import texts
from tests.rendering.trial import crowded_surfaces
from tests.unit.slack_cases import (
    CONTACT,
    NOT_ASKED,
    NOT_HELD,
    PAGSMILE,
    PAYERMAX,
    TIME,
    Part,
    answer,
    balance,
    failure,
    message,
    notice,
    report,
    shown,
    summary,
)

PAYBY = report("payby", balance("776.34"))
EMPTY = report("payby")
USD, EUR = ("USD",), ("EUR",)
QUIET = {
    *(NoticeKind.NOT_ISO_4217, NoticeKind.NO_BALANCES, NoticeKind.COUNTED_ONCE),
    *(NoticeKind.UNKNOWN_TIME, NoticeKind.PENDING_KEY),
}
LATER = {
    ErrorKind.TIMEOUT: "did not answer in time. Try again in a minute.",
    ErrorKind.UNAVAILABLE: "cannot be reached. Try again in a few minutes.",
    ErrorKind.RATE_LIMITED: "was asked too often. Try again in a minute.",
    ErrorKind.BAD_RESPONSE: "sent an answer that cannot be trusted, so it is left out. Try again in a minute.",
}
ASK = {
    ErrorKind.AUTHENTICATION: "refused our key. Ask {} to check it.",
    ErrorKind.ADDRESS_REFUSED: "refused our IP address. Ask {} to have it allowed.",
    ErrorKind.PERMISSION_DENIED: "does not let us read balances. Ask {}.",
    ErrorKind.CONFIGURATION: "is not set up correctly here. Ask {}.",
    ErrorKind.UNKNOWN: "refused, and we do not know why. Ask {}; the code is in Details.",
    ErrorKind.INVALID_REQUEST: "did not understand our question. Ask {}; the code is in Details.",
}


def warnings(*parts: Part, **question: tuple[str, ...]) -> list[str]:
    return [line.removeprefix(":warning: ") for line in shown(*parts, **question) if line.startswith(":warning:")]


@pytest.mark.parametrize(("kind", "words"), [*LATER.items(), *ASK.items()])
def test_each_kind_of_failure_has_its_words_and_none_of_the_providers(kind: ErrorKind, words: str) -> None:
    parts = (PAGSMILE, failure(kind, "canary: check", provider_code="canary", trace_id="canary"))
    assert warnings(*parts) == [f"PayBy {words.format('@U0ADMIN0001')}"]
    assert message(*parts).text.endswith(f"PayBy missing. PayBy {words.format(CONTACT)}")
    assert "canary" not in str(message(*parts))


def test_every_kind_of_failure_but_an_answer_has_words() -> None:
    assert {*LATER, *ASK} == set(ErrorKind) - {ErrorKind.CURRENCY_NOT_SUPPORTED}


@pytest.mark.parametrize(
    ("parts", "question", "subject"),
    [
        ([failure(currency="AED"), failure(currency="USD")], {}, "PayBy"),
        ([PAYBY, failure(currency="AED"), failure(currency="USD")], {}, "PayBy (AED, USD)"),
        ([PAYBY, failure(currency="USD")], {"currencies": USD}, "PayBy"),
        ([PAYBY, failure(account="uae")], {}, "PayBy uae"),
        ([PAYBY, failure(account="uae", currency="AED")], {}, "PayBy uae (AED)"),
        ([PAYBY, failure(account="ksa"), failure(account="uae")], {}, "PayBy (ksa, uae)"),
    ],
)
def test_a_failure_names_the_account_or_currency_if_others_were_read(
    parts: list[Part], question: dict[str, tuple[str, ...]], subject: str
) -> None:
    assert warnings(PAGSMILE, *parts, **question) == [f"{subject} {LATER[ErrorKind.TIMEOUT]}"]


def test_an_account_that_does_not_exist_gets_the_list_of_those_that_do() -> None:
    unknown = [
        failure(ErrorKind.INVALID_REQUEST, f"has no account '{name}': it has main, uae", account=name, field="accounts")
        for name in ("ksa", "egy")
    ]
    asked = {"providers": ("payby",), "accounts": ("payby:ksa", "payby:egy")}
    lines = ["PayBy has no account 'ksa': it has main, uae.", "PayBy has no account 'egy': it has main, uae."]
    assert [line.removeprefix(":warning: ") for line in shown(*unknown, **asked)] == lines
    assert warnings(PAGSMILE, *unknown, accounts=("payby:ksa", "payby:egy")) == lines


def test_the_worst_comes_first_and_of_more_than_five_the_rest_is_counted() -> None:
    old = report("payermax", balance("-5", minutes_old=49))
    late = [notice(NoticeKind.IMPOSSIBLE_TIME, f"late {number}") for number in (1, 2)]
    parts: list[Part] = [PAYBY, old, *late, notice(message="1 of 8 rows could not be read."), failure(provider="wise")]
    expected = [
        f"wise {LATER[ErrorKind.TIMEOUT]}",
        "PayBy: 1 of 8 rows could not be read.",
        "PayerMax is below zero: USD -5.00",
        "PayBy: late 1.",
        "PayBy: late 2.",
    ]
    assert warnings(*parts) == [*expected, "… and 1 more in Details."]
    spoken = " ".join([*expected, "… and 1 more in Details."])
    assert message(*parts).text.replace("\N{NO-BREAK SPACE}", " ").endswith(spoken)
    assert warnings(PAYBY, old)[1:] == ["PayerMax: figures are 49 min old."]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (15, []),
        (16, ["16 min"]),
        (61, ["1 h"]),
        (47 * 60 + 59, ["47 h"]),
        (48 * 60, ["2 days"]),
        (1_440_000, ["1,000 days"]),
        (-60, []),
    ],
)
def test_an_old_figure_says_how_old_it_is(minutes: int, words: list[str]) -> None:
    lines = warnings(PAGSMILE, report("payby", balance("1", minutes_old=minutes)))
    assert lines == [f"PayBy: figures are {each} old." for each in words]


def test_the_time_is_that_of_the_oldest_figure() -> None:
    assert "20 Nov 2026 at 22:45 UTC · not listed = not reported" in shown(
        PAGSMILE, report("payby", balance("1", minutes_old=180))
    )
    assert any(line.startswith(TIME) for line in shown(PAGSMILE))


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_is_said_once_as_a_warning_or_quietly_before_the_time(kind: NoticeKind) -> None:
    lines = shown(PAGSMILE, PAYBY, notice(kind, "the notice.", currency="USD"))
    if kind is NoticeKind.NOT_ISO_4217:
        assert lines[-2] == "USD is not an ISO 4217 code."
    else:
        (line,) = [line for line in lines if "the notice" in line]
        assert line == ("PayBy: the notice." if kind in QUIET else ":warning: PayBy: the notice.")
        assert (lines.index(line) == len(lines) - 2) is (kind in QUIET)


def test_a_notice_names_the_account_where_there_are_several_and_cannot_mention_anybody() -> None:
    accounts = [report("payby"), report("payby", balance("1"), account="uae")]
    assert warnings(*accounts, *(notice(account=name) for name in ("main", "uae", "uae"))) == [
        "PayBy main: 1 of 8 rows is unread.",
        "PayBy uae: 1 of 8 rows is unread.",
    ]
    text = message(PAYBY, notice(message="<!channel> <https://example.com|x> `a` & \u202eb")).text
    assert text.endswith("PayBy: &lt;!channel&gt; &lt;https://example.com|x&gt; 'a' &amp; b.")


def test_money_of_an_unknown_account_type_is_in_no_total_and_every_surface_says_so() -> None:
    vault = report("payermax", balance(None, None, None, "5", type="VAULT"), balance("3"))
    sentence = "PayerMax: USD\N{NO-BREAK SPACE}5.00 in accounts of an unknown type, in no total."
    for surface in crowded_surfaces(summary(PAGSMILE, vault)):
        text = "\n".join([surface.text, *(node["text"] for node in texts(surface.blocks))]).replace("*", "")
        assert sentence in text or surface.name == "details"
    assert shown(vault)[2] == "USD 3.00 available at PayerMax"


def test_codes_outside_iso_4217_are_shown_as_written_and_marked_once() -> None:
    reports = [
        report(name, balance("2.5000", currency="USDT"), balance("7", currency="CNH")) for name in ("payby", "payermax")
    ]
    lines = shown(*reports)
    assert "CNH 14 available" in lines
    assert lines[5] == "• PayBy: 2.5000"
    assert [line for line in lines if "ISO" in line] == ["CNH and USDT are not ISO 4217 codes."]


def test_who_does_not_hold_a_currency_or_was_not_asked_is_said_quietly() -> None:
    eur = {"currency": "EUR", "provider_code": "1"}
    other = failure(NOT_HELD.kind, provider="payermax", **eur), failure(NOT_HELD.kind, **eur)
    lines = shown(PAGSMILE, report("payermax"), NOT_HELD, currencies=USD)
    assert lines[2] == "PayBy and PayerMax do not hold USD."
    assert "PayBy was not asked about USD: its settings do not list it." in shown(PAGSMILE, NOT_ASKED, currencies=USD)
    lines = shown(PAGSMILE, PAYERMAX, *other, currencies=("EUR", "USD"))
    assert [line for line in lines if "EUR" in line] == ["Balances in EUR and USD", "Nobody holds EUR."]
    assert "PayBy: all balances are zero." in shown(PAGSMILE, report("payby", balance("0")))
    merchants = [report("payermax", account=name) for name in ("main", "uae")]
    assert "PayerMax does not hold USD." in shown(PAGSMILE, *merchants, currencies=USD)
    some = shown(PAGSMILE, *merchants, report("payermax", balance("1"), account="hk"), currencies=USD)
    assert "PayerMax main and PayerMax uae do not hold USD." in some


@pytest.mark.parametrize(
    ("parts", "question", "text"),
    [
        ([EMPTY, report("pagsmile")], {"currencies": EUR}, ["Nobody holds EUR."]),
        ([EMPTY], {"currencies": EUR, "providers": ("payby",)}, ["PayBy does not hold EUR."]),
        ([NOT_HELD], {"currencies": USD}, ["Nobody holds USD."]),
        ([EMPTY, notice(NoticeKind.NO_BALANCES, "none")], {"currencies": EUR}, ["Nobody holds EUR."]),
        (
            [EMPTY, failure(provider="payermax")],
            {"currencies": EUR},
            [
                ":warning: PayerMax did not answer in time. Try again in a minute.",
                "None of the providers that answered holds EUR.",
            ],
        ),
        (
            [report("pagsmile"), NOT_ASKED],
            {"currencies": USD},
            [
                "Nobody holds USD.",
                "PayBy was not asked about USD: its settings do not list it.",
            ],
        ),
        (
            [NOT_ASKED],
            {"currencies": USD, "providers": ("payby",)},
            ["PayBy was not asked about USD: its settings do not list it."],
        ),
        (
            [failure()],
            {"currencies": EUR},
            [":warning: PayBy did not answer in time. Try again in a minute.", "The balances are not known."],
        ),
        (
            [EMPTY, notice()],
            {"currencies": EUR},
            [":warning: PayBy: 1 of 8 rows is unread.", "Nothing in EUR was found in what could be read."],
        ),
        (
            [EMPTY, notice(NoticeKind.RELATED_CURRENCY, "there is also RMB", currency="RMB")],
            {"currencies": ("CNY",)},
            [":warning: PayBy: there is also RMB.", "Nothing in CNY was found in what could be read."],
        ),
        ([report("payby", balance("0"))], {}, ["All balances are zero."]),
        (
            [EMPTY, failure(account="uae")],
            {},
            [
                ":warning: PayBy uae did not answer in time. Try again in a minute.",
                "All balances that could be read are zero.",
            ],
        ),
        (
            [EMPTY, notice(NoticeKind.NO_BALANCES, "no balances were reported")],
            {},
            ["No balances were reported.", "PayBy: no balances were reported."],
        ),
        ([EMPTY, notice(NoticeKind.UNKNOWN_TIME, "no time")], {}, ["All balances are zero.", "PayBy: no time."]),
    ],
)
def test_zero_is_claimed_only_for_what_was_read(parts: list[Part], question: dict[str, Any], text: list[str]) -> None:
    assert shown(*parts, **question) == text
    spoken = "\n".join(text).replace(":warning: ", "")
    assert message(*parts, **question).text == spoken
    digest = render_digest(answer(*parts, **question))
    assert digest.text.endswith(f". {spoken}")
    assert text[-1] in str(digest.blocks)


def test_an_answer_without_balances_has_buttons_only_if_there_is_more_to_know() -> None:
    assert message(EMPTY, currencies=EUR).blocks == ()
    assert message(EMPTY, failure(provider="wise"), currencies=EUR).blocks[-1]["type"] == "actions"


def test_a_failure_of_the_whole_question_names_no_provider() -> None:
    refused = failure(ErrorKind.INVALID_REQUEST, "currencies: no", provider=None, account=None)
    assert shown(refused) == [":warning: currencies: no.", "The balances are not known."]


def test_long_lists_are_shortened_and_stay_within_slacks_limits() -> None:
    outages = [failure(provider=f"p{number}", currency=f"C{number:03}") for number in range(500)]
    unheld = [
        failure(NOT_HELD.kind, provider="wise", currency=f"C{number:03}", provider_code="1") for number in range(99)
    ]
    lines = shown(PAGSMILE, *outages, *unheld)
    assert lines[0] == "All balances, p0, p1, p2 and 497 more missing"
    assert "… and 495 more in Details." in lines[6]
    assert re.search("wise does not hold C000, .*, C007 or 91 more[.]", "\n".join(lines))
    assert "more note" in "\n".join(shown(PAGSMILE, *(report(f"p{'n' * 50}{number}") for number in range(100))))
