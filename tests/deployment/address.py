"""From which address the providers are asked: two of them answer only to those on their allow-lists. Pure."""

from collections.abc import Collection

from tests.deployment.check import Check, ok, unknown, warning
from tests.deployment.facts import Stack

_ALLOW_LISTS = {"payby": "PayBy", "payermax": "PayerMax"}


def address_of(stack: Stack) -> str:
    """Whom the providers see calling, in words."""
    if address := stack.outputs.get("ProviderEgressIp"):
        return f"the address {address}"
    if stack.parameters.get("ProviderSubnetIds"):
        return "the address of your NAT gateway"
    return "a fixed address (CreateProviderVpc=true gives one)"


def address_check(stack: Stack, used: Collection[str]) -> Check:
    """Whether there is an address to give to those of the `used` providers that have an allow-list."""
    names = [name for provider, name in _ALLOW_LISTS.items() if provider in used]
    whom = " and ".join(names) or "the providers"
    if address := stack.outputs.get("ProviderEgressIp"):
        remedy = f"give it to {whom}, for sandbox and production each" if names else ""
        return ok("address", f"the providers see {address}", remedy)
    if stack.parameters.get("ProviderSubnetIds"):
        subnets = stack.parameters["ProviderSubnetIds"]
        command = f"aws ec2 describe-nat-gateways --region {stack.region} --query NatGateways[].NatGatewayAddresses[]"
        finding = f"the functions are in your subnets {subnets}, and their NAT gateway is not this stack's"
        return unknown("address", finding, f"look it up ({command}) and give its public IP to {whom}")
    if not names:
        return ok("address", "the functions have no fixed address, and no provider that is used asks for one")
    finding = f"the functions have no fixed address, and {whom} answer only to addresses that they know"
    remedy = "set CreateProviderVpc=true, or ProviderSubnetIds, in samconfig.toml, then make deploy: README, step 6"
    return warning("address", finding, remedy)
