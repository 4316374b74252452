"""What the reporter says while it has no balances to show, in mrkdwn. Pure."""

from balance_slack.mrkdwn import code

ASKING = "Asking the providers…"
ASKING_AGAIN = "Asking the providers again…"
NOTHING_SHARED = "Nothing was shared."
PRESS_AGAIN = "The dialog could not be opened. Please press the button again."


def wait_text(wait_seconds: int) -> str:
    """That the providers were asked for this person a moment ago."""
    return (
        "The providers were asked for you only a moment ago. Please wait "
        f"{wait_seconds} {'second' if wait_seconds == 1 else 'seconds'} before you refresh again."
    )


def not_shown_text(correlation_id: str, contact: str) -> str:
    """That Slack did not take the balances in the form that belongs here; `contact` is mrkdwn (see contact.py)."""
    return (
        "Slack did not take the balances in this form. `/balance` shows them; `/balance USD` makes the answer shorter. "
        f"If that does not help, give {contact} the reference {code(correlation_id)}."
    )
