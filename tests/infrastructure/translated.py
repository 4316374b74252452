"""Prints template.yaml as plain CloudFormation in JSON: `python -m tests.infrastructure.translated`."""

import json
import sys

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import read_source, translate
from tests.local.aws.parameters import parameter_values

if __name__ == "__main__":
    source = read_source(TEMPLATE_PATH)
    json.dump(translate(source, parameter_values(source["Parameters"], {})), sys.stdout, indent=1)
