"""Least privilege and safe keeping: the deployed template against a run in which every call to AWS is recorded."""

import tempfile
from pathlib import Path

from tests.infrastructure import audit
from tests.infrastructure.called_actions import observe
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import grants
from tests.local.aws.cloudformation import load_template
from tests.trust.report import Section, at_least, count

# What Lambda itself does: two actions at X-Ray, and six at EC2 that are denied to a function's own code.
_WILDCARD_ACTIONS = 8


def measure() -> Section:
    """Ten seconds: one run of the local system, then the template with every optional part."""
    with tempfile.TemporaryDirectory() as folder:
        observation = observe(Path(folder))
    allowed, used = grants(observation.template), observation.used
    whole = load_template(
        TEMPLATE_PATH, {"DigestChannels": "C0DIGEST", "AlarmEmail": "a@example.com", "CreateProviderVpc": "true"}
    )
    aggregator = whole.resources["AggregatorFunction"]
    return Section(
        "Infrastructure",
        (
            at_least("permissions compared with the recorded calls", len(allowed), 40),
            count("allowed but never called", len(allowed - used), 0),
            count("called but not allowed", len(used - allowed), 0),
            count(
                "actions with a wildcard, all Lambda's own",
                len({grant.action for grant in audit.wildcards(whole)}),
                _WILDCARD_ACTIONS,
            ),
            count("secrets with any but one reading function", len(audit.not_read_by_exactly_one(whole)), 0),
            count("principals that may invoke the aggregator", len(audit.invokers(aggregator, whole)), 2),
            count(
                "asynchronous edges without failure destination",
                len(audit.without_destination(whole, observation.asynchronous)),
                0,
            ),
            count("logs without retention", len(audit.without_retention(whole)), 0),
            count("stores without encryption at rest", len(audit.unencrypted(whole)), 0),
            count("secrets in environment variables", len(audit.secrets_in_environment(whole)), 0),
        ),
    )
