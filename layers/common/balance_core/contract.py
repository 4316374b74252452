"""The domain on the wire: the JSON that functions answer each other with (events/schema/*-answer.v1.json)."""

from collections.abc import Iterable

from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure, ProviderAnswer
from balance_core.money import Money, MoneyError, require_currency
from balance_core.wire import Node, WireError, to_rfc3339

VERSION = 1
_AMOUNTS = ("available", "pending", "frozen", "total")
_FAILURE_TEXTS = ("provider", "account", "currency", "field", "provider_code", "trace_id")


def _amount_to_wire(money: Money | None) -> str | None:
    return None if money is None else money.to_wire()


def _balance_to_wire(balance: Balance) -> dict[str, object]:
    return {
        "account_type": balance.account.type,
        "account_number": balance.account.number,
        "account_name": balance.account.name,
        "account_label": balance.account.label,
        "currency": balance.currency,
        **{name: _amount_to_wire(getattr(balance, name)) for name in _AMOUNTS},
        "as_of": to_rfc3339(balance.as_of),
    }


def _reports_to_wire(reports: Iterable[BalanceReport]) -> list[dict[str, object]]:
    return [
        {
            "provider": report.provider,
            "account": report.account,
            "balances": [_balance_to_wire(balance) for balance in report.balances],
        }
        for report in reports
    ]


def _failures_to_wire(failures: Iterable[Failure]) -> list[dict[str, object]]:
    return [
        {
            **{name: getattr(failure, name) for name in _FAILURE_TEXTS},
            "kind": failure.kind.value,
            "message": failure.message,
            "correlation_id": failure.correlation_id,
            "retryable": failure.kind.is_retryable,
        }
        for failure in failures
    ]


def _totals_to_wire(totals: Iterable[BalanceTotal]) -> list[dict[str, object]]:
    return [
        {
            "currency": total.currency,
            "available": _amount_to_wire(total.available),
            "pending": _amount_to_wire(total.pending),
            "frozen": _amount_to_wire(total.frozen),
        }
        for total in totals
    ]


def provider_answer_to_wire(answer: ProviderAnswer) -> dict[str, object]:
    """What a provider function returns (events/schema/provider-answer.v1.json)."""
    return {
        "version": VERSION,
        "provider": answer.provider,
        "accounts": list(answer.accounts),
        "generated_at": to_rfc3339(answer.generated_at),
        "reports": _reports_to_wire(answer.reports),
        "failures": _failures_to_wire(answer.failures),
    }


def summary_to_wire(summary: BalanceSummary, request: dict[str, object]) -> dict[str, object]:
    """What the aggregator returns (events/schema/aggregator-answer.v1.json); `request` is the request as understood."""
    return {
        "version": VERSION,
        "request": request,
        "generated_at": to_rfc3339(summary.generated_at),
        "is_partial": summary.is_partial,
        "totals": _totals_to_wire(summary.totals),
        "reports": _reports_to_wire(summary.reports),
        "failures": _failures_to_wire(summary.failures),
    }


def read_provider_answer(node: Node) -> ProviderAnswer:
    """Read what a provider function returned. Raises WireError that names the place."""
    _require_version(node)
    return ProviderAnswer(
        provider=node.get("provider").text(),
        generated_at=node.get("generated_at").instant(),
        accounts=tuple(item.text() for item in node.get("accounts").items()),
        reports=_read_reports(node),
        failures=_read_failures(node),
    )


def read_summary(node: Node) -> BalanceSummary:
    """Read what the aggregator returned. Raises WireError that names the place."""
    _require_version(node)
    return BalanceSummary(
        generated_at=node.get("generated_at").instant(),
        totals=tuple(
            BalanceTotal(
                currency=_read_currency(item),
                available=_read_amount(item, "available"),
                pending=_read_amount(item, "pending"),
                frozen=_read_amount(item, "frozen"),
            )
            for item in node.get("totals").items()
        ),
        reports=_read_reports(node),
        failures=_read_failures(node),
    )


def _require_version(node: Node) -> None:
    version = node.get("version").value
    if version != VERSION or version is True:
        raise WireError(f"{node.path}.version", f"must be {VERSION}: deploy all functions together")


def _optional_text(node: Node, name: str) -> str | None:
    member = node.optional(name)
    return None if member is None else member.text()


def _read_currency(node: Node) -> str:
    currency = node.get("currency")
    try:
        return require_currency(currency.text())
    except MoneyError as exc:
        raise WireError(currency.path, str(exc)) from exc


def _read_amount(node: Node, name: str) -> Money | None:
    member = node.optional(name)
    if member is None:
        return None
    try:
        return Money.parse(member.text(), _read_currency(node))
    except MoneyError as exc:
        raise WireError(member.path, str(exc)) from exc


def _read_balance(node: Node) -> Balance:
    return Balance(
        account=Account(
            type=node.get("account_type").text(),
            number=_optional_text(node, "account_number"),
            name=_optional_text(node, "account_name"),
            label=_optional_text(node, "account_label"),
        ),
        currency=_read_currency(node),
        as_of=node.get("as_of").instant(),
        **{name: _read_amount(node, name) for name in _AMOUNTS},
    )


def _read_reports(node: Node) -> tuple[BalanceReport, ...]:
    return tuple(
        BalanceReport(
            provider=item.get("provider").text(),
            account=item.get("account").text(),
            balances=tuple(_read_balance(balance) for balance in item.get("balances").items()),
        )
        for item in node.get("reports").items()
    )


def _read_failures(node: Node) -> tuple[Failure, ...]:
    return tuple(
        Failure(
            kind=_read_kind(item.get("kind")),
            message=item.get("message").text(),
            correlation_id=item.get("correlation_id").text(),
            **{name: _optional_text(item, name) for name in _FAILURE_TEXTS},
        )
        for item in node.get("failures").items()
    )


def _read_kind(node: Node) -> ErrorKind:
    try:
        return ErrorKind(node.text())
    except ValueError as exc:
        raise WireError(node.path, "is not a known kind of failure") from exc
