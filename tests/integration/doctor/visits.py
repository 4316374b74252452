"""The doctor's visits to a stack, and what they found."""

from tests.deployment.aws import Aws
from tests.deployment.check import Check
from tests.deployment.provider_secret import Manner
from tests.deployment.visit import Visit
from tests.integration.doctor.deployed_stack import Deployment
from tests.local.aws.stack import REGION, STACK_NAME

PROVIDERS = ("pagsmile", "payby", "payermax")


class Visits:
    """Looks at the stack and keeps what it found; `of` gives one subject's (status, finding, remedy)."""

    def __init__(self, deployment: Deployment, clients: Aws) -> None:
        self._slack_api_url = deployment.company.slack.api_url
        self._aws = clients
        self.checks: list[Check] = []

    def run(
        self,
        stack: str = STACK_NAME,
        *,
        aws: Aws | None = None,
        slack_api_url: str = "",
        shows_public_keys: bool = False,
        asks: bool = False,
    ) -> None:
        manner = Manner(REGION, shows_public_keys=shows_public_keys, is_local=True)
        visit = Visit(aws or self._aws, manner, slack_api_url or self._slack_api_url, asks)
        self.checks = visit.checks(stack)

    def of(self, subject: str) -> list[tuple[str, str, str]]:
        return [(check.status.value, check.finding, check.remedy) for check in self.checks if check.subject == subject]

    def statuses(self, subject: str) -> list[str]:
        return [status for status, _, _ in self.of(subject)]
