"""The README's recipe for another provider, applied to the text of the template with a made-up one.

Each step copies PayerMax's lines under the new name, right behind them.
"""

import re
from collections.abc import Mapping

NAME, WORD = "mockpay", "MockPay"
STEPS: Mapping[str, str] = {
    "its block": r"(?s)\n  PayerMaxSecret:.*?\n(?=\n)",
    "its name for people": r",payermax=PayerMax\b",
    "its permission": r"\n +- !Ref PayerMaxFunction\.Alias(?=\n)",
    "its entry": r"\n +- !Sub payermax=\$\{PayerMaxFunction\.Alias\}(?=\n)",
}


def with_fourth_provider(template_text: str, *, forgotten: str = "") -> str:
    """The template with MockPay in functions/mockpay beside the other providers, but for one `forgotten` step.

    Fails if the template no longer has exactly one place for a step.
    """
    text = template_text
    for step, pattern in STEPS.items():
        if step != forgotten:
            [found] = re.finditer(pattern, text)
            copy = found[0].replace("PayerMax", WORD).replace("payermax", NAME)
            text = text[: found.end()] + copy + text[found.end() :]
    return text
