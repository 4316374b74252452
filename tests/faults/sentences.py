"""Whether a failure's message is a sentence that a finance person understands."""

import re

_LONGEST = 300
# Words of Python, of its libraries, of AWS and of stack traces, none of which says anything to a finance person.
_MACHINE_WORDS = {
    "a class of exceptions": r"[A-Za-z]*(Error|Exception|Warning|Timeout)\b",
    "a stack trace": r"Traceback|\bline [0-9]+|\.py\b",
    "an ARN": r"\barn:",
    "an error number": r"\[Errno|\[SSL|_ssl\.c|\bE[A-Z]{4,}\b",
    "a Python value": r"\b(None|True|False|NoneType|NotImplemented)\b|<[a-z]+ |\bobject at\b|0x[0-9a-f]+",
    "a Python type": r"\b(str|int|dict|tuple|bool|float|bytes|Decimal)\b",
    "a library": r"\b(httpx|httpcore|h11|anyio|asyncio|boto|botocore|ssl|urllib|json\.|codec|getaddrinfo|idna)",
    "code": r"[{}\\\n\r\t`]|\(\)|::|==|__",
    "an amount": r"[0-9]+\.[0-9]{2}\b",
    "a bare dollar sign": r"\$(?!\.[A-Za-z])",
}


def objections(message: str) -> list[str]:
    """What `message` holds that it should not, or lacks; nothing when it may be shown."""
    found = [f"holds {what}: {message}" for what, pattern in _MACHINE_WORDS.items() if re.search(pattern, message)]
    if len(message) > _LONGEST:
        found.append(f"is longer than {_LONGEST} characters: {message}")
    if not message.isascii() or not message.isprintable():
        found.append(f"holds characters that are not plain text: {message!r}")
    # "PayBy " goes in front, so it continues a sentence; after the colon it says why, or what to do.
    if not re.fullmatch(r"[a-z][^:]+: \S.+", message):
        found.append(f"does not say what happened and what to do: {message}")
    return found
