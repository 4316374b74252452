"""What a person entered in the forms of the watch: the fields, and a rule or what is wrong in which field. Pure."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from balance_core.watch_rules import COOLDOWN, ESCALATE_AFTER, STALE_AFTER, RuleError, read_rule
from balance_slack.commands import AmbiguousWord, Asked, Mistake, UnknownWord, parse
from balance_slack.form_error import FormError
from balance_slack.typed_amounts import AmbiguousAmountError, read_amount
from balance_slack.view.texts import listed

# Between the parts of a place, none of which contains it.
BETWEEN = "|"
EVERYWHERE = "all"
_CLOCK = "([01]?[0-9]|2[0-3]):([0-5][0-9])"
_QUIET = re.compile(rf"{_CLOCK}\s*(?:-|\u2013|\u2014|to|until)\s*{_CLOCK}")
_CODE = re.compile("[A-Z0-9]{3,10}")
_MOST_LINK_CHARACTERS = 1000
_T = TypeVar("_T")


class Field(StrEnum):
    """The fields of the rule's form: the ids of its blocks."""

    CURRENCY = "currency"
    WHERE = "where"
    TYPE = "type"
    FIGURE = "figure"
    WARNING = "warning"
    CRITICAL = "critical"
    RECOVERY = "recovery"
    IN_A_ROW = "in_a_row"
    COOLDOWN = "cooldown"
    STALE_AFTER = "stale_after"
    QUIET = "quiet"
    ZONE = "zone"
    CHANNEL = "channel"
    OWNER = "owner"
    ESCALATE_TO = "escalate_to"
    ESCALATE_AFTER = "escalate_after"
    LINK = "link"


# The fields of a rule that are in the form under another name.
_FIELD_OF = {"target": Field.WHERE, "time_zone": Field.ZONE}


def read_rule_form(entered: Mapping[str, str], kept: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The rule that the form describes, as JSON without what is left empty.

    `entered` are the texts by field. `kept` is what an edit cannot change: id, revision, kind, target and figure; empty
    for a new rule. Raises FormError.
    """
    form = _Form(entered, names)
    rule = {
        **(kept or form.money()),
        "warning": form.read(Field.WARNING, _amount),
        "critical": form.read(Field.CRITICAL, _amount),
        "recovery": form.read(Field.RECOVERY, _amount),
        "in_a_row": form.read(Field.IN_A_ROW, int),
        "cooldown": form.read(Field.COOLDOWN, lambda text: _minutes(text, COOLDOWN)),
        "stale_after": form.read(Field.STALE_AFTER, lambda text: _minutes(text, STALE_AFTER)),
        "quiet": form.read(Field.QUIET, lambda text: _quiet(text, entered.get(Field.ZONE, ""))),
        "channel": form.read(Field.CHANNEL, str),
        "owner": form.read(Field.OWNER, str),
        "escalate_to": form.read(Field.ESCALATE_TO, str),
        "escalate_after": form.read(Field.ESCALATE_AFTER, lambda text: _minutes(text, ESCALATE_AFTER)),
        "link": form.read(Field.LINK, _link),
    }
    rule = {name: value for name, value in rule.items() if value is not None}
    form.check(rule)
    return rule


class _Form:
    """Reads the fields one by one, and collects what is wrong."""

    def __init__(self, entered: Mapping[str, str], names: Mapping[str, str]) -> None:
        self._entered = entered
        self._names = names
        self._problems: dict[str, str] = {}

    def read(self, name: Field, reader: Callable[[str], _T]) -> _T | None:
        """The value; None where nothing was entered, or where it is wrong."""
        text = self._entered.get(name, "").strip()
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as exc:
            self._problems[name] = str(exc)
            return None

    def money(self) -> dict[str, Any]:
        """Which money: the currency, the place and the type of account, and what counts."""
        target: dict[str, Any] = {"currency": self.read(Field.CURRENCY, lambda text: _currency(text, self._names))}
        where, type_ = self._entered.get(Field.WHERE, EVERYWHERE), self._entered.get(Field.TYPE, EVERYWHERE)
        if where != EVERYWHERE:
            provider, _, account = where.partition(BETWEEN)
            target |= {"provider": provider, **({"account": account} if account else {})}
        if type_ != EVERYWHERE:
            if "account" not in target:
                self._problems[Field.TYPE] = "Choose a merchant account above as well, or all types."
            target["type"] = type_
        return {"target": target, "figure": self._entered.get(Field.FIGURE) or "available"}

    def check(self, rule: Mapping[str, Any]) -> None:
        """Raises FormError, also for fields that are wrong together."""
        if not self._problems:
            try:
                read_rule({"id": "new", **rule})
            except RuleError as exc:
                self._problems[_FIELD_OF.get(exc.field, exc.field)] = _sentence(exc)
        if self._problems:
            # Slack refuses an error for a field that is not in the form.
            known = {name: text for name, text in self._problems.items() if name in self._entered}
            raise FormError(known or {next(iter(self._entered)): " ".join(self._problems.values())})


def _sentence(error: RuleError) -> str:
    return f"{error.problem[:1].upper()}{error.problem[1:]}."


def _amount(text: str) -> str:
    try:
        return read_amount(text)
    except AmbiguousAmountError as exc:
        first, second = exc.choices
        raise ValueError(f"This can be two amounts. Write {first} or {second}.") from exc
    except ValueError as exc:
        raise ValueError("Write an amount such as 500000 or 500k.") from exc


def _minutes(text: str, bounds: range) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) not in bounds:
        raise ValueError(f"Write minutes from {bounds[0]} to {bounds[-1]}.")
    return int(text)


def _quiet(text: str, zone: str) -> dict[str, str]:
    match = _QUIET.fullmatch(text)
    if match is None:
        raise ValueError("Write two times, such as 22:00-07:00.")
    begin_hour, begin_minute, end_hour, end_minute = match.groups()
    return {"from": f"{begin_hour:0>2}:{begin_minute}", "to": f"{end_hour:0>2}:{end_minute}", "time_zone": zone.strip()}


def _link(text: str) -> str:
    if not text.startswith("https://") or len(text) > _MOST_LINK_CHARACTERS:
        raise ValueError(f"Write an address with https://, at most {_MOST_LINK_CHARACTERS:,} characters.")
    return text


def _currency(text: str, names: Mapping[str, str]) -> str:
    """The currency that the command would understand; any other code in capitals is money in that code."""
    asked = parse(text, names, "form")
    if isinstance(asked, Asked) and len(found := asked.question.currencies or ()) == 1 and not asked.ignored:
        return found[0]
    likely = [code for word in asked.words for code in _likely(word)] if isinstance(asked, Mistake) else []
    if likely:
        raise ValueError(f"Write one code: {listed(likely, 'or')}.")
    if isinstance(asked, Mistake) and _CODE.fullmatch(text):
        return text
    raise ValueError("Write one currency code, such as USD.")


def _likely(word: AmbiguousWord | UnknownWord) -> tuple[str, ...]:
    if isinstance(word, AmbiguousWord):
        return word.choices
    return (word.suggestion,) if word.suggestion else ()
