"""Companies with many merchant accounts: the simulators, and the secrets that hold an entry for each account."""

import json
from collections.abc import Mapping
from decimal import Decimal

from tests.local.aws.stack import STACK_NAME
from tests.local.simulators.keys import key_pair
from tests.local.simulators.pagsmile import PagsmileBalance, PagsmileMerchant, PagsmileSimulator
from tests.local.simulators.payby import PayByMerchant, PayBySimulator
from tests.local.simulators.payermax import PayerMaxBalance, PayerMaxMerchant, PayerMaxSimulator
from tests.local.simulators.server import SimulatorServer
from tests.local.system import WORKSPACE

_APP_ID = "app"


def crowded(provider: str, accounts: int) -> tuple[SimulatorServer, Mapping[str, str]]:
    """The simulator of `provider`, not started, at which every account holds one balance, and the secret for it.

    All accounts share one key, as a platform's do: a thousand keys would not fit into a secret.
    """
    keys, merchant = WORKSPACE / "keys", key_pair(WORKSPACE / "keys", "merchant")
    own, public = key_pair(keys, provider), merchant.public_pem
    ids = [f"{number:012}" for number in range(accounts)]
    simulator: SimulatorServer
    if provider == "pagsmile":
        held = PagsmileBalance("10419000000401", "Test", "USD", "1008.29", "1008.29", "0.00")
        simulator = PagsmileSimulator(own, {each: PagsmileMerchant(public, (held,), _APP_ID) for each in ids})
        shared = {"app_id": _APP_ID, "private_key": merchant.private_pem, "provider_public_key": own.public_pem}
        entry = "partner_id"
    elif provider == "payby":
        simulator = PayBySimulator(own, {each: PayByMerchant(public, {"AED": Decimal("897.88")}) for each in ids})
        shared = {"private_key": merchant.private_base64}
        entry = "partner_id"
    else:
        row = PayerMaxBalance(Decimal("776.34"), "DISBURSEMENT", "USD")
        simulator = PayerMaxSimulator(own, {each: PayerMaxMerchant(public, (row,), _APP_ID) for each in ids})
        shared = {"app_id": _APP_ID, "private_key": merchant.private_base64}
        entry = "merchant_no"
    lists = {} if provider == "pagsmile" else {"provider_public_keys": [own.public_base64]}
    lists |= {"currencies": ["AED"]} if provider == "payby" else {}
    content = {
        "base_url": simulator.url,
        **shared,
        **lists,
        "accounts": {f"m{number}": {entry: each} for number, each in enumerate(ids)},
    }
    return simulator, {f"{STACK_NAME}/{provider}": json.dumps(content)}
