"""What the company holds where its usual accounts are too few to be hard to show."""

from decimal import Decimal

from balance_core.currencies import DECIMALS
from tests.local.company import Holdings
from tests.local.simulators.payermax import PayerMaxBalance

SIXTY_CURRENCIES = Holdings(
    payermax=tuple(
        PayerMaxBalance(Decimal(number * 7919), "DISBURSEMENT", currency)
        for number, currency in enumerate(sorted(DECIMALS)[:60], start=1)
    )
)
