"""Classes of faults in an answer that is rightly signed or sealed: JSON that is none, and content that cannot be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from balance_core.errors import ErrorKind
from balance_core.http import MAX_ANSWER_BYTES
from tests.faults.dialects import Dialect
from tests.faults.fault_class import RIGHT_ANSWER, SEALED, FaultClass, Layer, Outcome
from tests.faults.places import Change, changing
from tests.local.simulators.documents import parse_json, to_json
from tests.local.simulators.exchange import Answer


def _class(name: str, layer: Layer, change: Change, right: Outcome = ErrorKind.BAD_RESPONSE, **more: Any) -> FaultClass:
    return FaultClass(name, layer, changing(change), right, **more)


def body(change: Callable[[bytes], bytes]) -> Change:
    """Change the body's bytes."""
    return lambda dialect, honest: dialect.with_body(honest, change(honest.body))


def amount(text: str) -> Change:
    """Put other JSON text where the amount stands."""

    def change(dialect: Dialect, honest: Answer) -> Answer:
        return _with_text(dialect, honest, f'"{dialect.field}":{dialect.amount}', f'"{dialect.field}":{text}')

    return change


def decimal(text: str) -> Change:
    """Put another decimal where the amount stands, written as the provider writes it."""

    def change(dialect: Dialect, honest: Answer) -> Answer:
        return amount(dialect.amount.replace("100.25", text))(dialect, honest)

    return change


def row(change: Callable[[Dialect, dict[str, Any]], object]) -> Change:
    """Change the row that holds the money."""

    def changed(dialect: Dialect, honest: Answer) -> Answer:
        document = parse_json(dialect.text(honest))
        change(dialect, dialect.row(document))
        return dialect.with_text(honest, to_json(document))

    return changed


def _twice(dialect: Dialect, honest: Answer) -> Answer:
    member = f'"{dialect.field}":{dialect.amount}'
    return _with_text(dialect, honest, member, f"{member.replace('100.25', '900.25')},{member}")


def _with_text(dialect: Dialect, honest: Answer, old: str, new: str) -> Answer:
    text = dialect.text(honest)
    if old not in text:
        raise AssertionError(f"{old} is not in {dialect.name}'s answer")
    return dialect.with_text(honest, text.replace(old, new, 1))


def _flood(item: bytes) -> bytes:
    """A list of as many as an answer may hold."""
    return b"[" + b",".join([item] * ((MAX_ANSWER_BYTES - 1) // (len(item) + 1))) + b"]"


def _labelled(content_type: str) -> Change:
    return lambda _, honest: replace(honest, headers={**honest.headers, "Content-Type": content_type})


def _repeated(dialect: Dialect, honest: Answer) -> Answer:
    document = parse_json(dialect.text(honest))
    rows = document
    for step in dialect.rows_at:
        rows = rows[step]
    rows.append(rows[0])
    return dialect.with_text(honest, to_json(document))


def _without_rows(dialect: Dialect, honest: Answer) -> Answer:
    return dialect.with_text(honest, '{"code":"APPLY_SUCCESS","head":{"applyStatus":"SUCCESS","code":"0"}}')


JSON = [
    _class("cut-off JSON", Layer.JSON, body(lambda honest: honest[: len(honest) // 2])),
    _class("JSON nested 100,000 deep", Layer.JSON, body(lambda _: b'{"code":' + b"[" * 100_000)),
    _class("a flood of tiny objects", Layer.JSON, body(lambda _: _flood(b'{"":[]}'))),
    _class("a flood of tiny numbers", Layer.JSON, body(lambda _: _flood(b"0.1"))),
    _class("a list instead of an object", Layer.JSON, body(lambda honest: b"[" + honest + b"]")),
    _class("null", Layer.JSON, body(lambda _: b"null")),
    _class("two documents", Layer.JSON, body(lambda honest: honest + honest)),
    _class("duplicate keys", Layer.JSON, _twice),
    _class("NaN", Layer.JSON, amount("NaN")),
    _class("Infinity", Layer.JSON, amount("-Infinity")),
    _class("1e999999", Layer.JSON, amount("1e999999")),
    _class("an exponent of twenty digits", Layer.JSON, amount("1e99999999999999999999")),
    _class("an integer of 5,000 digits", Layer.JSON, amount("9" * 5000)),
    _class("UTF-16", Layer.JSON, body(lambda honest: honest.decode().encode("utf-16"))),
    _class("byte order mark", Layer.JSON, body(lambda honest: b"\xef\xbb\xbf" + honest)),
    _class("bytes that are not UTF-8", Layer.JSON, body(lambda honest: honest + b"\xff")),
    _class("half a surrogate pair", Layer.JSON, row(lambda dialect, row: row.update(currency="\ud83d"))),
    _class("a charset that is none", Layer.JSON, _labelled("application/json; charset=rot13"), RIGHT_ANSWER),
    _class("labelled as a picture", Layer.JSON, _labelled("image/png"), RIGHT_ANSWER),
]
CONTENT = [
    _class("missing amount", Layer.CONTENT, row(lambda dialect, row: row.pop(dialect.field))),
    _class("null amount", Layer.CONTENT, amount("null")),
    _class("amount as a truth value", Layer.CONTENT, amount("true")),
    _class("amount as a list", Layer.CONTENT, amount("[100.25]")),
    _class("amount with a comma", Layer.CONTENT, amount('"1,234.50"')),
    _class("amount in full-width digits", Layer.CONTENT, amount('"\uff11\uff10\uff10"')),
    _class("amount with its currency", Layer.CONTENT, amount('"USD 100.25"')),
    _class("amount beyond any ledger", Layer.CONTENT, decimal("9" * 29)),
    _class("missing currency", Layer.CONTENT, row(lambda _, row: row.pop("currency"))),
    _class("unknown currency", Layer.CONTENT, row(lambda _, row: row.update(currency="XQQ"))),
    _class("currency as a number", Layer.CONTENT, row(lambda _, row: row.update(currency=840))),
    _class("no rows at all", Layer.CONTENT, _without_rows),
    _class("the same account twice", Layer.CONTENT, _repeated),
    _class(
        "answer for another currency",
        Layer.CONTENT,
        row(lambda _, row: row.update(currency="EUR")),
        # Only PayBy's question is bound to one currency; the others may hold none of it, and nothing is shown.
        exceptions={"payermax": (), "pagsmile": ()},
        currencies=("USD",),
    ),
    _class(
        "unknown account type",
        Layer.CONTENT,
        row(lambda _, row: row.update(accountType="SOMETHING_NEW")),
        (),  # shown under its own name, but not as available
        providers=("payermax",),
    ),
    _class(
        "account number as a number", Layer.CONTENT, row(lambda _, row: row.update(account_num=1)), providers=SEALED
    ),
]
