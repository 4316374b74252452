"""The form of a rule: what it shows, what a person may enter, and what is said before and after it is saved."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from balance_core.watch_requests import Preview, Problem
from balance_core.watch_rules import read_rule
from balance_slack.form_error import FormError
from balance_slack.rule_form import Field, read_rule_form
from balance_slack.view.rule_form import Places, not_saved_view, preview_view, rule_form, saved_view
from tests.clock import NOW
from tests.local.simulators.block_kit import view_problems
from tests.local.simulators.slack_forms import initial_values
from tests.unit.slack_cases import NAMES

DRAFT = {
    "target": {"currency": "PHP", "provider": "payermax", "account": "uae", "type": "DISBURSEMENT"},
    "warning": "500000",
    "channel": "C0MONEY001",
    "owner": "U0BEN00001",
}
STORED = {
    **DRAFT,
    "id": "php",
    "revision": 3,
    "kind": "level",
    "figure": "reachable",
    "critical": "200000",
    "recovery": "750000.5",
    "in_a_row": 3,
    "cooldown": 30,
    "stale_after": 45,
    "quiet": {"from": "22:00", "to": "07:00", "time_zone": "Asia/Manila"},
    "escalate_to": "U0CARL0001",
    "escalate_after": 15,
    "link": "https://merchant.example.com/top-up",
}
PLACES = Places(
    NAMES,
    [("payby", "main"), ("payermax", "sg"), ("payermax", "uae")],
    [("payermax", "ACQUIRING"), ("payermax", "DISBURSEMENT"), ("payby", "DISBURSEMENT")],
)
SEEN = Preview(
    since=NOW - timedelta(days=30),
    snapshots=2880,
    readings=2870,
    notifications={"low": 3, "all_clear": 1},
    longer_than_two_hours=3,
    shorter=1,
    missed=0,
)


def entered(view: Mapping[str, Any], **changes: str) -> dict[str, str]:
    """What the form holds if nobody changes anything, with `changes`."""
    assert view_problems(view, "modal") == []
    return {name: str(value or "") for name, value in initial_values(view["blocks"]).items()} | changes


def read(draft: Mapping[str, Any] = DRAFT, /, **changes: str) -> dict[str, Any]:
    view = rule_form(draft, PLACES, "UTC")
    kept = json.loads(str(view["private_metadata"] or "{}"))
    return read_rule_form(entered(view, **changes), kept, NAMES)


def problems(**changes: str) -> Mapping[str, str]:
    with pytest.raises(FormError) as raised:
        read(**changes)
    return raised.value.problems


def shown(view: Mapping[str, Any]) -> str:
    assert view_problems(view, "modal") == []
    return "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")


@pytest.mark.parametrize(
    "rule", [STORED, STORED | {"quiet": None, "critical": None, "link": None}, {**DRAFT, "id": "a"}]
)
def test_a_form_that_nobody_changes_is_the_rule_again(rule: dict[str, Any]) -> None:
    again = read_rule({"id": "php", **read(rule)})
    assert again == read_rule(rule)


def test_a_new_rule_has_the_defaults_and_no_id() -> None:
    assert read() == {
        **DRAFT,
        "figure": "available",
        "in_a_row": 2,
        "cooldown": 60,
        "stale_after": 60,
        "escalate_after": 30,
    }


def test_a_form_without_words_asks_for_everything_and_says_each_default() -> None:
    view: Any = rule_form({"channel": "", "owner": "U0BEN00001"}, Places(NAMES), "Asia/Dubai")
    assert view_problems(view, "modal") == []
    fields: Any = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert {*fields} == {each.value for each in Field}
    must = {name for name, block in fields.items() if not block["optional"]}
    with_default = {name for name, block in fields.items() if "Default" in block.get("hint", {}).get("text", "")}
    assert {*fields} - with_default == {Field.CURRENCY, Field.WARNING, Field.CHANNEL}
    assert {Field.CURRENCY, Field.WARNING, Field.CHANNEL} <= must
    assert fields[Field.ZONE]["element"]["initial_value"] == "Asia/Dubai"


def test_a_form_that_was_asked_for_in_a_direct_message_begins_without_a_channel() -> None:
    assert entered(rule_form({**DRAFT, "channel": "D0123456789"}, PLACES, "UTC"))[Field.CHANNEL] == ""


def test_the_money_of_a_stored_rule_cannot_be_changed() -> None:
    view = rule_form(STORED, PLACES, "UTC")
    assert "*PHP at PayerMax, account uae, DISBURSEMENT, available and pending*" in shown(view)
    assert not {Field.CURRENCY, Field.WHERE, Field.TYPE, Field.FIGURE} & entered(view).keys()


def test_accounts_and_types_that_were_seen_can_be_chosen_and_those_of_the_rule_always() -> None:
    target = {"currency": "PHP", "provider": "payermax", "account": "hk", "type": "P"}
    view: Any = rule_form({"target": target}, PLACES, "UTC")
    choices: Any = {
        block["block_id"]: {each["value"]: each["text"]["text"] for each in block["element"]["options"]}
        for block in view["blocks"]
        if block["type"] == "input" and block["block_id"] in (Field.WHERE, Field.TYPE)
    }
    assert choices[Field.WHERE]["all"] == "All providers"
    assert choices[Field.WHERE]["payermax"] == "PayerMax, all accounts"
    assert choices[Field.WHERE]["payermax|uae"] == "PayerMax, account uae"
    assert choices[Field.WHERE]["payermax|hk"] == "PayerMax, account hk"
    assert choices[Field.TYPE] == {
        "all": "All types",
        "ACQUIRING": "ACQUIRING (PayerMax)",
        "DISBURSEMENT": "DISBURSEMENT (PayerMax, PayBy)",
        "P": "P",
    }
    many = Places(
        NAMES,
        [("payby", "a" * 150), *(("payby", f"a{number:03}") for number in range(300))],
        [("payby", "T" * 151), *(("payby", f"T{number}") for number in range(300))],
    )
    cut = rule_form(DRAFT, many, "UTC")
    assert view_problems(cut, "modal") == []
    assert not any(name in json.dumps(cut) for name in ("a" * 150, "T" * 151))


def test_words_that_were_not_understood_are_named() -> None:
    assert shown(rule_form(DRAFT, PLACES, "UTC", ["tomorrow", "`x`"])) == "Ignored: `tomorrow` and `'x'`."


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"currency": "peso"}, "currency", "Write one code: ARS, CLP, COP, CUP, DOP, MXN, PHP or UYU."),
        ({"currency": "uds"}, "currency", "Write one code: USD."),
        ({"currency": "USD AED"}, "currency", "Write one currency code, such as USD."),
        ({"currency": "PayBy"}, "currency", "Write one currency code, such as USD."),
        ({"where": "payermax"}, "type", "Choose a merchant account above as well, or all types."),
        ({"warning": "1.500"}, "warning", "This can be two amounts. Write 1500 or 1.5."),
        ({"warning": "much"}, "warning", "Write an amount such as 500000 or 500k."),
        ({"warning": "0"}, "recovery", "Must be above the warning level; a rule that warns at 0 must name it."),
        ({"critical": "500k"}, "critical", "Must be below the warning level."),
        ({"recovery": "500k"}, "recovery", "Must be above the warning level; a rule that warns at 0 must name it."),
        ({"cooldown": "1441"}, "cooldown", "Write minutes from 0 to 1440."),
        ({"stale_after": "5"}, "stale_after", "Write minutes from 15 to 1440."),
        ({"escalate_after": "soon"}, "escalate_after", "Write minutes from 5 to 1440."),
        ({"quiet": "at night"}, "quiet", "Write two times, such as 22:00-07:00."),
        ({"quiet": "25:00-07:00"}, "quiet", "Write two times, such as 22:00-07:00."),
        ({"quiet": "07:00-07:00"}, "quiet", "Must begin and end at different times."),
        ({"quiet": "22:00-07:00", "zone": "Mars"}, "time_zone", "Must be a time zone such as Asia/Manila."),
        ({"link": "http://example.com"}, "link", "Write an address with https://, at most 1,000 characters."),
        ({"link": f"https://{'a' * 993}"}, "link", "Write an address with https://, at most 1,000 characters."),
        ({"link": "https://example.com/a b"}, "link", "Is missing, or not what the rule needs there."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, str], field: str, problem: str) -> None:
    assert problems(**changes) == {"zone" if field == "time_zone" else field: problem}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert problems(warning="x", quiet="x", cooldown="x").keys() == {"warning", "quiet", "cooldown"}


def test_a_problem_with_what_an_edit_cannot_change_is_said_at_the_first_field() -> None:
    view = rule_form(STORED, PLACES, "UTC")
    with pytest.raises(FormError) as raised:
        read_rule_form(entered(view), {"id": "php", "target": {"currency": "php"}}, NAMES)
    assert raised.value.problems == {"warning": "Is missing, or not what the rule needs there."}


@pytest.mark.parametrize(("typed", "code"), [("php", "PHP"), ("dollars", "USD"), ("usdt", "USDT"), ("XTS9", "XTS9")])
def test_a_currency_is_read_as_in_a_command_and_any_other_code_in_capitals_is_money(typed: str, code: str) -> None:
    assert read(currency=typed)["target"]["currency"] == code


def test_all_providers_all_accounts_and_quiet_hours_are_read() -> None:
    assert read(where="all", type="all")["target"] == {"currency": "PHP"}
    assert read(where="payermax", type="all")["target"] == {"currency": "PHP", "provider": "payermax"}
    assert read(quiet=" 9:30 to 17:00 ", zone="Asia/Manila")["quiet"] == {
        "from": "09:30",
        "to": "17:00",
        "time_zone": "Asia/Manila",
    }


def preview(**changes: Any) -> str:
    view = preview_view(DRAFT, NAMES, Preview(**(as_dict(SEEN) | changes)), ["PayerMax, account sg"], NOW, 30)
    assert json.loads(str(view["private_metadata"])) == DRAFT
    return shown(view)


def as_dict(seen: Preview) -> dict[str, Any]:
    return {name: getattr(seen, name) for name in seen.__struct_fields__}


def test_before_a_rule_is_saved_its_past_is_told() -> None:
    text = preview()
    assert "*PHP at PayerMax, account uae, DISBURSEMENT, available*" in text
    assert "Warning at or below 500,000.00, critical below zero, back at or above 750,000.00" in text
    assert "In <#C0MONEY001>, owner <@U0BEN00001>" in text
    assert text.endswith(
        "*In the last 30 days: 4 notifications.*\n"
        "3 times the balance was at or below the level for more than 2 hours, once for less. Missed: none."
    )


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"notifications": {}, "longer_than_two_hours": 0, "shorter": 0}, "was never at or below the warning level."),
        ({"shorter": 0}, "3 times the balance was at or below the level for more than 2 hours. Missed: none."),
        ({"longer_than_two_hours": 0, "shorter": 2}, "Twice the balance was at or below the level for less than 2"),
        ({"missed": 1}, "Missed: 1."),
        ({"notifications": {"low": 1}}, "*In the last 30 days: 1 notification.*"),
        ({"snapshots": 0, "readings": 0}, "Nothing is stored of the last 30 days, so nobody knows what this rule"),
        (
            {"readings": 0},
            "*No figure of this money was seen in the last 30 days.* Are the names right?\nSeen last: Pay",
        ),
        ({"since": NOW - timedelta(days=3)}, "Nothing is stored from before {date_short_pretty}"),
        ({"snapshots": 120}, "Snapshots came only every 6 h, and a figure is too old after 1 h: in between, this rule"),
    ],
)
def test_what_a_preview_does_not_know_is_said(changes: dict[str, Any], text: str) -> None:
    assert text in preview(**changes)


def test_a_level_below_which_money_is_critical_is_named_in_the_preview() -> None:
    view = preview_view({**DRAFT, "critical": "200000"}, NAMES, SEEN, [], NOW, 30)
    assert "critical at or below 200,000.00" in shown(view)


def test_after_saving_the_modal_says_so_and_closes_the_form_below_it() -> None:
    view = saved_view(STORED, NAMES, is_new=True)
    assert (view["clear_on_close"], "is watched now." in shown(view)) == (True, True)
    assert "with the new settings" in shown(saved_view(STORED, NAMES, is_new=False))
    everywhere = saved_view({"target": {"currency": "PHP"}}, NAMES, is_new=True)
    assert "*PHP at all providers, available* is watched now." in shown(everywhere)
    refused = not_saved_view(Problem(field="revision", problem="is not the present one"))
    assert shown(refused) == ":warning: *Nothing was saved.* The revision is not the present one."
    assert shown(not_saved_view(None)) == ":warning: *Nothing was saved.*"
