"""The values of Ref and Fn::GetAtt for resources that are never created.

Where CloudFormation would generate a name, it is `<stack>-<logical id>`, the same in every run.
Source: AWS CloudFormation Template Reference, "Return values" of each resource type.
"""

from collections.abc import Mapping
from functools import cache

from tests.local.aws.intrinsics import IntrinsicError, Node, Resolver
from tests.local.aws.stack import ACCOUNT_ID, REGION, STACK_NAME

PSEUDO_PARAMETERS: Mapping[str, str] = {
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK_NAME,
    "AWS::URLSuffix": "amazonaws.com",
}
_HERE = f"{REGION}:{ACCOUNT_ID}"
# For each type the property with its name, and its ARN: {name} is that name, {FunctionName} another property.
_IDENTITIES: Mapping[str, tuple[str, str]] = {
    "AWS::ApiGatewayV2::Api": ("", f"arn:aws:apigateway:{REGION}::/apis/{{name}}"),
    "AWS::DynamoDB::Table": ("TableName", f"arn:aws:dynamodb:{_HERE}:table/{{name}}"),
    "AWS::Events::EventBus": ("Name", f"arn:aws:events:{_HERE}:event-bus/{{name}}"),
    "AWS::Events::Rule": ("Name", f"arn:aws:events:{_HERE}:rule/{{EventBusName}}/{{name}}"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", f"arn:aws:iam::{ACCOUNT_ID}:policy/{{name}}"),
    "AWS::IAM::Role": ("RoleName", f"arn:aws:iam::{ACCOUNT_ID}:role/{{name}}"),
    "AWS::Lambda::Alias": ("Name", f"arn:aws:lambda:{_HERE}:function:{{FunctionName}}:{{name}}"),
    "AWS::Lambda::Function": ("FunctionName", f"arn:aws:lambda:{_HERE}:function:{{name}}"),
    "AWS::Lambda::LayerVersion": ("LayerName", f"arn:aws:lambda:{_HERE}:layer:{{name}}:1"),
    "AWS::Lambda::Version": ("", f"arn:aws:lambda:{_HERE}:function:{{FunctionName}}:1"),
    "AWS::Logs::LogGroup": ("LogGroupName", f"arn:aws:logs:{_HERE}:log-group:{{name}}:*"),
    "AWS::SNS::Topic": ("TopicName", f"arn:aws:sns:{_HERE}:{{name}}"),
    "AWS::SQS::Queue": ("QueueName", f"arn:aws:sqs:{_HERE}:{{name}}"),
    "AWS::Scheduler::Schedule": ("Name", f"arn:aws:scheduler:{_HERE}:schedule/default/{{name}}"),
    "AWS::SecretsManager::Secret": ("Name", f"arn:aws:secretsmanager:{_HERE}:secret:{{name}}-000000"),
}
_REFERENCED_BY_ARN = frozenset(
    {
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
    }
)
# What AWS generates when it creates the resource; {id} is its logical id.
_GENERATED: Mapping[tuple[str, str], str] = {
    ("AWS::AppConfig::HostedConfigurationVersion", "VersionNumber"): "1",
    ("AWS::EC2::EIP", "AllocationId"): "eipalloc-{id}",
    ("AWS::EC2::Subnet", "AvailabilityZone"): REGION + "a",
    ("AWS::Lambda::Version", "Version"): "1",
}


class StackResolver(Resolver):
    """Also evaluates Ref and Fn::GetAtt for `resources`, the translated resources whose conditions hold."""

    def __init__(
        self,
        values: Mapping[str, Node],
        mappings: Mapping[str, Node],
        conditions: Mapping[str, Node],
        resources: Mapping[str, Node],
    ) -> None:
        super().__init__({**PSEUDO_PARAMETERS, **values}, mappings, conditions)
        self._resources = resources
        self.properties = cache(self._properties)

    def reference(self, logical_id: str) -> str:
        kind = self._kind(logical_id)
        if kind in _REFERENCED_BY_ARN:
            return str(self.arn(logical_id))
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{self._name(logical_id)}"
        return self._name(logical_id)

    def attribute(self, logical_id: str, name: str) -> str:
        kind = self._kind(logical_id)
        if name == "Arn" and (arn := self.arn(logical_id)):
            return arn
        if name == _IDENTITIES.get(kind, ("", ""))[0]:
            return self._name(logical_id)
        if (kind, name) not in _GENERATED:
            raise IntrinsicError(f"local runs do not know {name} of {kind} {logical_id}")
        return _GENERATED[kind, name].format(id=logical_id.lower())

    def arn(self, logical_id: str) -> str | None:
        """The ARN of a resource; None if local runs do not know that of its type."""
        _, pattern = _IDENTITIES.get(self._kind(logical_id), ("", None))
        return pattern and pattern.format(**{**self.properties(logical_id), "name": self._name(logical_id)})

    def _properties(self, logical_id: str) -> Mapping[str, Node]:
        resolved: Mapping[str, Node] = self.value(self._resources[logical_id].get("Properties", {}))
        return resolved

    def _kind(self, logical_id: str) -> str:
        if logical_id not in self._resources:
            raise IntrinsicError(f"there is no resource {logical_id}, or its condition is false")
        return str(self._resources[logical_id]["Type"])

    def _name(self, logical_id: str) -> str:
        name_property, _ = _IDENTITIES.get(self._kind(logical_id), ("", ""))
        return str(self.properties(logical_id).get(name_property, f"{STACK_NAME}-{logical_id}"))
