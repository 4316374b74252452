"""Whether the digest will come: the schedule as it is, and the channels as the bot itself reads them."""

from balance_core.errors import ProviderError
from balance_slack.digest_channels import read_digest_channels
from tests.deployment.check import Check, ok, unknown, warning, wrong
from tests.deployment.facts import Schedule


def schedule_check(schedule: Schedule, expression: str, timezone: str) -> Check:
    """`expression` and `timezone` are those of the stack's parameters."""
    told = f"{schedule.expression} in {schedule.timezone}"
    if schedule.state != "ENABLED":
        return wrong(
            "schedule", f"{told} is {schedule.state.lower()}", "enable it in the console of EventBridge Scheduler"
        )
    if (schedule.expression, schedule.timezone) != (expression, timezone):
        finding = f"was changed by hand: {told}, and the stack says {expression} in {timezone}"
        return warning(
            "schedule", finding, "change SnapshotScheduleExpression and SnapshotTimezone in samconfig.toml instead"
        )
    return ok("schedule", f"is enabled: {told}")


def digest_checks(setting: str) -> list[Check]:
    """`setting` is the parameter DigestChannels, read by the bot's own parser."""
    try:
        channels = read_digest_channels(setting)
    except ProviderError as exc:
        return [wrong("digest", exc.message, "mend DigestChannels in samconfig.toml, then make deploy")]
    if not channels:
        return [ok("digest", "none is posted (DigestChannels is empty)")]
    told = "; ".join(f"{each.channel_id} ({', '.join(each.currencies) or 'every currency'})" for each in channels)
    return [
        ok("digest", f"goes to {told}"),
        unknown(
            "digest",
            "whether the bot is in these channels could only be seen with scopes that it does not need",
            "in each of them: /invite @Balance Bot (a second invitation says that it is there already)",
        ),
    ]
