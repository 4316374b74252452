"""The source template as CloudFormation would deploy it: loops expanded, translated by SAM, resolved. Creates nothing.

SAM's own translator runs offline. It accepts only code in S3, so each local folder is disguised as an S3 address.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from tests.local.aws.identities import PSEUDO_PARAMETERS, StackResolver
from tests.local.aws.intrinsics import Node, Resolver
from tests.local.aws.loops import expanded
from tests.local.aws.parameters import check_rules, parameter_values
from tests.local.aws.stack import REGION

_SOURCE_PREFIX = "s3://source/"
_SOURCE_PROPERTIES = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@dataclass(frozen=True)
class Resource:
    """A resource whose condition holds. `reference` is the value of Ref, and `arn` its ARN or None.

    `attributes` are the entries besides Type and Properties, unresolved: DeletionPolicy, DependsOn ...
    """

    logical_id: str
    type: str
    properties: Mapping[str, Node]
    attributes: Mapping[str, Node]
    reference: str
    arn: str | None


@dataclass(frozen=True)
class Template:
    """A translated template; `folder` is that of the source template."""

    folder: Path
    resources: Mapping[str, Resource]
    outputs: Mapping[str, str]

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        """The resources of one type, in the template's order."""
        return tuple(resource for resource in self.resources.values() if resource.type == kind)


def read_source(template_path: Path) -> dict[str, Node]:
    """The source template as data, short forms written out."""
    source: dict[str, Node] = yaml_parse(template_path.read_text(encoding="utf-8"))
    return source


def translate(source: Mapping[str, Node], values: Mapping[str, Node]) -> dict[str, Node]:
    """SAM's translation of the template with its loops expanded, and other expressions unresolved.

    The S3Key of a function or layer is its folder.
    Raises samtranslator's `InvalidDocumentException` if SAM would refuse the template.
    """
    local = deepcopy({**source, "Resources": expanded(source["Resources"], values)})
    for resource in local["Resources"].values():
        if name := _SOURCE_PROPERTIES.get(resource["Type"]):
            resource["Properties"][name] = _SOURCE_PREFIX + resource["Properties"][name]
    metrics = Metrics("local", DummyMetricsPublisher())
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION), metrics=metrics)
    texts = {name: ",".join(value) if isinstance(value, list) else value for name, value in values.items()}
    translated: dict[str, Node] = translator.translate(local, texts)
    metrics.publish()
    return translated


def load_template(template_path: Path, parameters: Mapping[str, str] | None = None) -> Template:
    """The template at `template_path`, with `parameters` overriding its defaults.

    Raises `ParameterError` for values that the template refuses, and `IntrinsicError` for an unsupported expression.
    """
    source = read_source(template_path)
    values = parameter_values(source.get("Parameters", {}), parameters or {})
    check_rules(source.get("Rules", {}), Resolver({**PSEUDO_PARAMETERS, **values}, {}, {}))
    translated = translate(source, values)
    known = (values, source.get("Mappings", {}), translated.get("Conditions", {}))
    existing = _existing(translated["Resources"], Resolver(*known))
    resolver = StackResolver(*known, existing)
    resources = {name: _resource(name, node, resolver) for name, node in existing.items()}
    outputs = {
        name: str(resolver.value(node["Value"]))
        for name, node in _existing(translated.get("Outputs", {}), resolver).items()
    }
    return Template(template_path.parent, resources, outputs)


def _existing(nodes: Mapping[str, Any], resolver: Resolver) -> dict[str, Any]:
    return {
        name: node for name, node in nodes.items() if "Condition" not in node or resolver.condition(node["Condition"])
    }


def _resource(logical_id: str, node: Mapping[str, Node], resolver: StackResolver) -> Resource:
    return Resource(
        logical_id=logical_id,
        type=node["Type"],
        properties=resolver.properties(logical_id),
        attributes={key: value for key, value in node.items() if key not in {"Type", "Properties"}},
        reference=resolver.reference(logical_id),
        arn=resolver.arn(logical_id),
    )
