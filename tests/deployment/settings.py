"""What the stack's parameters mean: who may ask, where the digest goes, who gets the alarms, which address. Pure."""

from collections.abc import Collection, Mapping, Sequence

from balance_core.errors import ProviderError
from balance_slack.reporter.digest import read_digest_channels
from tests.deployment.check import Check, ok, unknown, warning, wrong
from tests.deployment.leftovers import BALANCES_TABLE, KEPT_TABLES, WATCH_TABLE
from tests.deployment.stack import Schedule, Stack, Table

_DEPLOY = "in samconfig.toml, then make deploy"
# The schedules by the parameters with their expressions: logical id, and what they are for.
SCHEDULES = {
    "SnapshotScheduleExpression": ("SnapshotSchedule", "digest"),
    "WatchScheduleExpression": ("WatchSchedule", "watch"),
}
WATCH_SCHEDULE = "WatchRunSchedule"
TABLES = (BALANCES_TABLE, WATCH_TABLE, "AnswersTable", "RequestsTable")
_ALLOW_LISTS = {
    "SlackAllowedTeamIds": "workspaces",
    "SlackAllowedChannelIds": "channels",
    "SlackAllowedUserIds": "people",
}
# Who can also ask because of `*`, which is easy to overlook.
_ALSO_ALLOWED = {
    "SlackAllowedTeamIds": "people from other companies in shared channels can ask, too",
    "SlackAllowedUserIds": "guests can ask, too, because Slack does not say who is a guest",
}


def stack_check(stack: Stack) -> Check:
    """Whether the last deployment succeeded."""
    finding = f"{stack.name} is {stack.status}"
    events = f"see why: aws cloudformation describe-stack-events --region {stack.region} --stack-name {stack.name}"
    if stack.status.endswith("_IN_PROGRESS"):
        return warning("stack", finding, "wait until it is deployed, then run the doctor again")
    if stack.status == "UPDATE_ROLLBACK_COMPLETE":
        return warning("stack", f"{finding}: the last deployment failed and changed nothing", events)
    if stack.status.endswith("_COMPLETE") and "ROLLBACK" not in stack.status:
        return ok("stack", finding)
    return wrong("stack", finding, events)


def parameter_checks(stack: Stack, samconfig: Mapping[str, str]) -> Sequence[Check]:
    """Whether the deployed parameters are those of `samconfig`; nothing if that is empty.

    CloudFormation keeps the deployed value of a parameter that a deployment does not mention. So an entry that somebody
    removes from an allow-list together with its line stays in force.
    """
    if not samconfig:
        return []
    checks = [
        _difference(name, value, samconfig) for name, value in stack.parameters.items() if samconfig.get(name) != value
    ]
    return checks or [ok("parameters", "are those in samconfig.toml")]


def _difference(name: str, deployed: str, samconfig: Mapping[str, str]) -> Check:
    if name in samconfig:
        finding = f'{name} is "{deployed}" in the stack, but "{samconfig[name]}" in samconfig.toml'
        return warning("parameters", finding, "deploy it (make deploy ENV=...), or correct samconfig.toml")
    finding = f'{name} has no line in samconfig.toml, so its deployed value stays in force: "{deployed}"'
    return warning("parameters", finding, f'write the line you want, such as {name} = "{deployed}", then make deploy')


def access_checks(stack: Stack) -> Sequence[Check]:
    """One check for each list that decides who may do what, and one for the contact that refused people see."""
    parameters = stack.parameters
    return [*(_allow_list(name, parameters) for name in _ALLOW_LISTS), _sharing(parameters), _contact(parameters)]


def _allow_list(name: str, parameters: Mapping[str, str]) -> Check:
    value, who = parameters.get(name, ""), _ALLOW_LISTS[name]
    if not value:
        return wrong("access", f"{name} is empty: nobody may ask", f"list the {who} {_DEPLOY}: README, step 5")
    if value != "*":
        return ok("access", f"{who} that may ask: {value}")
    if name in _ALSO_ALLOWED:
        return warning("access", f"{name} is *: {_ALSO_ALLOWED[name]}", f"list the {who} {_DEPLOY}")
    return ok("access", "people may ask in every channel and direct message (SlackAllowedChannelIds is *)")


def _sharing(parameters: Mapping[str, str]) -> Check:
    shared, asked = parameters.get("SlackShareChannelIds", ""), parameters.get("SlackAllowedChannelIds", "")
    if not shared:
        return ok("sharing", "nobody may share an answer in a channel (SlackShareChannelIds is empty)")
    useless = [] if "*" in (shared, asked) else sorted({*shared.split(",")} - {*asked.split(",")})
    if useless:
        finding = f"nobody can share in {', '.join(useless)}, because nobody may ask there"
        return warning("sharing", finding, f"add the channels to SlackAllowedChannelIds {_DEPLOY}")
    where = "every channel in which people may ask" if shared == "*" else shared
    return ok("sharing", f"people may share answers in {where}")


def _contact(parameters: Mapping[str, str]) -> Check:
    if contact := parameters.get("AdminContact", ""):
        return ok("contact", f"people who are refused are sent to {contact}")
    finding = 'AdminContact is empty: people who are refused are sent to "the administrator of Balance Bot"'
    return warning("contact", finding, f"set it to your Slack user id, a channel id or an address {_DEPLOY}")


def address_of(stack: Stack) -> str:
    """The address that the providers see, in words."""
    if address := stack.outputs.get("ProviderEgressIp"):
        return f"the address {address}"
    if allocation_id := stack.parameters.get("ProviderEipAllocationId"):
        return f"the address of {allocation_id}"
    if stack.parameters.get("ProviderSubnetIds"):
        return "the address of your NAT gateway"
    return "a fixed address (CreateProviderVpc=true gives you one)"


def address_check(stack: Stack, providers: Collection[str]) -> Check:
    """Whether there is an address that `providers` can put on their allow-lists."""
    give = f"give it to those of {', '.join(providers)} that keep an allow-list: functions/<provider>/README.md"
    addresses = f"aws ec2 describe-addresses --region {stack.region}"
    if allocation_id := stack.parameters.get("ProviderEipAllocationId"):
        look_up = f"look it up ({addresses} --allocation-ids {allocation_id}) and {give}"
        return ok("address", f"the providers see your own address {allocation_id}", look_up)
    if address := stack.outputs.get("ProviderEgressIp"):
        finding = f"the providers see {address}, which a new stack or a new VPC would not use again"
        own = f"set ProviderEipAllocationId {_DEPLOY}: {addresses} --public-ips {address}"
        return warning("address", finding, f"to keep it, {own}; {give}")
    if subnets := stack.parameters.get("ProviderSubnetIds"):
        command = f"aws ec2 describe-nat-gateways --region {stack.region} --query NatGateways[].NatGatewayAddresses[]"
        finding = f"the functions are in your subnets {subnets}, behind a NAT gateway that is not part of this stack"
        return unknown("address", finding, f"look up its public IP address ({command}) and {give}")
    finding = "the functions have no fixed address: a provider with an allow-list refuses them"
    return warning("address", finding, f"set CreateProviderVpc=true, or ProviderSubnetIds, {_DEPLOY}: README, step 6")


def schedule_check(schedule: Schedule, expression_parameter: str, parameters: Mapping[str, str]) -> Check:
    """Whether a schedule is enabled and as the stack's parameters say; `expression_parameter` has its expression."""
    kind, finding = SCHEDULES[expression_parameter][1], f"{schedule.expression} in {schedule.timezone}"
    expected = [parameters.get(name, "") for name in (expression_parameter, "SnapshotTimezone")]
    if schedule.state != "ENABLED":
        remedy = "enable it in the console of EventBridge Scheduler"
        return wrong("schedules", f"the {kind}'s, {finding}, is {schedule.state.lower()}", remedy)
    if [schedule.expression, schedule.timezone] != expected:
        finding = f"somebody changed the {kind}'s by hand: {finding}, but the stack says {' in '.join(expected)}"
        return warning("schedules", finding, f"set {expression_parameter} and SnapshotTimezone {_DEPLOY}")
    return ok("schedules", f"the {kind}'s is enabled: {finding}")


def watch_schedule_check(schedule: Schedule) -> Check:
    """Whether the watch runs by itself."""
    if schedule.state != "ENABLED":
        finding = f"that of the watch's runs is {schedule.state.lower()}: nobody is told when snapshots stop coming"
        return wrong("schedules", finding, "enable it in the console of EventBridge Scheduler")
    return ok("schedules", f"the watch's runs: {schedule.expression}")


def watch_checks(parameters: Mapping[str, str]) -> Sequence[Check]:
    """Who is told of frozen money, and of alerts that could not be delivered."""
    channel, admins = parameters.get("AlertChannel", ""), parameters.get("SlackAdminUserIds", "")
    checks = [ok("watch", "nobody is told when money is frozen (AlertChannel is empty)")]
    if channel:
        checks = [ok("watch", f"frozen money is announced in {channel}", "type there, once: /invite @Balance Bot")]
    if not admins:
        finding = "SlackAdminUserIds is empty: nobody may change rules, or is told of alerts that cannot be delivered"
        return [*checks, warning("watch", finding, f"list your Slack user id {_DEPLOY}")]
    return [*checks, ok("watch", f"{admins.partition(',')[0]} is told of alerts that cannot be delivered")]


def table_check(logical_id: str, table: Table) -> Check:
    """Whether a table deletes what has expired, and whether the history and the rules can be restored."""
    console = "turn it on in the console of DynamoDB, or deploy again"
    if not table.expires:
        return wrong("tables", f"{logical_id} has no time to live: nothing is deleted when it has expired", console)
    if logical_id in KEPT_TABLES and not table.is_recoverable:
        lost = KEPT_TABLES[logical_id].replace("its", "the", 1)
        return wrong("tables", f"{logical_id} has no point-in-time recovery: a mistake would lose {lost}", console)
    return ok("tables", f"{logical_id} is there, and deletes what has expired")


def digest_checks(setting: str) -> Sequence[Check]:
    """`setting` is the parameter DigestChannels, read by the bot's own parser."""
    try:
        channels = read_digest_channels(setting)
    except ProviderError as exc:
        return [wrong("digest", exc.message, f"fix DigestChannels {_DEPLOY}")]
    if not channels:
        return [ok("digest", "no digest is posted (DigestChannels is empty)")]
    named = "; ".join(f"{each.channel_id} ({', '.join(each.currencies) or 'every currency'})" for each in channels)
    return [
        ok("digest", f"goes to {named}"),
        unknown(
            "digest",
            "the bot has no scope that would show whether it is in these channels",
            "type in each of them: /invite @Balance Bot (Slack says so if it is there already)",
        ),
    ]


def alarm_check(address: str, subscriptions: Mapping[str, str]) -> Check:
    """`address` is the parameter AlarmEmail; `subscriptions` are the topic's, an ARN for each confirmed address."""
    if not address:
        return warning("alarms", "AlarmEmail is empty: nobody gets the alarms", f"set it {_DEPLOY}")
    subscription = subscriptions.get(address, "Deleted")
    if subscription.startswith("arn:"):
        return ok("alarms", f"go to {address}")
    if subscription == "PendingConfirmation":
        remedy = 'open the mail "AWS Notification - Subscription Confirmation" and follow its link, or deploy again'
        return wrong("alarms", f"{address} has not confirmed, so it gets no alarms", remedy)
    finding = f"{address} has unsubscribed, so it gets no alarms"
    return wrong("alarms", finding, "deploy once with AlarmEmail empty, then with the address")
