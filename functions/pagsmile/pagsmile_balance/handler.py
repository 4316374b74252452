"""Lambda entry point."""

from balance_core.provider import provider_handler
from pagsmile_balance.client import plan

handler = provider_handler("pagsmile", plan)
