"""Every provider's function before its simulator: what the contract tests run on, described once for each provider."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from balance_core.contract import read_provider_answer
from balance_core.exchange import Plan
from balance_core.models import Failure, ProviderAnswer
from balance_core.provider import ProviderFunction
from balance_core.secrets import SecretStore
from balance_core.wire import loads
from pagsmile_balance.client import plan as pagsmile_plan
from payby_balance.client import plan as payby_plan
from payermax_balance.client import plan as payermax_plan
from tests.local.simulators.pagsmile import DOCUMENTED_ID, PagsmileBalance, PagsmileMerchant, PagsmileSimulator
from tests.local.simulators.payby import PayByMerchant, PayBySimulator
from tests.local.simulators.payermax import DOCUMENTED_APP_ID, PayerMaxBalance, PayerMaxMerchant, PayerMaxSimulator
from tests.local.simulators.server import SimulatorServer
from tests.provider_fixtures import MERCHANT, PROVIDER

LONG_MS = 60_000


@dataclass(frozen=True)
class Provider:
    """One provider: its id and plan, its simulator for a list of merchants, and what its secret holds.

    Every merchant holds 100.25 USD and 0 AED. `merchant` is the field of the secret that tells merchants apart.
    """

    name: str
    plan: Plan
    simulate: Callable[[Sequence[str]], SimulatorServer]
    merchant: str
    shared: Mapping[str, object] = field(repr=False)

    @property
    def public_key_field(self) -> str:
        """The field with the provider's own key or keys."""
        return next(name for name in self.shared if name.startswith("provider_public_key"))


def _simulate_payby(merchants: Sequence[str]) -> SimulatorServer:
    balances = {"USD": Decimal("100.25"), "AED": Decimal(0)}
    return PayBySimulator(PROVIDER, {each: PayByMerchant(MERCHANT.public_pem, balances) for each in merchants})


def _simulate_payermax(merchants: Sequence[str]) -> SimulatorServer:
    balances = (
        PayerMaxBalance(Decimal("100.25"), "DISBURSEMENT", "USD"),
        PayerMaxBalance(Decimal(0), "DISBURSEMENT", "AED"),
    )
    return PayerMaxSimulator(PROVIDER, {each: PayerMaxMerchant(MERCHANT.public_pem, balances) for each in merchants})


def _simulate_pagsmile(merchants: Sequence[str]) -> SimulatorServer:
    balances = (
        PagsmileBalance("10419000000401", "Test A", "USD", "100.25", "100.25", "0.00"),
        PagsmileBalance("10419000000401", "Test A", "AED", "0.00", "0.00", "0.00"),
    )
    return PagsmileSimulator(PROVIDER, {each: PagsmileMerchant(MERCHANT.public_pem, balances) for each in merchants})


_KEYS = {"private_key": MERCHANT.private_pem, "provider_public_keys": [PROVIDER.public_pem]}
PROVIDERS = (
    Provider("payby", payby_plan, _simulate_payby, "partner_id", {**_KEYS, "currencies": ["USD", "AED"]}),
    Provider("payermax", payermax_plan, _simulate_payermax, "merchant_no", {**_KEYS, "app_id": DOCUMENTED_APP_ID}),
    Provider(
        "pagsmile",
        pagsmile_plan,
        _simulate_pagsmile,
        "partner_id",
        {
            "private_key": MERCHANT.private_pem,
            "provider_public_key": PROVIDER.public_pem,
            "app_id": DOCUMENTED_ID,
        },
    ),
)


class FakeSecretsManager:
    """Secrets Manager as SecretStore calls it, with one text for every name."""

    def __init__(self, text: str) -> None:
        self.text = text

    def fetch(self, name: str) -> str:
        """The text, whatever its name."""
        return self.text


@dataclass(frozen=True)
class World:
    """One provider's function as Lambda runs it, and the provider itself on a loopback address."""

    provider: Provider
    simulator: SimulatorServer
    secrets: FakeSecretsManager
    function: ProviderFunction

    def secret(self, *accounts: str) -> dict[str, object]:
        """The provider's secret with these accounts; account `main` is merchant `main`, and so on."""
        entries: dict[str, object] = {name: {self.provider.merchant: name} for name in accounts}
        return {**self.provider.shared, "base_url": self.simulator.url, "accounts": entries}

    def keep(self, secret: object) -> None:
        """Put `secret` into Secrets Manager."""
        self.secrets.text = secret if isinstance(secret, str) else json.dumps(secret)

    def raw_answer(self, event: object, remaining_ms: int = LONG_MS) -> dict[str, object]:
        """The function's answer as it leaves Lambda: through JSON."""
        answer = json.loads(json.dumps(self.function.answer(event, remaining_ms)))
        assert isinstance(answer, dict)
        return answer

    def ask(self, event: object, remaining_ms: int = LONG_MS) -> ProviderAnswer:
        """The answer as the aggregator reads it."""
        return read_provider_answer(loads(json.dumps(self.raw_answer(event, remaining_ms)).encode()))

    def only_failure(self, event: object, remaining_ms: int = LONG_MS) -> Failure:
        """The one failure of an answer without balances."""
        answer = self.ask(event, remaining_ms)
        (failure,) = answer.failures
        assert not answer.reports
        return failure


@contextmanager
def world_of(provider: Provider) -> Iterator[World]:
    """A world whose secret has the accounts `main` and `uae`."""
    secrets = FakeSecretsManager("{}")
    store = SecretStore(secrets.fetch, ttl_seconds=0)
    function = ProviderFunction(provider.name, provider.plan, store)
    try:
        with provider.simulate(["main", "uae"]) as simulator:
            world = World(provider, simulator, secrets, function)
            world.keep(world.secret("main", "uae"))
            yield world
    finally:
        function.close()


def holdings(answer: ProviderAnswer) -> dict[str, list[str]]:
    """The available amounts by account."""
    return {
        report.account: [each.available.display() for each in report.balances if each.available is not None]
        for report in answer.reports
    }
