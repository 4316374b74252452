"""Slack's mrkdwn as plain text, as a person reads it."""

import re

_CODE = re.compile(r"```(.*?)```|`([^`\n]+)`", re.DOTALL)
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_LINK = re.compile(r"<([^<>@#!|]+)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<[@#!]([^<>|^]+)(?:\|([^<>]*))?>")
_SIGN_OF_MENTION = {"@": "@", "#": "#", "!": "@"}
# *bold*, _italic_ and ~struck~ only around words: 2*3*4 and snake_case_name are left as they are.
_STYLE = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]+?)(?<=\S)\1(?![\w*_~])")


def plain_text(text: str) -> str:
    """Unescape `&lt; &gt; &amp;` and nothing else."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_mrkdwn(text: str) -> str:
    """Dates become their fallback text, links their label and address, mentions a name; code is left as it is.

    No-break spaces become spaces.
    """
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        parts.append(_read_prose(text[end : code.start()]))
        parts.append(plain_text((code[1] or code[2]).strip("\n")))
        end = code.end()
    return "".join([*parts, _read_prose(text[end:])]).replace("\N{NO-BREAK SPACE}", " ")


def _read_prose(text: str) -> str:
    text = _DATE.sub(r"\1", text)
    text = _unstyle(text)
    text = _MENTION.sub(lambda found: _SIGN_OF_MENTION[found[0][1]] + (found[2] or found[1]), text)
    text = _LINK.sub(lambda found: f"{found[2]} ({found[1]})" if found[2] else found[1], text)
    return plain_text(text)


def _unstyle(text: str) -> str:
    while (plain := _STYLE.sub(r"\2", text)) != text:
        text = plain
    return text
