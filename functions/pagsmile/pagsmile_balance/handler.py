"""The Lambda handler of Pagsmile's function."""

import os

from balance_core.provider.function import provider_handler
from pagsmile_balance.client import PROVIDER

handler = provider_handler(PROVIDER, os.environ)
