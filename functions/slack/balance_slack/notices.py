"""What the reporter says while it has no balances to show, in mrkdwn. Pure."""

from balance_slack.mrkdwn import code

ASKING = "Asking the providers…"
ASKING_AGAIN = "Asking the providers again…"
SHARING = "Asking the providers again. The answer will be shown to everybody here…"
NOTHING_SHARED = "Nothing was shared."


def wait_text(wait_seconds: int) -> str:
    """That the providers were asked for this person a moment ago."""
    return f"The providers were asked for you only a moment ago. {_please_wait(wait_seconds)} before you refresh again."


def wait_to_share_text(wait_seconds: int) -> str:
    """That this person pressed Share a moment ago; that answer may be there, on its way, or lost."""
    return f"You pressed *Share to channel* only a moment ago. {_please_wait(wait_seconds)} before you share again."


def press_again_text(correlation_id: str, contact: str) -> str:
    """That a press opened no dialog; `contact` is mrkdwn (see contact.py)."""
    return (
        "The dialog could not be opened. Please press the button again. "
        f"If that does not help, give {contact} the reference {code(correlation_id)}."
    )


def not_shown_text(correlation_id: str, contact: str) -> str:
    """That Slack did not take the balances in the form that belongs here; `contact` is mrkdwn (see contact.py)."""
    return (
        "Slack did not take the balances in this form. `/balance` shows them; `/balance USD` makes the answer shorter. "
        f"If that does not help, give {contact} the reference {code(correlation_id)}."
    )


def _please_wait(wait_seconds: int) -> str:
    return f"Please wait {wait_seconds} {'second' if wait_seconds == 1 else 'seconds'}"
