"""Faults in an answer with a right signature: malformed JSON, and content that cannot be true."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from balance_core.errors import ErrorKind
from balance_core.models import NoticeKind
from balance_core.provider.http import MAX_ANSWER_BYTES
from tests.faults.dialects import Dialect
from tests.faults.fault_class import ALL, RIGHT_ANSWER, SEALED, FaultClass, Outcome, classes
from tests.faults.transport import Change, changing
from tests.local.http_server import Response
from tests.local.simulators.exact_json import parse_json, to_json

_WITHOUT_ROWS = '{"code":"APPLY_SUCCESS","head":{"applyStatus":"SUCCESS","code":"0"}}'


def _body(change: Callable[[bytes], bytes]) -> Change:
    """Change the body's bytes."""
    return lambda dialect, honest: dialect.with_body(honest, change(honest.body))


def _amount(text: str) -> Change:
    """Replace the amount by other JSON text."""
    return lambda dialect, honest: dialect.with_amount(honest, text)


def decimal(text: str) -> Change:
    """Replace the amount by another decimal, written as the provider writes it."""
    return lambda dialect, honest: dialect.with_amount(honest, dialect.amount.replace("100.25", text))


def _twice(dialect: Dialect, honest: Response) -> Response:
    other = dialect.amount.replace("100.25", "900.25")
    return dialect.with_amount(honest, f'{other},"{dialect.field}":{dialect.amount}')


def document(change: Callable[[Dialect, Any], object]) -> Change:
    """Change the parsed JSON that holds the amounts."""

    def changed(dialect: Dialect, honest: Response) -> Response:
        parsed = parse_json(dialect.text(honest))
        change(dialect, parsed)
        return dialect.with_text(honest, to_json(parsed))

    return changed


def _money(change: Callable[[Dialect, dict[str, Any]], object]) -> Change:
    """Change the object that holds amount and currency."""
    return document(lambda dialect, parsed: change(dialect, dialect.money(parsed)))


def _flood(item: bytes) -> bytes:
    """A list of as many items as an answer may hold."""
    return b"[" + b",".join([item] * ((MAX_ANSWER_BYTES - 1) // (len(item) + 1))) + b"]"


def _labelled(content_type: str) -> Change:
    return lambda _, honest: replace(honest, headers={**honest.headers, "Content-Type": content_type})


def changes(right: Outcome, changes: Mapping[str, Change], providers: tuple[str, ...] = ALL) -> list[FaultClass]:
    """Classes of answers that are changed, by name."""
    return classes(right, {name: changing(change) for name, change in changes.items()}, providers)


DOCUMENTS = [
    *changes(
        ErrorKind.BAD_RESPONSE,
        {
            "cut-off JSON": _body(lambda honest: honest[: len(honest) // 2]),
            "JSON nested 100,000 deep": _body(lambda _: b'{"code":' + b"[" * 100_000),
            "a flood of tiny objects": _body(lambda _: _flood(b'{"":[]}')),
            "a flood of tiny numbers": _body(lambda _: _flood(b"0.1")),
            "a list instead of an object": _body(lambda honest: b"[" + honest + b"]"),
            "null": _body(lambda _: b"null"),
            "two documents": _body(lambda honest: honest + honest),
            "UTF-16": _body(lambda honest: honest.decode().encode("utf-16")),
            "bytes that are not UTF-8": _body(lambda honest: honest + b"\xff"),
            "no rows at all": lambda dialect, honest: dialect.with_text(honest, _WITHOUT_ROWS),
        },
    ),
    *changes(
        NoticeKind.UNREAD_ROWS,
        {
            "duplicate keys": _twice,
            "NaN": _amount("NaN"),
            "Infinity": _amount("-Infinity"),
            "1e999999": _amount("1e999999"),
            "an exponent of twenty digits": _amount("1e99999999999999999999"),
            "an integer of 5,000 digits": _amount("9" * 5000),
            "half a surrogate pair": _money(lambda _, money: money.update(currency="\ud83d")),
            "missing amount": _money(lambda dialect, money: money.pop(dialect.field)),
            "null amount": _amount("null"),
            "amount as a truth value": _amount("true"),
            "amount as a list": _amount("[100.25]"),
            "amount with a comma": _amount('"1,234.50"'),
            "amount in full-width digits": _amount('"\uff11\uff10\uff10"'),
            "amount with its currency": _amount('"USD 100.25"'),
            "amount beyond any ledger": decimal("9" * 29),
            "missing currency": _money(lambda _, money: money.pop("currency")),
            "currency as a number": _money(lambda _, money: money.update(currency=840)),
            "the same account twice": document(
                lambda dialect, parsed: dialect.rows(parsed).append(dialect.rows(parsed)[0])
            ),
        },
    ),
    *changes(
        RIGHT_ANSWER,
        {
            "byte order mark": _body(lambda honest: b"\xef\xbb\xbf" + honest),
            "unknown charset": _labelled("application/json; charset=rot13"),
            "labelled as a picture": _labelled("image/png"),
        },
    ),
    FaultClass(
        "answer for another currency",
        changing(_money(lambda _, money: money.update(currency="EUR"))),
        # The merchant may hold none of it, and a notice says that none was reported.
        (),
        currencies=("USD",),
    ),
    # Money in that code. PayBy's question names its currency, so there such a row is skipped.
    *changes(
        ("XQQ 100.25",),
        {"code outside ISO 4217": _money(lambda _, money: money.update(currency="XQQ"))},
        ("payermax", "pagsmile"),
    ),
    # Shown under its own name, but not as available.
    *changes((), {"unknown account type": _money(lambda _, money: money.update(accountType="NEW"))}, ("payermax",)),
    *changes(
        RIGHT_ANSWER, {"account number as a number": _money(lambda _, money: money.update(account_num=1))}, SEALED
    ),
]
