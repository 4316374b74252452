"""The Lambda handler of PayBy's function."""

import os

from balance_core.provider.function import provider_handler
from payby_balance.client import PROVIDER

handler = provider_handler(PROVIDER, os.environ)
