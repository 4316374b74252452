"""How each provider sends its rows: signed or encrypted, with odd envelopes that are still authentic."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import httpx

from balance_core.models import NoticeKind
from balance_core.strict_json import to_rfc3339
from tests.clock import NOW
from tests.local.simulators.pagsmile_encryption import new_iv, new_key, seal, wrap_key
from tests.odd.rows import Row
from tests.odd.values import as_object
from tests.provider_fixtures import MERCHANT, PROVIDER


@dataclass(frozen=True)
class Sent:
    """An answer, what is odd about its envelope, and the notices that this needs beside those about rows."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    odd: tuple[str, ...]
    notices: frozenset[NoticeKind] = frozenset()

    @property
    def response(self) -> httpx.Response:
        """As httpx receives it."""
        return httpx.Response(self.status, headers=list(self.headers), stream=httpx.ByteStream(self.body))


def payermax_answer(random: Random, rows: list[Row], *, any_shown: bool) -> Sent:
    """PayerMax's answer; `any_shown` says whether a balance will be shown, so that its time matters."""
    times = {
        "time exact": json.dumps(to_rfc3339(NOW)),
        "time with offset": '"2026-11-21T09:45:38.960+08:00"',
        "time null": "null",
        "time absent": None,
        "time without offset": '"2026-11-21T01:45:38"',
        "time in words": '"today"',
        "time number": "1795225538960",
        "time in ten years": json.dumps(to_rfc3339(NOW + timedelta(days=3650))),
    }
    time = random.choice(list(times))
    notice = {"time exact": None, "time with offset": None, "time in ten years": NoticeKind.IMPOSSIBLE_TIME}
    inner = random.choice((None, "null", '""', '"SUCCESS"', '"0000"', '"APPLY_SUCCESS"'))
    data = {
        "inquiryTime": times[time],
        "errorCode": inner,
        "errorMsg": random.choice((None, "null", '""')),
        "accountRealTimeTypes": _list(random, rows),
    }
    body = as_object({"code": '"APPLY_SUCCESS"', "msg": "null", "data": as_object(data)})
    kind = notice.get(time, NoticeKind.UNKNOWN_TIME)
    notices = frozenset({kind} if kind and any_shown else ())
    return _sent(random, body, random.choice((1, 1, 2)), (time, f"inner code {inner}"), notices)


def payby_answer(random: Random, rows: list[Row], member: str | None) -> Sent:
    """PayBy's answer."""
    success = random.choice((None, "true", '"true"', "null"))
    head = {
        "applyStatus": random.choice(('"SUCCESS"', '"success"')),
        "code": random.choice(('"0"', "0")),
        "success": success,
        "traceCode": random.choice((None, "375099", '"375099"')),
    }
    no_member = random.choice((None, "null", '""', "[]"))
    member_text = no_member if member is None else random.choice((member, json.dumps(member)))
    body = {"memberId": member_text, "balanceList": _list(random, rows)}
    odd = (f"success {success}", f"member {no_member if member is None else 'known'}")
    return _sent(random, as_object({"head": as_object(head), "body": as_object(body)}), random.choice((1, 1, 2)), odd)


def pagsmile_answer(random: Random, rows: list[Row]) -> Sent:
    """Pagsmile's answer."""
    shapes: dict[str, Callable[[str], str]] = {
        "envelope as documented": lambda text: text,
        "envelope with line breaks": lambda text: "\\n".join(text[at : at + 40] for at in range(0, len(text), 40)),
        "envelope url-safe": lambda text: text.replace("+", "-").replace("/", "_"),
        "envelope unpadded": lambda text: text.rstrip("="),
        "envelope with blanks": lambda text: f" {text} ",
    }
    shape = random.choice(list(shapes))
    iv = random.choice((new_iv(), new_iv().lower()))
    bom = random.choice(("", "\ufeff"))
    key = new_key(random.choice((16, 24, 32)))
    data = shapes[shape](seal(bom + (_list(random, rows) or "[]"), key, iv))
    total, more = random.choice(
        ((None, 0), ("null", 0), (str(len(rows)), 0), (f'"{len(rows)}"', 0), (str(len(rows) + 5), 5))
    )
    document = {
        "code": random.choice(('"10000"', "10000")),
        "msg": '"Success"',
        "total": total,
        "random_key": json.dumps(wrap_key(key, MERCHANT.public_key)),
        "app_id": random.choice((None, "null", '""', '"10000000000000001"', "10000000000000001")),
        "data": f'"{data}"' if rows else random.choice((f'"{data}"', "null", '""', "[]", None)),
    }
    odd = (
        shape,
        f"IV {'lower' if iv.islower() else 'upper'}",
        f"plaintext mark {bool(bom)}",
        f"more rows {bool(more)}",
    )
    return _sent(random, as_object(document), 0, odd, frozenset({NoticeKind.MISSING_ROWS} if more else ()))


def _list(random: Random, rows: list[Row]) -> str | None:
    if not rows:
        return random.choice((None, "null", "[]"))
    return "[" + ",".join(row.json for row in rows) + "]"


def _sent(
    random: Random, text: str, signatures: int, odd: tuple[str, ...], notices: frozenset[NoticeKind] = frozenset()
) -> Sent:
    """The answer with its signature so often, and perhaps a byte order mark, a plain encoding or another 2xx status."""
    mark = random.choice(("", "\ufeff"))
    body = (mark + text).encode()
    encoding = random.choice((None, "", "UTF-8", "none", "identity"))
    status = random.choice((200, 200, 201))
    headers = [("Content-Type", "application/json"), *[("sign", PROVIDER.sign(body))] * signatures]
    headers += [] if encoding is None else [("Content-Encoding", encoding)]
    odd += (f"encoding {encoding}", f"status {status}", f"signatures {signatures}", f"byte order mark {bool(mark)}")
    return Sent(status, tuple(headers), body, odd, notices)
