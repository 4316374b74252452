"""What Ref and Fn::GetAtt of a resource give, without creating the resource.

Names that CloudFormation would make up are `<stack>-<logical id>` here, so that two runs agree.
Source: AWS CloudFormation Template Reference, "Return values" of each resource type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.local.aws.intrinsics import Node, Resolver
from tests.local.aws.stack import ACCOUNT_ID, REGION, STACK_NAME

PSEUDO_PARAMETERS: Mapping[str, str] = {
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK_NAME,
    "AWS::URLSuffix": "amazonaws.com",
}
NAME_PROPERTIES: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Alias": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SecretsManager::Secret": "Name",
}
# {name} is the resource's name, {owner} that of the resource it belongs to.
ARNS: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::EventBus": "arn:aws:events:{region}:{account}:event-bus/{name}",
    "AWS::Events::Rule": "arn:aws:events:{region}:{account}:rule/{owner}/{name}",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::{account}:policy/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Lambda::Alias": "arn:aws:lambda:{region}:{account}:function:{owner}:{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::Lambda::LayerVersion": "arn:aws:lambda:{region}:{account}:layer:{name}:1",
    "AWS::Lambda::Version": "arn:aws:lambda:{region}:{account}:function:{owner}:1",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::Scheduler::Schedule": "arn:aws:scheduler:{region}:{account}:schedule/default/{name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-000000",
}
OWNER_PROPERTIES: Mapping[str, str] = {
    "AWS::Events::Rule": "EventBusName",
    "AWS::Lambda::Alias": "FunctionName",
    "AWS::Lambda::Version": "FunctionName",
}
REFERENCED_BY_ARN = frozenset(
    {
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
    }
)
# What AWS makes up when it creates the resource; {id} is a made-up id.
GENERATED: Mapping[tuple[str, str], str] = {
    ("AWS::AppConfig::Application", "Ref"): "{id}",
    ("AWS::AppConfig::ConfigurationProfile", "Ref"): "{id}",
    ("AWS::AppConfig::HostedConfigurationVersion", "VersionNumber"): "1",
    ("AWS::EC2::EIP", "AllocationId"): "eipalloc-{id}",
    ("AWS::EC2::EIP", "Ref"): "203.0.113.1",
    ("AWS::EC2::InternetGateway", "Ref"): "igw-{id}",
    ("AWS::EC2::NatGateway", "Ref"): "nat-{id}",
    ("AWS::EC2::RouteTable", "Ref"): "rtb-{id}",
    ("AWS::EC2::SecurityGroup", "Ref"): "sg-{id}",
    ("AWS::EC2::Subnet", "AvailabilityZone"): REGION + "a",
    ("AWS::EC2::Subnet", "Ref"): "subnet-{id}",
    ("AWS::EC2::VPC", "Ref"): "vpc-{id}",
    ("AWS::Lambda::Version", "Version"): "1",
}
NAME_ATTRIBUTES = frozenset({("AWS::Events::EventBus", "Name"), ("AWS::SQS::Queue", "QueueName")})


@dataclass(frozen=True)
class Endpoints:
    """Where this machine answers for AWS.

    `sqs` is the address before `/<account>/<queue>`; `function_urls` maps a function URL's logical id to its address.
    """

    sqs: str = f"https://sqs.{REGION}.amazonaws.com"
    function_urls: Mapping[str, str] = field(default_factory=dict)


class Identities:
    """Answers Ref and Fn::GetAtt for `resources`, the translated resources that the conditions leave."""

    def __init__(self, resources: Mapping[str, Node], endpoints: Endpoints, resolver: Resolver) -> None:
        self._resources = resources
        self._endpoints = endpoints
        self._resolver = resolver.naming(self)  # a name may refer to other resources

    def reference(self, logical_id: str) -> str:
        """What Ref gives. Raises `LookupError` for an unknown resource or type."""
        kind = self._kind(logical_id)
        if kind in REFERENCED_BY_ARN:
            return self.arn(logical_id)
        if kind == "AWS::SQS::Queue":
            return f"{self._endpoints.sqs}/{ACCOUNT_ID}/{self._name(logical_id)}"
        if kind in NAME_PROPERTIES:
            return self._name(logical_id)
        return self._generated(logical_id, "Ref")

    def attribute(self, logical_id: str, name: str) -> str:
        """What Fn::GetAtt gives. Raises `LookupError` for an unknown resource or attribute."""
        kind = self._kind(logical_id)
        if name == "Arn":
            return self.arn(logical_id)
        if (kind, name) in NAME_ATTRIBUTES:
            return self._name(logical_id)
        if (kind, name) == ("AWS::Lambda::Url", "FunctionUrl"):
            default = f"https://{logical_id.lower()}.lambda-url.{REGION}.on.aws/"
            return self._endpoints.function_urls.get(logical_id, default)
        return self._generated(logical_id, name)

    def arn(self, logical_id: str) -> str:
        """The resource's ARN. Raises `LookupError` for types whose ARN local runs do not know."""
        kind = self._kind(logical_id)
        if kind not in ARNS:
            raise LookupError(f"local runs do not know the ARN of {kind} {logical_id}")
        return ARNS[kind].format(
            region=REGION, account=ACCOUNT_ID, name=self._name(logical_id), owner=self._owner(logical_id)
        )

    def _kind(self, logical_id: str) -> str:
        if logical_id not in self._resources:
            raise LookupError(f"there is no resource {logical_id}, or its condition is false")
        return str(self._resources[logical_id]["Type"])

    def _generated(self, logical_id: str, name: str) -> str:
        kind = self._kind(logical_id)
        if (kind, name) not in GENERATED:
            raise LookupError(f"local runs do not know {name} of {kind} {logical_id}")
        return GENERATED[kind, name].format(id=logical_id.lower())

    def _name(self, logical_id: str) -> str:
        return self._property(logical_id, NAME_PROPERTIES) or f"{STACK_NAME}-{logical_id}"

    def _owner(self, logical_id: str) -> str:
        return self._property(logical_id, OWNER_PROPERTIES) or ""

    def _property(self, logical_id: str, properties: Mapping[str, str]) -> str | None:
        resource = self._resources[logical_id]
        name = properties.get(resource["Type"], "")
        node = resource.get("Properties", {}).get(name)
        where = f"Resources.{logical_id}.Properties.{name}"
        return None if node is None else str(self._resolver.value(node, where))
