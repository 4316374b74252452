"""CloudFormation's functions and conditions, as the local system evaluates them."""

from pathlib import Path

import pytest
from yaml.constructor import ConstructorError

from tests.local.aws.cloudformation import read_source
from tests.local.aws.identities import Endpoints, Identities
from tests.local.aws.intrinsics import IntrinsicError, Node, Resolver

CONDITIONS = {
    "Yes": {"Fn::Equals": [{"Ref": "Size"}, "8"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Either": {"Fn::Or": [{"Condition": "No"}, {"Condition": "Yes"}]},
    "Both": {"Fn::And": [{"Condition": "No"}, {"Condition": "Yes"}]},
    "Odd": {"Fn::Contains": [["a"], "a"]},
}
RESOURCES = {
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "q-${Name}"}}},
    "Function": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}},
    "Alias": {"Type": "AWS::Lambda::Alias", "Properties": {"Name": "live", "FunctionName": {"Ref": "Function"}}},
    "Other": {"Type": "AWS::S3::Bucket"},
}


@pytest.fixture
def resolver() -> Resolver:
    values = {"Name": "blue", "Size": "8", "List": ["a", "b"]}
    resolver = Resolver(values, {"Map": {"Top": {"Second": "found"}}}, CONDITIONS)
    return resolver.naming(Identities(RESOURCES, Endpoints(sqs="http://127.0.0.1:5000"), resolver))


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Name"}, "blue"),
        ({"Ref": "List"}, ["a", "b"]),
        ({"Ref": "Queue"}, "http://127.0.0.1:5000/123456789012/q-blue"),
        ({"Ref": "Alias"}, "arn:aws:lambda:eu-central-1:123456789012:function:f:live"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:eu-central-1:123456789012:q-blue"),
        ({"Fn::GetAtt": "Queue.QueueName"}, "q-blue"),
        ({"Fn::Sub": "${Name}/${Queue.QueueName}/${!Literal}"}, "blue/q-blue/${Literal}"),
        ({"Fn::Sub": ["${A}-${Name}", {"A": {"Ref": "Size"}}]}, "8-blue"),
        ({"Fn::Join": [",", ["a", {"Ref": "Name"}, 3, True]]}, "a,blue,3,true"),
        ({"Fn::Join": ["", {"Ref": "List"}]}, "ab"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::If": ["Yes", {"Ref": "Name"}, {"Ref": "Missing"}]}, "blue"),
        ({"Fn::FindInMap": ["Map", "Top", "Second"]}, "found"),
        ({"A": {"Ref": "AWS::NoValue"}, "B": [{"Ref": "AWS::NoValue"}, 1]}, {"B": [1]}),
        ({"Ref": "Name", "Other": 1}, {"Ref": "Name", "Other": 1}),
        ([None, 1, False], [None, 1, False]),
    ],
)
def test_value(resolver: Resolver, node: Node, value: Node) -> None:
    assert resolver.value(node, "here") == value


@pytest.mark.parametrize(("name", "holds"), [("Yes", True), ("No", False), ("Either", True), ("Both", False)])
def test_condition(resolver: Resolver, name: str, holds: bool) -> None:
    assert resolver.condition(name, "here") is holds


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"A": [{"Fn::Cidr": []}]}, r"here\.A\[0\]: Fn::Cidr is not supported"),
        ({"Fn::Equals": ["a", "a"]}, "here: Fn::Equals is not supported"),
        ({"Ref": "Missing"}, r"here\.Ref: there is no resource Missing"),
        ({"Ref": "Other"}, "do not know Ref of AWS::S3::Bucket Other"),
        ({"Fn::GetAtt": ["Other", "Arn"]}, "do not know the ARN of AWS::S3::Bucket Other"),
        ({"Fn::GetAtt": ["Queue", "Depth"]}, "do not know Depth of AWS::SQS::Queue Queue"),
        ({"Fn::Sub": "${Missing.Arn}"}, "there is no resource Missing"),
        ({"Fn::Sub": "${List}"}, "needs text"),
        ({"Fn::Join": [",", "text"]}, "needs a list"),
        ({"Fn::Select": [2, ["a", "b"]]}, "no item 2 in a list of 2"),
        ({"Fn::If": ["Maybe", 1, 2]}, "there is no condition Maybe"),
        ({"Fn::If": ["Odd", 1, 2]}, r"Conditions\.Odd: Fn::Contains is no condition that local runs support"),
        ({"Fn::FindInMap": ["Map", "Top", "Third"]}, "there is no Third"),
    ],
)
def test_what_cannot_be_evaluated_is_named_with_its_place(resolver: Resolver, node: Node, message: str) -> None:
    with pytest.raises(IntrinsicError, match=message):
        resolver.value(node, "here")


def test_before_resources_are_known_a_condition_cannot_use_them() -> None:
    plain = Resolver(
        {}, {}, {"C": {"Fn::Equals": [{"Ref": "Queue"}, "x"]}, "D": {"Fn::Equals": [{"Fn::GetAtt": "Q.Arn"}, "x"]}}
    )
    with pytest.raises(IntrinsicError, match="Queue is neither a parameter nor a resource"):
        plain.condition("C", "here")
    with pytest.raises(IntrinsicError, match=r"Q\.Arn is an attribute"):
        plain.condition("D", "here")


def test_short_forms(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("A: !GetAtt Queue.Arn\nB: !Sub a-${B}\nC: !If [Some, [!Ref X], !Condition Y]\nD: !Equals [a, b]\n")
    assert read_source(path) == {
        "A": {"Fn::GetAtt": ["Queue", "Arn"]},
        "B": {"Fn::Sub": "a-${B}"},
        "C": {"Fn::If": ["Some", [{"Ref": "X"}], {"Condition": "Y"}]},
        "D": {"Fn::Equals": ["a", "b"]},
    }
    path.write_text("A: !Transform {Name: x}\n")
    with pytest.raises(ConstructorError, match="!Transform of a mapping"):
        read_source(path)
