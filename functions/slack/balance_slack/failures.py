"""The providers that could not answer, in words for a person, and which of them the totals miss."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from balance_core.errors import ErrorKind
from balance_core.models import BalanceSummary, Failure
from balance_slack.accounts import several_accounts
from balance_slack.limits import Lines, counted, cut
from balance_slack.mrkdwn import code, escape
from balance_slack.names import listed

_MOST_PLACES = 8
_MOST_TRACES = 3
_ROOM = 2600
# The words of a message that says itself when to try again, as most do where that may help.
_SAYS_WHEN = "try again"


@dataclass(frozen=True, slots=True)
class Outage:
    """One reason of one provider, for all that it was given for: ten currencies that time out are one outage."""

    failures: Sequence[Failure]
    names: Mapping[str, str]
    are_accounts_named: bool

    @property
    def sentence(self) -> str:
        """What went wrong, in mrkdwn that is ours from end to end."""
        first = self.failures[0]
        message = escape(first.message, 400).rstrip(".") + "."
        if first.provider:
            accounts = [f"account {each.account}" for each in self.failures if self.are_accounts_named and each.account]
            places = _first([*accounts, *(each.currency for each in self.failures if each.currency)])
            where = f" ({', '.join(places)})" if places else ""
            return f"{_name(first.provider, self.names)}{where} {message}{_advice(first)}"
        if first.kind is ErrorKind.INVALID_REQUEST:
            return f"The question cannot be asked: {message}"
        return f"{message}{_advice(first)}"

    @property
    def has_support(self) -> bool:
        """Whether the provider gave anything for a ticket."""
        return bool(self.failures[0].provider_code) or any(each.trace_id for each in self.failures)

    @property
    def support(self) -> str:
        """The provider's own code and trace ids for a ticket, in mrkdwn; only where there are any."""
        first = self.failures[0]
        words = [f"code {code(first.provider_code)}"] if first.provider_code else []
        traces = list(dict.fromkeys(each.trace_id for each in self.failures if each.trace_id))
        words += [f"trace {code(trace)}" for trace in traces[:_MOST_TRACES]]
        whom = f"{_name(first.provider, self.names)}'s support" if first.provider else "a support ticket"
        return f"For {whom}: {listed(words)}."


def outages(summary: BalanceSummary, names: Mapping[str, str]) -> list[Outage]:
    """What went wrong, in the answer's order. "Does not hold that currency" is an answer and not among them."""
    several = several_accounts(summary)
    alike: dict[tuple[object, ...], list[Failure]] = {}
    for failure in summary.failures:
        if failure.kind.is_outage:
            reason = (failure.provider, failure.kind, failure.message, failure.provider_code)
            alike.setdefault(reason, []).append(failure)
    return [Outage(failures, names, failures[0].provider in several) for failures in alike.values()]


def warning_lines(summary: BalanceSummary, names: Mapping[str, str]) -> list[str]:
    """That the totals miss somebody, then every outage, in mrkdwn that holds none of the providers' own words."""
    incomplete = incomplete_sentence(summary, names)
    lines: list[str | Outage] = [*([incomplete] if incomplete else []), *outages(summary, names)]
    return cut(Lines(_warning, lines), _ROOM, lambda left: f"… and {counted(left, 'more failure', 'more failures')}.")


def incomplete_sentence(summary: BalanceSummary, names: Mapping[str, str]) -> str | None:
    """Whom the totals miss, wholly or in part; None when they are complete or there are none."""
    failed = [failure.provider for failure in summary.failures if failure.kind.is_outage]
    unique = [provider for provider in dict.fromkeys(failed) if provider]
    if not unique or not summary.totals:
        return None
    answered = {report.provider for report in summary.reports}
    absent = _first(names.get(provider, provider) for provider in unique if provider not in answered)
    partial = _first(names.get(provider, provider) for provider in unique if provider in answered)
    parts = [f"without {listed(absent)}"] if absent else []
    if partial:
        parts.append(f"with only a part of {listed(partial)}")
    return f"The totals are incomplete: {listed(parts)}."


def contact_lines(summary: BalanceSummary, contact: str) -> list[str]:
    """Whom to tell, where an outage will not pass by itself; `contact` is mrkdwn, empty for nobody."""
    lasts = any(failure.kind.is_outage and not failure.kind.is_retryable for failure in summary.failures)
    return [f"Please tell {contact}."] if contact and lasts else []


def unsupported_lines(summary: BalanceSummary, names: Mapping[str, str]) -> list[str]:
    """`PayBy does not hold USD.`: one quiet line for each provider, and for each account where there are several.

    It says so only of a provider that said so itself.
    """
    several = several_accounts(summary)
    currencies: dict[tuple[str, bool], list[str]] = {}
    for failure in summary.failures:
        if not failure.kind.is_outage:
            provider = str(failure.provider)
            account = f", account {escape(str(failure.account), 60)}," if provider in several else ""
            reason = _name(provider, names) + account, failure.is_unasked
            currencies.setdefault(reason, []).append(failure.currency or "that currency")
    return [
        f"{who} was not asked about {listed(_first(codes), 'or')}, which its settings do not list."
        if is_unasked
        else f"{who} does not hold {listed(_first(codes), 'or')}."
        for (who, is_unasked), codes in currencies.items()
    ]


def _advice(failure: Failure) -> str:
    """Whether trying again helps, where the message does not say so itself."""
    if _SAYS_WHEN in failure.message:
        return ""
    return " Trying again may help." if failure.kind.is_retryable else " Trying again will not help before that."


def _warning(line: str | Outage) -> str:
    return line if isinstance(line, str) else line.sentence


def _name(provider: str, names: Mapping[str, str]) -> str:
    return escape(names.get(provider, provider), 60)


def _first(words: Iterable[str]) -> list[str]:
    unique = list(dict.fromkeys(words))
    left = len(unique) - _MOST_PLACES
    shown = [escape(word, 80) for word in unique[:_MOST_PLACES]]
    return [*shown, f"{left} more"] if left > 0 else shown
