"""Companies whose balances are hard to show."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from balance_core.currencies import DECIMALS
from tests.local.company import PROVIDERS, ProviderSetUp
from tests.local.simulators import pagsmile, payermax
from tests.local.simulators.pagsmile import PagsmileBalance
from tests.local.simulators.payermax import PayerMaxBalance

BALANCES = tuple(
    PayerMaxBalance(Decimal(number * 7919), "DISBURSEMENT", currency)
    for number, currency in enumerate(sorted(DECIMALS)[:60], start=1)
)
SIXTY_CURRENCIES: Mapping[str, ProviderSetUp] = {
    **PROVIDERS,
    "payermax": partial(payermax.set_up, balances=BALANCES),
}
_MERCHANTS = {
    "hk": (PayerMaxBalance(Decimal("120.34"), "DISBURSEMENT", "USD"), PayerMaxBalance(Decimal(4000), "SETTLE", "USD")),
    "uae": (PayerMaxBalance(Decimal(600), "DISBURSEMENT", "USD"), PayerMaxBalance(Decimal(5000), "SETTLE", "USD")),
}
THREE_MERCHANTS: Mapping[str, ProviderSetUp] = {
    **PROVIDERS,
    "payermax": partial(payermax.set_up, others=_MERCHANTS),
}
# As many as fit one answer of a provider, and one secret: 2,500 accounts, and 25 merchants with 100 currencies each.
_NUMBERED = tuple(
    PagsmileBalance(f"{number:014}", "Test", "USD" if number % 2 else "HKD", "8.29", "8.29", "0.00")
    for number in range(2500)
)
_HUNDRED = tuple(PayerMaxBalance(Decimal(7919), "DISBURSEMENT", currency) for currency in sorted(DECIMALS)[:100])
FIVE_THOUSAND: Mapping[str, ProviderSetUp] = {
    **PROVIDERS,
    "pagsmile": partial(pagsmile.set_up, balances=_NUMBERED),
    "payermax": partial(payermax.set_up, balances=_HUNDRED, others={f"m{n:02}": _HUNDRED for n in range(24)}),
}
BELOW_ZERO: Mapping[str, ProviderSetUp] = {
    **PROVIDERS,
    "payermax": partial(
        payermax.set_up,
        balances=(
            PayerMaxBalance(Decimal("-1776.34"), "DISBURSEMENT", "USD"),
            PayerMaxBalance(Decimal("9248.93"), "SETTLE", "USD"),
            PayerMaxBalance(Decimal(-1250000), "DISBURSEMENT", "IDR"),
            PayerMaxBalance(Decimal("1500.000000"), "DISBURSEMENT", "USDT"),
        ),
    ),
}
