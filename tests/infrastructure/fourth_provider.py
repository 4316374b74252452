"""The README's recipe for another provider, applied to the text of the template.

Each step copies PayerMax's lines under the new name and inserts them directly after the originals.
"""

import re
from collections.abc import Mapping

STEPS: Mapping[str, str] = {
    "its block": r"(?s)\n  PayerMaxSecret:.*?\n(?=\n)",
    "its name for people": r",payermax=PayerMax\b",
    "its permission": r"\n +- !Ref PayerMaxFunction\.Alias(?=\n)",
    "its entry": r"\n +- !Sub payermax=\$\{PayerMaxFunction\.Alias\}(?=\n)",
}


def with_fourth_provider(template_text: str, name: str, display_name: str) -> str:
    """The template with the provider in functions/<name>. Fails unless each step finds exactly one place."""
    text = template_text
    for pattern in STEPS.values():
        [found] = re.finditer(pattern, text)
        copy = found[0].replace("PayerMax", display_name).replace("payermax", name)
        text = text[: found.end()] + copy + text[found.end() :]
    return text
