"""What a person may type after `/balance`: currencies, providers, merchant accounts, `all` and `help`, in any order.

A fixed vocabulary, and no guesses: what is known is asked, and other words are ignored and named beside the answer. But
nothing is asked if no word is known, or if the answer could be taken for another: after a likely typing error, a word
for several currencies, or `without`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from balance_core.question import ACCOUNT_NAME, Question
from balance_slack.rule_words import RuleWords
from balance_slack.topics import Topic, read_topic
from balance_slack.typed_text import TypedText, Word, read_words
from balance_slack.vocabulary import CONNECTING, EXCLUDING, ORDINARY, Kind, Vocabulary

# ISO 4217's ALL is the Albanian lek; the word `all` means everything.
_WORD_OF_CODE = {"ALL": "lek"}
# A colon, perhaps one that only looks like it, and what people put around a name.
_ACCOUNT = re.compile(
    rf"\s*[:\u2236](?P<space>[\s:'\"`*\u2018\u2019\u201c\u201d]*)(?P<name>{ACCOUNT_NAME.pattern})(?![^\W_])"
)
_MAX_ACCOUNT_EXAMPLES = 3
# Far more than a question; reading more would take seconds.
_MAX_CHARACTERS = 20_000
_MAX_NAMED_WORDS = 3
_MAX_IGNORED_WORDS = 10
_MAX_IGNORED_CHARACTERS = 40
# Enough for a question; comparing more would only take time.
_MAX_COMPARED_WORDS = 50
# Questions that name one currency.
_ABOUT_ONE = frozenset({Topic.HISTORY, Topic.WHY, Topic.EXPORT})


class HelpWanted(Struct, frozen=True):
    """The person wants to know how to ask."""


class Asked(Struct, frozen=True):
    """What is asked, and the words that were ignored, as typed: at most ten, then how many more there are.

    `month` and `zone` are those of an export, as typed. `levels` are those of a new rule of the watch, None where the
    list of rules is wanted.
    """

    question: Question
    ignored: tuple[str, ...] = ()
    topic: Topic = Topic.BALANCES
    month: str | None = None
    zone: str | None = None
    levels: Mapping[str, str] | None = None


class UnknownWord(Struct, frozen=True):
    """An unknown word as it was typed, and the known word that was probably meant.

    `accounts` is what to type if it is the name of a merchant account, for some of the providers.
    """

    word: str
    suggestion: str | None
    accounts: tuple[str, ...] = ()


class AmbiguousWord(Struct, frozen=True):
    """A word as it was typed that may mean several currencies or amounts, from which the person must choose."""

    word: str
    choices: tuple[str, ...]
    what: str = "currencies"


class Mistake(Struct, frozen=True):
    """Nothing is asked because of these words: the first few of them, and how many `more` there are."""

    words: tuple[UnknownWord | AmbiguousWord, ...]
    more: int


class NotOneCurrency(Struct, frozen=True):
    """A question about the past, or a new rule, that does not name one currency, and at most one provider."""

    topic: Topic


Meant = Asked | HelpWanted | Mistake | NotOneCurrency


def parse(text: str, names: Mapping[str, str], correlation_id: str) -> Meant:
    """Read the text of the command. `names` are the display names by provider id; people may type either."""
    if len(text) > _MAX_CHARACTERS:
        return Mistake((UnknownWord(text[:_MAX_CHARACTERS], None),), 0)
    about = read_topic(read_words(text))
    reading = _Reading(about.rest, _vocabulary(tuple(names.items())))
    if reading.has(Kind.HELP):
        return HelpWanted()
    problems = [*reading.problems(), *_rule_problems(about.rule)]
    if about.topic is Topic.BALANCES:
        problems = problems or reading.nothing_known(list(names))
    if problems:
        return Mistake(tuple(problems[:_MAX_NAMED_WORDS]), max(0, len(problems) - _MAX_NAMED_WORDS))
    question = reading.question(list(names), correlation_id)
    levels = about.rule.levels if about.rule and about.rule.is_new else None
    if about.topic in _ABOUT_ONE and not _is_about_one(question):
        return NotOneCurrency(about.topic)
    if levels is not None and not _is_about_one_rule(question):
        return NotOneCurrency(about.topic)
    return Asked(
        replace(question, history=about.period),
        reading.ignored(),
        about.topic,
        month=about.month,
        zone=about.zone,
        levels=levels,
    )


def _rule_problems(rule: RuleWords | None) -> Iterator[UnknownWord | AmbiguousWord]:
    if rule is None:
        return
    for each in rule.unclear:
        yield AmbiguousWord(each.word, each.choices, "amounts") if each.choices else UnknownWord(each.word, None)
    if rule.above:
        yield UnknownWord(rule.above, "below")


def _is_about_one(question: Question) -> bool:
    return len(question.currencies or ()) == 1 and len(question.providers or ()) <= 1 and not question.accounts


def _is_about_one_rule(question: Question) -> bool:
    """A form shows one currency, and one provider or merchant account; it asks for what is missing."""
    owners = {*(question.providers or ()), *(each.partition(":")[0] for each in question.accounts or ())}
    return len(question.currencies or ()) <= 1 and len(owners) <= 1 and len(question.accounts or ()) <= 1


def words_of(question: Question) -> str:
    """The words that `parse` reads as this question, such as `AED USD payermax payby:uae all`; empty for everything.

    A button carries them as its value. A question about the past begins with `history`.
    """
    if question.history:
        return f"history {words_of(replace(question, history=None))} {question.history.value}"
    accounts = question.accounts or ()
    owners = {account.partition(":")[0] for account in accounts}
    currencies = (_WORD_OF_CODE.get(code, code) for code in question.currencies or ())
    providers = (provider for provider in question.providers or () if provider not in owners)
    return " ".join((*currencies, *providers, *accounts, *(("all",) if question.include_zero else ())))


@lru_cache(maxsize=1)
def _vocabulary(names: tuple[tuple[str, str], ...]) -> Vocabulary:
    """Made once: the names change only with a deployment."""
    return Vocabulary(dict(names))


class _Reading:
    """What was understood of a text, from its first word to its last."""

    def __init__(self, typed: TypedText, vocabulary: Vocabulary) -> None:
        self._typed = typed
        self._vocabulary = vocabulary
        self._found: dict[Kind, set[str]] = {kind: set() for kind in Kind}
        self._accounts: set[tuple[str, str]] = set()
        # In the order of the text, each word once. An UnknownWord here is one that must not be ignored.
        self._unclear: dict[str, Word | UnknownWord | AmbiguousWord] = {}
        position = 0
        while position < len(typed.words):
            position = self._read(position)

    def has(self, kind: Kind) -> bool:
        """Whether there is a word of this kind."""
        return bool(self._found[kind])

    def question(self, providers: Iterable[str], correlation_id: str) -> Question:
        """What is asked; providers in the order given."""
        found = self._found
        return Question(
            currencies=tuple(sorted(found[Kind.CURRENCY])) or None,
            providers=tuple(each for each in providers if each in found[Kind.PROVIDER]) or None,
            accounts=tuple(f"{owner}:{name}" for owner, name in sorted(self._accounts)) or None,
            include_zero=self.has(Kind.ALL),
            correlation_id=correlation_id,
        )

    def problems(self) -> Iterator[UnknownWord | AmbiguousWord]:
        """The words without which the question could be another."""
        compared = 0
        for key, word in self._unclear.items():
            if isinstance(word, AmbiguousWord):
                if self._found[Kind.CURRENCY].isdisjoint(word.choices):
                    yield word
            elif isinstance(word, UnknownWord):
                yield word
            elif key in EXCLUDING:
                yield UnknownWord(word.shown, None)
            elif compared < _MAX_COMPARED_WORDS:
                compared += 1
                suggestion = self._suggestion(word)
                if suggestion:
                    yield UnknownWord(word.shown, suggestion)

    def nothing_known(self, providers: list[str]) -> list[UnknownWord | AmbiguousWord]:
        """The words that are not known, if no word is; empty if one is known, or nothing was typed."""
        if any(self._found.values()) or not self._typed.text.strip():
            return []
        words = [word for word in self._unclear.values() if isinstance(word, Word)]
        told = [word for word in words if word.key not in ORDINARY] or words
        if len(told) == 1 and told[0].key not in ORDINARY and ACCOUNT_NAME.fullmatch(told[0].shown):
            accounts = tuple(f"{provider}:{told[0].shown}" for provider in providers[:_MAX_ACCOUNT_EXAMPLES])
            return [UnknownWord(told[0].shown, None, accounts)]
        return [UnknownWord(word.shown, None) for word in told] or [UnknownWord(self._typed.text.strip(), None)]

    def ignored(self) -> tuple[str, ...]:
        """The words that were not understood, without those that only connect others."""
        words = [each.shown for key, each in self._unclear.items() if isinstance(each, Word) and key not in CONNECTING]
        more = len(words) - _MAX_IGNORED_WORDS
        shown = [_shortened(word) for word in words[:_MAX_IGNORED_WORDS]]
        return (*shown, f"{more:,} more") if more > 0 else tuple(shown)

    def _read(self, position: int) -> int:
        """Read what begins at this word; the position of the first word behind it."""
        words = self._typed.words
        found = self._vocabulary.find(words, position)
        if found is None:
            return self._read_unknown(position)
        meaning, length = found
        after = position + length
        shown = self._typed.text[words[position].start : words[after - 1].end]
        if meaning.kind is Kind.CHOICE:
            self._unclear.setdefault(shown.casefold(), AmbiguousWord(shown, meaning.values))
            return after
        self._found[meaning.kind].update(meaning.values)
        return self._read_account(meaning.values[0], after) if meaning.kind is Kind.PROVIDER else after

    def _read_account(self, provider: str, position: int) -> int:
        """`:uae` behind a provider is its merchant account; a known word is one only if it touches the colon."""
        words, text = self._typed.words, self._typed.text
        match = _ACCOUNT.match(text, words[position - 1].end)
        is_next_known = position < len(words) and (
            words[position].key in ORDINARY or self._vocabulary.find(words, position) is not None
        )
        if match and not (match["space"] and is_next_known):
            self._accounts.add((provider, match["name"]))
            while position < len(words) and words[position].start < match.end():
                position += 1
            return position
        if self._has_colon_before(position) and not is_next_known:
            return self._refuse(position - 1, None)
        return position

    def _read_unknown(self, position: int) -> int:
        """An unknown word. `unknown:account` must not be ignored: the question would be about all providers."""
        word = self._typed.words[position]
        has_account = not word.key.isdigit() and self._has_colon_before(position + 1)
        if has_account and self._vocabulary.find(self._typed.words, position + 1) is None:
            meant = self._vocabulary.suggestion(word.key, is_alone=False)
            return self._refuse(position, meant.values[0] if meant and meant.kind is Kind.PROVIDER else None)
        self._unclear.setdefault(word.key, word)
        return position + 1

    def _refuse(self, position: int, provider: str | None) -> int:
        first, second = self._typed.words[position : position + 2]
        shown = f"{first.shown}:{second.shown}"
        self._unclear[shown.casefold()] = UnknownWord(shown, f"{provider}:{second.shown}" if provider else None)
        return position + 2

    def _has_colon_before(self, position: int) -> bool:
        """Whether a colon without spaces is all that separates this word from the one before."""
        words = self._typed.words
        return position < len(words) and self._typed.text[words[position - 1].end : words[position].start] == ":"

    def _suggestion(self, word: Word) -> str | None:
        """What was probably meant, unless it is asked anyway."""
        meant = self._vocabulary.suggestion(word.key, is_alone=len(self._typed.words) == 1)
        return meant.suggestion if meant and not self._found[meant.kind].issuperset(meant.values) else None


def _shortened(word: str) -> str:
    return word if len(word) <= _MAX_IGNORED_CHARACTERS else f"{word[: _MAX_IGNORED_CHARACTERS - 1]}…"
