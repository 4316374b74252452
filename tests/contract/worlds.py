"""A provider's function in front of its simulator, for every provider that the local system has.

A provider is picked up by its name in tests/local/company.py. Everything else follows its declaration (`PROVIDER` in
its client.py) and its fixture tests/fixtures/<provider>/expected-answer.json: the balances of the simulator's merchant
as our contract writes them, and the currencies that the provider does not support.
"""

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from balance_core.contract import read_provider_answer
from balance_core.models import Failure, ProviderAnswer
from balance_core.provider.function import ProviderFunction
from balance_core.provider.http import new_client
from balance_core.provider.protocol import Provider
from tests.local.certificates import local_authority
from tests.local.company import PROVIDERS, ProviderSetUp
from tests.local.simulators.server import SimulatorServer
from tests.provider_fixtures import FIXTURES, OneSecret, short_retry_pauses
from tests.schemas import problems

LONG_MS = 60_000


def declaration(name: str) -> Provider:
    """The provider's own `PROVIDER`."""
    provider: Provider = importlib.import_module(f"{name}_balance.client").PROVIDER
    return provider


def expected_answer(name: str) -> Any:
    """The provider's fixture: `balances` and `unsupported` currencies."""
    return json.loads((FIXTURES / name / "expected-answer.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class World:
    """One provider's function, and a simulated provider for each of its two accounts, `main` and `uae`."""

    provider: Provider
    simulators: Mapping[str, SimulatorServer]
    accounts: Mapping[str, Mapping[str, object]]
    _function: ProviderFunction
    _secret: OneSecret

    @property
    def secret_name(self) -> str:
        return f"balance-bot/{self.provider.name}"

    def keep(self, secret: str) -> None:
        """Put `secret` into Secrets Manager."""
        self._secret.keep(secret)

    def change_main(self, **fields: object) -> None:
        """Change fields of the account `main` in the secret."""
        main = {**self.accounts["main"], **fields}
        self.keep(json.dumps({"accounts": {**self.accounts, "main": main}}))

    def raw_answer(self, event: object, remaining_ms: int = LONG_MS) -> bytes:
        """The function's answer as it leaves Lambda, which follows the published schema."""
        environment = {"SECRET_NAME": self.secret_name, "DEADLINE_SECONDS": "60"}
        answer = msgspec.json.encode(self._function.answer(event, environment, remaining_ms))
        assert problems("provider-answer", json.loads(answer)) == []
        return answer

    def ask(self, event: object, remaining_ms: int = LONG_MS) -> ProviderAnswer:
        """The answer as the aggregator reads it."""
        return read_provider_answer(self.raw_answer(event, remaining_ms))

    def only_failure(self, event: object, remaining_ms: int = LONG_MS) -> Failure:
        """The one failure of an answer without balances."""
        answer = self.ask(event, remaining_ms)
        (failure,) = answer.failures
        assert not answer.reports
        return failure


def balances(answer: bytes) -> dict[str, list[Any]]:
    """The balances by account, without their time."""
    return {
        report["account"]: [{name: each[name] for name in each if name != "as_of"} for each in report["balances"]]
        for report in json.loads(answer)["reports"]
    }


@contextmanager
def world_of(name: str, keys: Path, set_up: ProviderSetUp | None = None) -> Iterator[World]:
    """The world of the provider `name`, set up as in the local system unless told otherwise; `keys` is a folder."""
    provider = declaration(name)
    with short_retry_pauses(), ExitStack() as exits:
        local = {account: (set_up or PROVIDERS[name])(keys) for account in ("main", "uae")}
        simulators = {account: exits.enter_context(each.simulator) for account, each in local.items()}
        secret = OneSecret()
        client = new_client(local_authority().client_context())
        function = ProviderFunction(provider, secret.store, client=client)
        exits.callback(function.close)
        accounts = {account: each.account for account, each in local.items()}
        world = World(provider, simulators, accounts, function, secret)
        world.change_main()
        yield world
