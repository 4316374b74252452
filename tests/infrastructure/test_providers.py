"""Every provider is completely wired. tests/end_to_end/test_made_up_providers.py adds two with the README's recipe."""

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.wiring import OTHER_FOLDERS, provider_functions, wiring_faults
from tests.local.aws.cloudformation import Template, load_template


def test_every_folder_in_functions_is_deployed(template: Template) -> None:
    folders = {
        f"functions/{folder.name}" for folder in (TEMPLATE_PATH.parent / "functions").iterdir() if folder.is_dir()
    }
    deployed = {function.properties["Code"]["S3Key"] for function in template.of_type("AWS::Lambda::Function")}
    assert deployed == folders
    assert deployed > OTHER_FOLDERS


@pytest.mark.parametrize("providers", [["pagsmile", "payby", "payermax"], ["payby"], ["wise", "payby"]])
def test_the_parameter_decides_which_providers_are_connected_to_the_aggregator_and_to_slack(
    providers: list[str],
) -> None:
    template = load_template(TEMPLATE_PATH, {"Providers": ",".join(providers)})
    assert list(provider_functions(template)) == providers
    assert wiring_faults(template) == []
