"""The words of a typed text, whatever the keyboard, a copied page or Slack put between and into them.

Letters, digits and currency signs are words. Everything else separates them: punctuation, quotes, formatting, emoji.
"""

import re
import unicodedata

from msgspec import Struct

from balance_slack.currency_names import currency_signs

# Slack sends these three characters escaped. The ampersand comes last: `&amp;lt;` is a typed `&lt;`.
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
# Letters of these categories are invisible (soft hyphens, zero-width spaces, marks of direction) or cannot be encoded.
_DROPPED_CATEGORIES = ("Cf", "Cs")
_INVISIBLE_LETTERS = "\u115f\u1160\u034f\u17b4\u17b5"
_LIST_SEPARATORS = re.compile(r"[,;/+&|\n\u3001\u061b\u060c]")
_APOSTROPHES = re.compile(r"['\u2019]s$|['\u2019]")


class Word(Struct, frozen=True):
    """`key` is what is compared, `shown` is the word as typed, from `start` to `end`.

    `begins_item`: it is separated from the word before by more than a space, such as a comma.
    """

    key: str
    shown: str
    start: int
    end: int
    begins_item: bool


class TypedText(Struct, frozen=True):
    """`text` without what is invisible, and its words."""

    text: str
    words: tuple[Word, ...]


def read_words(text: str) -> TypedText:
    """The words of a text as Slack sends it. Half-width and full-width, bold and plain letters are the same."""
    for escaped, character in _ESCAPES:
        text = text.replace(escaped, character)
    if not text.isascii():
        text = "".join(filter(_is_visible, unicodedata.normalize("NFKC", text)))
    words: list[Word] = []
    for match in _WORD.finditer(text):
        begins_item = bool(words) and bool(_LIST_SEPARATORS.search(text, words[-1].end, match.start()))
        shown = match[0].strip("<>").partition("|")[0]
        words.append(Word(key_of(match[0]), shown, match.start(), match.end(), begins_item))
    return TypedText(text, tuple(words))


def key_of(word: str) -> str:
    """A word in lower case, without accents, apostrophes and a possessive s."""
    key = _APOSTROPHES.sub("", word.casefold())
    if key.isascii():
        return key
    return "".join(filter(lambda character: not unicodedata.combining(character), unicodedata.normalize("NFKD", key)))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED_CATEGORIES and character not in _INVISIBLE_LETTERS


def _sign_pattern() -> str:
    """Every sign, longest first. Its letters must not be part of a longer word: `A$`, but not the end of `visa$`."""
    signs = [re.escape(sign) for sign in currency_signs()]
    before, after = (rf"(?{kind}[^\W_])" for kind in ("<!", "!"))
    lettered = "|".join(sign for sign in signs if sign[0].isalpha() and not sign[-1].isalpha())
    others = "|".join(
        f"{before}{sign}{after}" if sign[0].isalpha() else sign + after for sign in signs if sign[-1].isalpha()
    )
    plain = "|".join(sign for sign in signs if not sign[0].isalpha() and not sign[-1].isalpha())
    return f"{before}(?:{lettered})|{others}|{plain}"


# A link, a mention, a channel or an address is one word, of which no part is understood. The lengths keep it linear.
_FOREIGN = (
    r"<(?:[@#!]|https?:|mailto:|tel:)[^<>]*>|\bhttps?://\S+|\bwww\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.\w[\w.-]*"
)
# An amount, a date or a time is one word.
_NUMBER = r"[0-9]+(?:[.,:/-][0-9]+)+"
_WORD = re.compile(rf"{_FOREIGN}|{_sign_pattern()}|{_NUMBER}|[^\W_]+(?:['\u2019][^\W_]+)*", re.IGNORECASE)
