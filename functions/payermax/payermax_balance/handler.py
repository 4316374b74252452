"""The Lambda handler of PayerMax's function."""

import os

from balance_core.provider.function import provider_handler
from payermax_balance.client import PROVIDER

handler = provider_handler(PROVIDER, os.environ)
