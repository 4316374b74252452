"""Whether anybody hears the alarms. Pure."""

from collections.abc import Mapping

from tests.deployment.check import Check, ok, warning, wrong


def alarm_check(address: str, subscriptions: Mapping[str, str]) -> Check:
    """`subscriptions` are SNS's own words: an ARN when the address is confirmed."""
    if not address:
        return warning("alarms", "AlarmEmail is empty: nobody is told", "set it in samconfig.toml, then make deploy")
    subscription = subscriptions.get(address, "Deleted")
    if subscription.startswith("arn:"):
        return ok("alarms", f"go to {address}")
    if subscription == "PendingConfirmation":
        remedy = (
            'open the mail "AWS Notification - Subscription Confirmation" there and follow its link, or deploy again'
        )
        return wrong("alarms", f"{address} has not confirmed: no alarm reaches it", remedy)
    finding = f"{address} has unsubscribed: no alarm reaches it"
    return wrong("alarms", finding, "deploy once with AlarmEmail empty, then with the address")
