"""The source template as CloudFormation would deploy it: translated by SAM, every expression resolved, nothing created.

SAM's own translator runs offline here. It accepts only code that lies in S3, so each local folder is written as an S3
address for it and read back from the result.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.local.aws.identities import PSEUDO_PARAMETERS, Endpoints, Identities
from tests.local.aws.intrinsics import Node, Resolver
from tests.local.aws.parameters import check_rules, parameter_values
from tests.local.aws.stack import REGION

SOURCE_PREFIX = "s3://source/"
SOURCE_PROPERTIES: Mapping[str, str] = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


@dataclass(frozen=True)
class Resource:
    """One resource that the conditions leave. `reference` is what Ref gives, `arn` its ARN; None if it has none.

    `attributes` are the resource's entries beside Type and Properties, unresolved: DeletionPolicy, DependsOn ...
    """

    logical_id: str
    type: str
    properties: Mapping[str, Node]
    attributes: Mapping[str, Node]
    reference: str | None
    arn: str | None


@dataclass(frozen=True)
class Template:
    """A translated template; `folder` is where the source template lies."""

    folder: Path
    resources: Mapping[str, Resource]
    outputs: Mapping[str, str]

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        """The resources of one type, in the template's order."""
        return tuple(resource for resource in self.resources.values() if resource.type == kind)


class _TemplateLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X` is {"Ref": X}, `!Sub X` is {"Fn::Sub": X}."""


def _short_form(loader: _TemplateLoader, suffix: str, node: yaml.Node) -> dict[str, Node]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Node = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise yaml.constructor.ConstructorError(None, None, f"!{suffix} of a mapping is unknown", node.start_mark)
    return {name: value.split(".", 1) if name == "Fn::GetAtt" and isinstance(value, str) else value}


_TemplateLoader.add_multi_constructor("!", _short_form)


def read_source(template_path: Path) -> dict[str, Node]:
    """The source template as data, short forms written out."""
    with template_path.open(encoding="utf-8") as file:
        source: dict[str, Node] = yaml.load(file, Loader=_TemplateLoader)  # noqa: S506 - it is a SafeLoader
    return source


def translate(source: Mapping[str, Node], values: Mapping[str, Node]) -> dict[str, Node]:
    """What SAM makes of the template, expressions unresolved.

    The S3Key of a function is its folder, that of a layer its logical id in the source.
    Raises samtranslator's `InvalidDocumentException` if SAM would refuse the template.
    """
    local = deepcopy(dict(source))
    for logical_id, resource in local["Resources"].items():
        if name := SOURCE_PROPERTIES.get(resource["Type"]):
            properties = resource["Properties"]
            properties[name] = SOURCE_PREFIX + (properties[name] if name == "CodeUri" else logical_id)
    metrics = Metrics("local", DummyMetricsPublisher())
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION), metrics=metrics)
    translated: dict[str, Node] = translator.translate(local, dict(values))
    metrics.publish()
    return translated


def load_template(
    template_path: Path, parameters: Mapping[str, str] | None = None, endpoints: Endpoints | None = None
) -> Template:
    """The template at `template_path` with `parameters` over its defaults.

    Raises `ParameterError` for values that the template refuses, `IntrinsicError` for what local runs cannot evaluate.
    """
    source = read_source(template_path)
    values = parameter_values(source.get("Parameters", {}), parameters or {})
    translated = translate(source, values)
    resolver = Resolver({**PSEUDO_PARAMETERS, **values}, source.get("Mappings", {}), translated.get("Conditions", {}))
    check_rules(source.get("Rules", {}), resolver)
    existing = _existing(translated["Resources"], resolver, "Resources")
    identities = Identities(existing, endpoints or Endpoints(), resolver)
    resolver = resolver.naming(identities)
    resources = {name: _resource(name, node, resolver, identities) for name, node in existing.items()}
    outputs = {
        name: str(resolver.value(node["Value"], f"Outputs.{name}.Value"))
        for name, node in _existing(translated.get("Outputs", {}), resolver, "Outputs").items()
    }
    return Template(template_path.parent, resources, outputs)


def _existing(nodes: Mapping[str, Any], resolver: Resolver, where: str) -> dict[str, Any]:
    return {
        name: node
        for name, node in nodes.items()
        if "Condition" not in node or resolver.condition(node["Condition"], f"{where}.{name}")
    }


def _resource(logical_id: str, node: Mapping[str, Node], resolver: Resolver, identities: Identities) -> Resource:
    def known(find: Any) -> str | None:
        try:
            return str(find(logical_id))
        except LookupError:
            return None

    return Resource(
        logical_id=logical_id,
        type=node["Type"],
        properties=resolver.value(node.get("Properties", {}), f"Resources.{logical_id}.Properties"),
        attributes={key: value for key, value in node.items() if key not in {"Type", "Properties"}},
        reference=known(identities.reference),
        arn=known(identities.arn),
    )
