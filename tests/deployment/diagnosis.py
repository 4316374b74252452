"""Every check of one stack, area by area. An area that cannot be read does not stop the others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import msgspec

from balance_core.errors import ProviderError
from balance_core.provider.credentials import OUR_KEY
from balance_core.provider.protocol import Provider
from balance_core.question import Question
from balance_core.secrets import Secret
from tests.deployment import settings, slack_app
from tests.deployment.aws import Aws, reading_keys
from tests.deployment.check import Check, CheckError, Status, ok, warning, wrong
from tests.deployment.clock import clock_check
from tests.deployment.manifest import MANIFEST, URL_OUTPUT
from tests.deployment.our_keys import our_key_checks, verified_checks
from tests.deployment.provider_answer import answer_checks, not_asked
from tests.deployment.providers import packaged_providers, secret_checks
from tests.deployment.stack import Stack


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How to look at a stack. `asks` makes the functions ask their providers.

    `samconfig` has the stack's parameters in samconfig.toml, or is empty when the stack has no section there.
    """

    aws: Aws
    samconfig: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False
    shows_public_keys: bool = False

    def checks(self, stack_name: str) -> list[Check]:
        """Every finding, in the order in which one sets the stack up."""
        try:
            caller, aws_time = self.aws.caller()
            clock = clock_check("AWS", aws_time, datetime.now(UTC))
            stack = self.aws.stack(stack_name)
        except CheckError as exc:
            return [exc.check]
        slack = (self._signing_secret, self._bot_token, self._request_url, settings.access_checks)
        areas = (*slack, self._providers, self._tables, self._schedules, self._alarms)
        checks = [ok("credentials", f"AWS knows you as {caller}"), clock, settings.stack_check(stack)]
        checks += settings.parameter_checks(stack, self.samconfig)
        return checks + [check for area in areas for check in _checks_of(partial(area, stack))]

    def _signing_secret(self, stack: Stack) -> Iterable[Check]:
        secret = self.aws.secret("signing secret", f"{stack.name}/slack-signing")
        return [slack_app.signing_secret_check(secret, stack)]

    def _bot_token(self, stack: Stack) -> Iterable[Check]:
        secret = self.aws.secret("bot token", f"{stack.name}/slack-bot-token")
        answer = slack_app.auth_test(slack_app.bot_token(secret, stack), stack.slack.api_url)
        clock = clock_check("Slack", slack_app.header(answer, "date"), datetime.now(UTC))
        return [*slack_app.token_checks(answer, stack, slack_app.wanted_scopes(MANIFEST)), clock]

    def _request_url(self, stack: Stack) -> Iterable[Check]:
        return [slack_app.request_url_check(_output(stack, URL_OUTPUT, "request URL"))]

    def _providers(self, stack: Stack) -> Iterator[Check]:
        deployed = self.aws.provider_functions(_output(stack, "AggregatorArn", "providers"))
        packaged = packaged_providers()
        yield ok("providers", f"deployed: {', '.join(deployed)}")
        for name, function_arn in deployed.items():
            if name not in packaged:
                remedy = "run the doctor from the project's version that you deployed"
                yield warning(name, f"is deployed, but there is no functions/{name} here", remedy)
            else:
                yield from _checks_of(partial(self._provider, packaged[name], function_arn, stack))
        yield settings.address_check(stack, deployed)

    def _provider(self, provider: Provider, function_arn: str, stack: Stack) -> Iterator[Check]:
        name = provider.name
        secret = self.aws.secret(name, f"{stack.name}/{name}", absent=Status.WARNING)
        yield from secret_checks(provider, secret, stack.region, shows_public_keys=self.shows_public_keys)
        yield from _checks_of(partial(self._our_keys, provider, stack))
        yield from _checks_of(partial(self._answer, provider, secret, function_arn, stack))

    def _our_keys(self, provider: Provider, stack: Stack) -> Iterable[Check]:
        if not any(field.name == OUR_KEY for field in provider.fields):
            return []
        versions, kms = self.aws.our_keys(f"{stack.name}/{provider.name}")
        with reading_keys(provider.name):
            try:
                return list(our_key_checks(stack.name, provider, versions, kms, datetime.now(UTC)))
            except ProviderError:
                return []  # said about the secret itself

    def _answer(self, provider: Provider, secret: Secret, function_arn: str, stack: Stack) -> Iterable[Check]:
        if not self.asks:
            return [not_asked(provider)]
        payload = self.aws.invoke(provider.name, function_arn, msgspec.json.encode(Question()))
        checks = answer_checks(provider, payload, settings.address_of(stack))
        return [*checks, *verified_checks(provider, secret, payload)]

    def _tables(self, stack: Stack) -> Iterator[Check]:
        for logical_id in settings.TABLES:
            yield from _checks_of(partial(self._table, logical_id, stack))

    def _table(self, logical_id: str, stack: Stack) -> Iterable[Check]:
        return [settings.table_check(logical_id, self.aws.table(_resource(stack, logical_id, "tables")))]

    def _schedules(self, stack: Stack) -> Iterator[Check]:
        for parameter, (logical_id, _) in settings.SCHEDULES.items():
            if stack.parameters.get(parameter):
                yield from _checks_of(partial(self._schedule, parameter, logical_id, stack))
            else:
                yield ok("schedules", f"none for the history ({parameter} is empty)")
        yield from _checks_of(partial(self._watch_schedule, stack))
        yield from settings.digest_checks(stack.parameters.get("DigestChannels", ""))
        yield from settings.watch_checks(stack.parameters)

    def _schedule(self, parameter: str, logical_id: str, stack: Stack) -> Iterable[Check]:
        schedule = self.aws.schedule(logical_id, _resource(stack, logical_id, "schedules"))
        return [settings.schedule_check(schedule, parameter, stack.parameters)]

    def _watch_schedule(self, stack: Stack) -> Iterable[Check]:
        name = settings.WATCH_SCHEDULE
        return [settings.watch_schedule_check(self.aws.schedule(name, _resource(stack, name, "schedules")))]

    def _alarms(self, stack: Stack) -> Iterable[Check]:
        address, topic = stack.parameters.get("AlarmEmail", ""), stack.resources.get("AlarmTopic", "")
        return [settings.alarm_check(address, self.aws.subscriptions(topic) if address else {})]


def _output(stack: Stack, name: str, subject: str) -> str:
    if name not in stack.outputs:
        raise CheckError(wrong(subject, f"the stack has no output {name}", "deploy it again: make deploy ENV=..."))
    return stack.outputs[name]


def _resource(stack: Stack, logical_id: str, subject: str) -> str:
    if logical_id not in stack.resources:
        raise CheckError(wrong(subject, f"the stack has no {logical_id}", "deploy it again: make deploy ENV=..."))
    return stack.resources[logical_id]


def _checks_of(area: Callable[[], Iterable[Check]]) -> list[Check]:
    """The area's checks, or the one that says why there are none."""
    try:
        return list(area())
    except CheckError as exc:
        return [exc.check]
