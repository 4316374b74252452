"""Least privilege and encryption: the template compared with a run that records every call to AWS."""

import tempfile
from pathlib import Path

from tests.infrastructure import audit
from tests.infrastructure.called_actions import UNUSED, observe
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import grants
from tests.local.aws.cloudformation import load_template
from tests.trust.report import Section, at_least, count

# Used by Lambda itself: two actions of X-Ray, and six of EC2 that are denied to a function's own code. And two of KMS,
# whose wildcard is the number of a key under a provider's own aliases.
_WILDCARD_ACTIONS = 10
_ALL_PARTS = {"DigestChannels": "C0DIGEST", "AlarmEmail": "a@example.com", "CreateProviderVpc": "true"}


def measure() -> Section:
    """Run the local system once, then audit the template with every optional part."""
    with tempfile.TemporaryDirectory() as folder:
        observation = observe(Path(folder))
    allowed, used = grants(observation.template), observation.used
    whole = load_template(TEMPLATE_PATH, _ALL_PARTS)
    wildcards = {grant.action for grant in audit.wildcards(whole)}
    invokers = audit.invokers(whole.resources["AggregatorFunction"], whole)
    without_destination = audit.without_destination(whole, observation.asynchronous)
    return Section(
        "Infrastructure",
        (
            at_least("permissions compared with the recorded calls", len(allowed), 40),
            count("allowed but never called", len(allowed - used - UNUSED), 0),
            count("called but not allowed", len(used - allowed), 0),
            count("actions with a wildcard, for Lambda itself and for keys", len(wildcards), _WILDCARD_ACTIONS),
            count("secrets that not exactly one function may read", len(audit.not_read_by_exactly_one(whole)), 0),
            count("principals that may invoke the aggregator", len(invokers), 2),
            count("asynchronous functions without a failure destination", len(without_destination), 0),
            count("logs without retention", len(audit.without_retention(whole)), 0),
            count("resources without encryption at rest", len(audit.unencrypted(whole)), 0),
            count("secrets in environment variables", len(audit.secrets_in_environment(whole)), 0),
        ),
    )
