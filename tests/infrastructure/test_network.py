"""How provider functions reach the internet: directly, through given subnets, or through a VPC of the template."""

import pytest

from tests.infrastructure.called_actions import called_by_aws
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import foreign_policies, grants, role_of
from tests.infrastructure.wiring import provider_functions
from tests.local.aws.cloudformation import Template, load_template
from tests.local.aws.intrinsics import Node


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


def assert_only_lambda_connects_the_providers(connected: Template, template: Template) -> None:
    """The permissions that a VPC adds are for Lambda and denied to the function's own code."""
    added = grants(connected) - grants(template)
    assert added
    assert added <= called_by_aws(connected)
    assert {grant.role for grant in added} == {role_of(f, connected) for f in provider_functions(connected).values()}
    assert {grant.action.partition(":")[0] for grant in added} == {"ec2"}
    *_, denial = connected.resources["NetworkPolicy"].properties["PolicyDocument"]["Statement"]
    assert denial == {
        "Effect": "Deny",
        "Action": "ec2:*",
        "Resource": "*",
        "Condition": {"Null": {"lambda:SourceFunctionArn": "false"}},
    }
    assert foreign_policies(connected) == {}


def test_by_default_there_is_no_vpc(template: Template) -> None:
    assert networks(template) == {}
    assert network_resources(template) == []
    assert foreign_policies(template) == {}


def test_providers_use_the_given_subnets(given: Template, template: Template) -> None:
    config = {"SubnetIds": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"], "SecurityGroupIds": ["sg-0a1b2c3d"]}
    assert networks(given) == of_providers(given, config)
    assert network_resources(given) == []
    assert_only_lambda_connects_the_providers(given, template)
    assert "ProviderEgressIp" not in given.outputs


def test_providers_use_the_vpc_that_the_template_creates(created: Template, template: Template) -> None:
    config = {
        "SubnetIds": [created.resources["ProviderPrivateSubnet"].reference],
        "SecurityGroupIds": [created.resources["ProviderSecurityGroup"].reference],
    }
    assert networks(created) == of_providers(created, config)
    assert_only_lambda_connects_the_providers(created, template)
    assert created.outputs["ProviderEgressIp"] == created.resources["ProviderElasticIp"].reference


def test_traffic_leaves_through_the_nat_gateway_with_the_elastic_ip(created: Template) -> None:
    resources = created.resources

    def properties(name: str) -> Node:
        return resources[name].properties

    assert properties("ProviderNatGateway")["AllocationId"].startswith("eipalloc-")
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


def test_the_address_is_kept_when_the_vpc_or_the_stack_goes_and_can_be_brought_along(created: Template) -> None:
    address = created.resources["ProviderElasticIp"]
    assert address.attributes["DeletionPolicy"] == "RetainExceptOnCreate"
    assert address.attributes["UpdateReplacePolicy"] == "Retain"
    own = {"CreateProviderVpc": "true", "ProviderEipAllocationId": "eipalloc-0a1b2c3d"}
    brought = load_template(TEMPLATE_PATH, own)
    assert brought.of_type("AWS::EC2::EIP") == ()
    assert brought.resources["ProviderNatGateway"].properties["AllocationId"] == "eipalloc-0a1b2c3d"
    assert "ProviderEgressIp" not in brought.outputs


def test_the_security_group_allows_only_outgoing_https(created: Template) -> None:
    group = created.resources["ProviderSecurityGroup"].properties
    assert "SecurityGroupIngress" not in group
    [rule] = group["SecurityGroupEgress"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"], rule["CidrIp"]) == ("tcp", 443, 443, "0.0.0.0/0")
    assert not [name for name in created.resources if created.resources[name].properties.get("MapPublicIpOnLaunch")]
