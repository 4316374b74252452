"""No float in functions/ and layers/ but for durations: the rule is the docstring of tests/float_use.py."""

from pathlib import Path

import pytest

from tests.float_use import findings

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("functions", "layers") for path in (ROOT / folder).rglob("*.py"))


def test_there_is_something_to_read() -> None:
    assert {"money.py", "payloads.py", "summary.py", "blocks.py"} <= {path.name for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_float_is_a_duration(path: Path) -> None:
    assert findings(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "fee = 0.5",
        "fee: float",
        "fee: 'Decimal | float'",
        "fee = float(text)",
        "read = float",
        "total = cents / 100",
        "total /= 100",
        "rate = 10 ** -places",
        "rate = 10 ** places",
        "fee = -(1 + 0.5)",
        "fee = [0.5]",
        "fee, wait_seconds = 0.5, 1",
        "fees['USD'] = 0.5",
        "fee = 1j",
        "fee = 1e3",
        "def fee(amount: float) -> int: ...",
        "def fee(amount=0.5): ...",
        "def fee(wait_seconds=1, *, amount=0.5): ...",
        "def fee() -> float: ...",
        "def fee() -> dict[str, float]: ...",
        "def fee(): return 0.5",
        "def wait_seconds(): return lambda amount=0.5: amount",
        "fees: dict[str, tuple[float, int]] = {}",
        "show: Callable[[float], str] = str",
        "isinstance(fee, float)",
        "convert(0.5)",
        "convert(amount=0.5)",
        "Decimal(0.5)",
        "wait_seconds = Decimal(0.5)",
        "amount > 0.5",
        "f'{0.5}'",
        "'%.2f' % (cents / 100)",
        "rounded = round(0.5, 1)",
        "now = time.time()",
        "now = loop.time()",
        "now = instant.timestamp()",
        "late = delta.total_seconds()",
        "time.sleep(1)",
        "share = random.random()",
        "root = math.sqrt(2)",
        "from time import monotonic",
        "from math import *",
        "import math as numbers",
        "amount = json.loads(body)",
        "amount = json.loads(body, parse_int=int)",
        "from json import loads",
        "amount = response.json()",
        "amount = numpy.float64(1)",
        "if (fee := 0.5): ...",
        "seconds_of_fame = 0.5",
        "alarms = 0.5",
    ],
)
def test_the_rule_finds(source: str) -> None:
    assert findings(source) == [f"1: {source}"]


@pytest.mark.parametrize(
    "source",
    [
        "_PAUSE_SECONDS = 0.2",
        "seconds = 0.2",
        "_PAUSES_SECONDS: tuple[float, ...] = (0.2, 0.5)",
        "self._until_seconds: dict[str, float] = {}",
        "latency_ms = -0.5 if late else max(0.1, 2 * other_ms)",
        "wait_seconds /= 2",
        "connect(patience=left_seconds / 2)",
        "connect(self.remaining_seconds() / 2)",
        "def remaining_seconds(self) -> float: return 0.5",
        "def wait(least=1, timeout_seconds: float = 0.5): ...",
        "def wait(*, clock_seconds: Callable[[], float] = time.monotonic): ...",
        "wait(timeout_seconds=0.5)",
        "started_seconds = time.monotonic()",
        "report(round((time.monotonic() - started_seconds) * 1000))",
        "minute = int(instant.timestamp()) // 60",
        "wait_seconds = float(os.environ['WAIT'])",
        "if (wait_seconds := 0.5): ...",
        "most = Decimal(10) ** 24",
        "minutes = seconds // 60",
        "amount = json.loads(body, parse_float=Decimal)",
        "from datetime import time",
        "import time",
        "import json",
        "text = '''a float of 0.5'''",
    ],
)
def test_the_rule_lets_pass(source: str) -> None:
    assert findings(source) == []
