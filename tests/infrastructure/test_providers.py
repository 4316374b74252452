"""A provider's wiring in the template: whole for those that are there, and named where a step was forgotten."""

from pathlib import Path

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.fourth_provider import NAME, STEPS, with_fourth_provider
from tests.infrastructure.wiring import OTHER_FOLDERS, provider_functions, wiring_faults
from tests.local.aws.cloudformation import Template, load_template
from tests.local.aws.intrinsics import IntrinsicError


def test_every_folder_of_functions_is_deployed(template: Template) -> None:
    folders = {
        f"functions/{folder.name}" for folder in (TEMPLATE_PATH.parent / "functions").iterdir() if folder.is_dir()
    }
    deployed = {function.properties["Code"]["S3Key"] for function in template.of_type("AWS::Lambda::Function")}
    assert deployed == folders
    assert deployed > OTHER_FOLDERS


def test_every_provider_is_wired_to_the_aggregator_and_to_slack(template: Template) -> None:
    assert {"pagsmile", "payby", "payermax"} <= set(provider_functions(template))
    assert wiring_faults(template) == []


def test_a_fourth_provider_follows_the_recipe(template: Template, tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(with_fourth_provider(TEMPLATE_PATH.read_text()))
    extended = load_template(path)
    assert set(provider_functions(extended)) == {*provider_functions(template), NAME}
    assert wiring_faults(extended) == []


@pytest.mark.parametrize("forgotten", [step for step in STEPS if step != "its block"])
def test_a_forgotten_step_is_named(tmp_path: Path, forgotten: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(with_fourth_provider(TEMPLATE_PATH.read_text(), forgotten=forgotten))
    faults = wiring_faults(load_template(path))
    assert any(NAME in fault for fault in faults), faults


def test_a_forgotten_block_cannot_be_deployed(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(with_fourth_provider(TEMPLATE_PATH.read_text(), forgotten="its block"))
    with pytest.raises(IntrinsicError, match=r"MockPayFunction\.Alias"):
        load_template(path)
