"""A company with so many accounts that they are hard to show."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from balance_core.currencies import DECIMALS
from tests.local.company import PROVIDERS, ProviderSetUp
from tests.local.simulators import payermax

BALANCES = tuple(
    payermax.PayerMaxBalance(Decimal(number * 7919), "DISBURSEMENT", currency)
    for number, currency in enumerate(sorted(DECIMALS)[:60], start=1)
)
SIXTY_CURRENCIES: Mapping[str, ProviderSetUp] = {
    **PROVIDERS,
    "payermax": partial(payermax.set_up, balances=BALANCES),
}
