"""The Lambda handler of PayerMax's function."""

from balance_core.provider import provider_handler
from payermax_balance.client import plan

handler = provider_handler("payermax", plan)
