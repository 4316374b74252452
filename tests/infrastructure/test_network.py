"""How the provider functions reach the internet: directly, in given subnets, or in a VPC that the template creates."""

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import foreign_policies, role_of
from tests.infrastructure.wiring import provider_functions
from tests.local.aws.cloudformation import Template, load_template
from tests.local.aws.intrinsics import Node

VPC_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"


@pytest.fixture(scope="module")
def given() -> Template:
    subnets = "subnet-0a1b2c3d,subnet-0a1b2c3e"
    return load_template(TEMPLATE_PATH, {"ProviderSubnetIds": subnets, "ProviderSecurityGroupIds": "sg-0a1b2c3d"})


@pytest.fixture(scope="module")
def created() -> Template:
    return load_template(TEMPLATE_PATH, {"CreateProviderVpc": "true"})


def networks(template: Template) -> dict[str, Node]:
    """The VPC configuration of every function that has one."""
    configured = {f.logical_id: f.properties.get("VpcConfig") for f in template.of_type("AWS::Lambda::Function")}
    return {name: config for name, config in configured.items() if config is not None}


def network_resources(template: Template) -> list[str]:
    return [name for name, resource in template.resources.items() if resource.type.startswith("AWS::EC2::")]


def of_providers(template: Template, config: Node) -> dict[str, Node]:
    return {function.logical_id: config for function in provider_functions(template).values()}


def of_roles(template: Template) -> dict[str, list[str]]:
    return {role_of(function, template): [VPC_POLICY] for function in provider_functions(template).values()}


def test_without_a_choice_there_is_no_vpc(template: Template) -> None:
    assert networks(template) == {}
    assert network_resources(template) == []
    assert foreign_policies(template) == {}


def test_in_given_subnets(given: Template) -> None:
    config = {"SubnetIds": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"], "SecurityGroupIds": ["sg-0a1b2c3d"]}
    assert networks(given) == of_providers(given, config)
    assert network_resources(given) == []
    assert foreign_policies(given) == of_roles(given)
    assert "ProviderEgressIp" not in given.outputs


def test_in_a_created_vpc(created: Template) -> None:
    config = {
        "SubnetIds": [created.resources["ProviderPrivateSubnet"].reference],
        "SecurityGroupIds": [created.resources["ProviderSecurityGroup"].reference],
    }
    assert networks(created) == of_providers(created, config)
    assert foreign_policies(created) == of_roles(created)
    assert created.outputs["ProviderEgressIp"] == created.resources["ProviderElasticIp"].reference


def test_traffic_leaves_by_the_elastic_ip(created: Template) -> None:
    resources = created.resources

    def properties(name: str) -> Node:
        return resources[name].properties

    assert properties("ProviderNatGateway")["AllocationId"] == "eipalloc-providerelasticip"
    assert properties("ProviderNatGateway")["SubnetId"] == resources["ProviderPublicSubnet"].reference
    for side, gateway in (
        ("Private", ("NatGatewayId", "ProviderNatGateway")),
        ("Public", ("GatewayId", "ProviderInternetGateway")),
    ):
        routes = resources[f"Provider{side}Routes"].reference
        assert properties(f"Provider{side}SubnetRoutes") == {
            "SubnetId": resources[f"Provider{side}Subnet"].reference,
            "RouteTableId": routes,
        }
        assert properties(f"Provider{side}Route") == {
            "RouteTableId": routes,
            "DestinationCidrBlock": "0.0.0.0/0",
            gateway[0]: resources[gateway[1]].reference,
        }


def test_nothing_comes_in_and_only_https_goes_out(created: Template) -> None:
    group = created.resources["ProviderSecurityGroup"].properties
    assert "SecurityGroupIngress" not in group
    [rule] = group["SecurityGroupEgress"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"], rule["CidrIp"]) == ("tcp", 443, 443, "0.0.0.0/0")
    assert not [name for name in created.resources if created.resources[name].properties.get("MapPublicIpOnLaunch")]
