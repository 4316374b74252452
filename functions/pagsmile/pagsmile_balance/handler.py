"""The Lambda handler of Pagsmile's function."""

from balance_core.provider import provider_handler
from pagsmile_balance.client import plan

handler = provider_handler("pagsmile", plan)
