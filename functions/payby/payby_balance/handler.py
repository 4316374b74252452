"""The Lambda handler of PayBy's function."""

from balance_core.provider import provider_handler
from payby_balance.client import plan

handler = provider_handler("payby", plan)
