"""One look at one stack: gathers the facts area by area, and has each judged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from balance_core.question import Question, new_correlation_id
from balance_core.secrets import Secret
from balance_core.wire import dumps
from tests.deployment.address import address_check, address_of
from tests.deployment.alarms import alarm_check
from tests.deployment.audience import audience_checks
from tests.deployment.aws import Aws
from tests.deployment.check import Check, NotGatheredError, Status, ok, warning, wrong
from tests.deployment.clock import clock_check
from tests.deployment.facts import Stack
from tests.deployment.manifest import MANIFEST, OUTPUT
from tests.deployment.provider_answer import answer_checks, not_asked
from tests.deployment.provider_secret import Manner, known_providers, secret_checks
from tests.deployment.schedule import digest_checks, schedule_check
from tests.deployment.slack_api import auth_test, unsigned_status
from tests.deployment.slack_app import bot_token, request_url_check, signing_secret_checks, token_checks, wanted_scopes


@dataclass(frozen=True, slots=True)
class Visit:
    """How to look: `slack_api_url` ends with a slash; `asks` has the providers asked by their own functions."""

    aws: Aws
    manner: Manner
    slack_api_url: str
    asks: bool

    def checks(self, stack_name: str) -> list[Check]:
        """Every finding about the stack of that name, in the order in which one is set up."""
        try:
            caller = self.aws.caller()
            first = [
                ok("credentials", f"AWS knows you: {caller.arn}"),
                clock_check("AWS", caller.now, caller.aws_now),
            ]
            stack = self.aws.stack(stack_name)
        except NotGatheredError as exc:
            return [exc.check]
        areas = (
            self._signing_secret,
            self._bot_token,
            self._request_url,
            audience_checks,
            self._providers,
            self._schedule,
            self._alarms,
        )
        return [*first, stack_check(stack), *(each for area in areas for each in _settled(partial(area, stack)))]

    def _signing_secret(self, stack: Stack) -> Iterable[Check]:
        return signing_secret_checks(self.aws.secret("signing secret", f"{stack.name}/slack-signing"), stack.region)

    def _bot_token(self, stack: Stack) -> Iterable[Check]:
        secret = self.aws.secret("bot token", f"{stack.name}/slack-bot-token")
        answer = auth_test(bot_token(secret, stack.region), self.slack_api_url)
        clock = clock_check("Slack", answer.now, answer.slack_now)
        return [*token_checks(answer, stack, wanted_scopes(MANIFEST)), clock]

    def _request_url(self, stack: Stack) -> Iterable[Check]:
        url = stack.outputs.get(OUTPUT)
        if url is None:
            return [wrong("request URL", f"the stack has no output {OUTPUT}", "deploy it again: make deploy ENV=...")]
        return [request_url_check(unsigned_status(url))]

    def _providers(self, stack: Stack) -> Iterator[Check]:
        used: dict[str, Secret] = {}
        for provider in known_providers():
            try:
                secret = self.aws.secret(provider.name, f"{stack.name}/{provider.name}", absent=Status.WARNING)
            except NotGatheredError as exc:
                yield exc.check
                continue
            used[provider.name] = secret
            yield from secret_checks(provider, secret, self.manner)
            yield from _settled(partial(self._answer, provider.name, stack))
        yield address_check(stack, used)

    def _answer(self, provider: str, stack: Stack) -> Iterable[Check]:
        if not self.asks:
            return [not_asked(provider)]
        question = dumps(Question(new_correlation_id()).to_wire())
        payload = self.aws.invoke(provider, f"{stack.name}-{provider}", question)
        return answer_checks(provider, payload, address_of(stack))

    def _schedule(self, stack: Stack) -> Iterator[Check]:
        expected = [stack.parameters.get(name, "") for name in ("SnapshotScheduleExpression", "SnapshotTimezone")]
        name = stack.resources.get("SnapshotSchedule", "")
        yield from _settled(lambda: [schedule_check(self.aws.schedule(name), *expected)])
        yield from digest_checks(stack.parameters.get("DigestChannels", ""))

    def _alarms(self, stack: Stack) -> Iterable[Check]:
        address = stack.parameters.get("AlarmEmail", "")
        topic = stack.resources.get("AlarmTopic", "")
        return [alarm_check(address, self.aws.subscriptions(topic) if address else {})]


def stack_check(stack: Stack) -> Check:
    """Whether the last deployment went through."""
    told = f"{stack.name} is {stack.status}"
    events = f"aws cloudformation describe-stack-events --region {stack.region} --stack-name {stack.name}"
    if stack.status.endswith("_IN_PROGRESS"):
        return warning("stack", told, "wait until it is deployed, then look again")
    if stack.status == "UPDATE_ROLLBACK_COMPLETE":
        return warning("stack", f"{told}: the last deployment failed and changed nothing", f"see why: {events}")
    if stack.status.endswith("_COMPLETE") and "ROLLBACK" not in stack.status:
        return ok("stack", told)
    return wrong("stack", told, f"see why: {events}")


def _settled(area: Callable[[], Iterable[Check]]) -> list[Check]:
    """The area's findings, or the one that says why there are none."""
    try:
        return list(area())
    except NotGatheredError as exc:
        return [exc.check]
