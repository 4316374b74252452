"""What the watch has to say, as the faces of the watch read it: a rule and one of its effects. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

import msgspec

from balance_core.contract import ContractError
from balance_core.money import Money
from balance_core.watch_effects import Effect, IncidentMessage
from balance_core.watch_rules import Rule, RuleError, Target, read_rule


@dataclass(frozen=True, slots=True)
class Alert:
    """An effect with its rule. `names` are the providers' display names, `code` is Slack's refusal to tell about."""

    rule: Rule
    effect: Effect
    names: Mapping[str, str]
    code: str = ""

    @classmethod
    def of(cls, rule: object, effect: object, names: Mapping[str, str], code: str = "") -> Self:
        """Raises ContractError."""
        try:
            return cls(read_rule(rule), msgspec.convert(effect, Effect), names, code)
        except (RuleError, msgspec.ValidationError):
            raise ContractError(
                "the watch's effect does not follow its contract: deploy all functions together"
            ) from None

    @property
    def message(self) -> IncidentMessage:
        """What the incident's message shows; nothing for an effect that has no incident."""
        return self.effect.message or IncidentMessage(opened=self.effect.at, since=self.effect.at)

    @property
    def target(self) -> Target:
        """The rule's money; of no currency for the rule about frozen money, whose rises have their own."""
        return self.rule.target or Target(currency="XXX")

    @property
    def currency(self) -> str:
        """The currency of the rule's amounts."""
        return self.target.currency

    @property
    def recovery_level(self) -> Decimal:
        """From here on it counts as recovered."""
        return self.rule.levels.recovery

    @property
    def recovery(self) -> str:
        """The same as text."""
        return f"{self.recovery_level:f}"

    def amount(self, text: str) -> str:
        """`412,000.00`."""
        return Money.parse(text, self.currency).figure()

    def name(self, provider: str) -> str:
        """The provider's display name."""
        return self.names.get(provider, provider.capitalize())
