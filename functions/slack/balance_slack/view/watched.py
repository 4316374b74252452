"""A rule as it is now: its headline, since when, whether it needs attention, and which money it is about. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import msgspec

from balance_core.question import Question, accounts_at
from balance_core.watch_effects import IncidentMessage
from balance_core.watch_requests import ListedRule
from balance_core.watch_rules import RuleKind
from balance_slack.view import watch_words as words
from balance_slack.view.mrkdwn import escape
from balance_slack.view.watch_effect import Alert

# With an open incident: something was low or not seen, and is not back yet.
_OPEN = ("critical", "low", "unseen", "recovering")
FROZEN = "frozen money"
_SIGNS = {"pending": ":hourglass_flowing_sand:", "freeze": ":snowflake:", "so far": ":warning:"}
_MAX_HEADLINE_CHARACTERS = 150


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watch lists of one rule; `alert` is its present, with a promise and a snooze only while they last."""

    listed: ListedRule
    alert: Alert

    @classmethod
    def of(cls, listed: ListedRule, names: Mapping[str, str]) -> Self:
        """`names` are the providers' display names. Raises ContractError."""
        alert = Alert.of(listed.rule, listed.effect, names)
        now = alert.effect.at
        since = listed.since or now
        incident = alert.effect.message or IncidentMessage(opened=since, since=since)
        # The next run of the watch will say that their time is over.
        promise = incident.promise if incident.promise and now < incident.promise.until else None
        snooze = listed.snooze if listed.snooze and now < listed.snooze.until else None
        incident = msgspec.structs.replace(incident, promise=promise, snooze=snooze)
        effect = msgspec.structs.replace(alert.effect, message=incident)
        return cls(listed, replace(alert, effect=effect))

    @property
    def is_freeze(self) -> bool:
        """Whether it announces frozen money that rises: there is one such rule, about all money."""
        return self.alert.rule.kind is RuleKind.FREEZE

    @property
    def is_open(self) -> bool:
        """Whether there is trouble, or it is only recovering from it."""
        return self.alert.effect.state in _OPEN

    @property
    def is_fine(self) -> bool:
        """Whether it is known that nothing is wrong."""
        return self.alert.effect.state == "ok" and not self.needs_attention and not self.is_only_so_far

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look: also where people may not have been told."""
        return self.is_open or self.listed.undelivered > 0

    @property
    def is_only_so_far(self) -> bool:
        """Whether money that is still fine was not above its warning level at the last look."""
        return self.alert.effect.state == "ok" and not self.is_freeze and not words.is_above(self.alert)

    @property
    def sign(self) -> str:
        """The emoji of its state."""
        if self.is_freeze:
            return _SIGNS["freeze"]
        if self.is_only_so_far:
            return _SIGNS["so far"]
        return _SIGNS.get(self.alert.effect.state) or words.sign(self.alert)

    @property
    def headline(self) -> str:
        """`PHP at PayerMax is critical: 180,400.00`, escaped."""
        return escape(self._headline(), _MAX_HEADLINE_CHARACTERS)

    def _headline(self) -> str:
        if self.is_freeze:
            return "Frozen money is watched"
        state, figure, money = self.alert.effect.state, words.figure_text(self.alert), words.subject(self.alert)
        if state == "unseen" and figure is None:
            return f"{money} has never been seen"
        if state == "pending":
            return f"{money} has not been seen yet" if figure is None else f"{money} is new: {figure}"
        # With an incident, it is back, but that was not said yet.
        if state == "ok" and figure is not None and (self.is_only_so_far or self.alert.effect.incident is None):
            return f"{money} is fine{' so far' if self.is_only_so_far else ''}: {figure}"
        return words.headline(self.alert)

    @property
    def since(self) -> str:
        """`, since Today at 7:45 AM` behind the headline: when its state began, or when it was seen last."""
        effect, begun = self.alert.effect, self.listed.since
        if effect.state == "unseen" and not effect.bound:
            begun = effect.figure_at
        is_awaited = effect.state == "pending" and effect.figure is None
        if self.is_freeze or self.is_only_so_far or is_awaited or begun is None:
            return ""
        comma = "" if effect.state == "unseen" and not words.is_seen_again(self.alert) else ","
        return f"{comma} {words.since_words(begun)}"

    @property
    def line(self) -> str:
        """Its state in one line."""
        return f"{self.sign} {self.headline}{self.since}{', snoozed' if self.alert.message.snooze else ''}"

    @property
    def target_words(self) -> str:
        """The rule's name without its levels: `PHP payermax:uae DISBURSEMENT`, not escaped."""
        return target_words(self.listed.rule)

    def is_about(self, question: Question) -> bool:
        """Whether a person who asks about this money wants to see the rule. Frozen money is nobody's in particular."""
        target = self.alert.rule.target
        if target is None:
            return is_about_all(question)
        if question.currencies is not None and target.currency not in question.currencies:
            return False
        if target.provider is None:
            return True
        if question.providers is not None and target.provider not in question.providers:
            return False
        names = {name.casefold() for name in accounts_at(question, target.provider) or ()}
        return not names or target.account is None or target.account.casefold() in names

    def concerns(self, currencies: Collection[str]) -> bool:
        """Whether it is about one of these currencies; none means all."""
        target = self.alert.rule.target
        return target is None or not currencies or target.currency in currencies


def is_about_all(question: Question) -> bool:
    """Whether a question names no currency, provider or account."""
    return not any((question.currencies, question.providers, question.accounts))


def worst_first(rules: Sequence[Watched]) -> list[Watched]:
    """The watch lists the worst states first; before those that are fine come those about which nobody was told.

    Frozen money is last, unless it needs attention.
    """
    return sorted(rules, key=lambda each: (not each.needs_attention, each.is_freeze and not each.needs_attention))


def target_words(rule: Mapping[str, Any]) -> str:
    """The money of a rule as JSON, which may be a draft: `PHP payermax:uae DISBURSEMENT`; empty if it names none."""
    if rule.get("kind") == RuleKind.FREEZE.value:
        return FROZEN
    target = rule.get("target")
    if not isinstance(target, Mapping):
        return ""
    currency, provider, account, type_ = (
        str(target.get(name) or "") for name in ("currency", "provider", "account", "type")
    )
    place = f"{provider}:{account}" if account else provider
    return " ".join(filter(None, (currency, place, type_)))
