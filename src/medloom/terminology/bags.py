"""Names as bags of content words, with the variants that the terminology's synonyms teach."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from medloom.terminology.ambiguity import FREE
from medloom.terminology.characters import fold
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.normal import normal, rows
from medloom.terminology.synonymy import Bag, Synonymy, learn

_WORD = re.compile(r"[^\W\d_]+|\d+|[&/,]")
_normal = lru_cache(1 << 16)(normal)
_MOST, _GENERAL, _SEVERAL = 8, 0.02, 50


class OwnWords(NamedTuple):
    """Words that matching without order treats in their own way, in normal form."""

    function: frozenset[str]
    preposition: frozenset[str]
    copula: frozenset[str]
    skipped: frozenset[str]
    joining: frozenset[str]


class Named(NamedTuple):
    """What a bag stands for."""

    entry: int
    name: int
    rewritten: bool
    joins: bool
    """Whether the name has parallel parts itself."""
    heads: frozenset[str]
    """Words that may be the head of the phrase."""


class Bags(NamedTuple):
    """The bags of some names, and what was learnt from them."""

    learnt: Synonymy
    named: dict[Bag, Named]
    modifiers: frozenset[str]
    """Words that are seldom the head of a name."""


@cache
def own_words() -> OwnWords:
    """The words of the data file."""
    by_kind = {
        kind: frozenset(map(normal, words.split())) for kind, words in rows("function_words.tsv")
    }
    return OwnWords(**by_kind)


def content_words(name: str) -> tuple[list[str], str]:
    """The content words of a name, in order, and its head.

    >>> content_words("Hypoplasia of the kidneys")
    (['hypoplasia', 'kidney'], 'hypoplasia')
    """
    own, words, head = own_words(), list[str](), ""
    for word in map(_normal, _WORD.findall(fold(name))):
        if word in own.preposition or word == ",":
            head = head or (words[-1] if words else "")
        elif word not in own.function and word not in own.joining and word not in own.copula:
            words.append(word)
    return words, head or (words[-1] if words else "")


def bags(lexicon: Lexicon, names: Sequence[int]) -> Bags:
    """What the chosen names teach, and the bags that stand for one concept."""
    entry_of, scope_of = lexicon.arrays["name_entry"], lexicon.arrays["name_scope"]
    flags = lexicon.arrays["name_flags"]
    texts = {name: lexicon.names[name] for name in names if flags[name] == FREE}
    parsed = {name: content_words(text) for name, text in texts.items()}
    by_entry: dict[int, list[Bag]] = defaultdict(list)
    for name, (words, _) in parsed.items():
        if not scope_of[name]:
            by_entry[int(entry_of[name])].append(tuple(sorted(words)))
    learnt = learn(by_entry.values())
    found: dict[Bag, Named] = {}
    having, heading = Counter[str](), Counter[str]()
    for name in sorted(texts, key=lambda one: int(scope_of[one])):
        words, head = parsed[name]
        bag, head = tuple(sorted(map(learnt.word, words))), learnt.word(head)
        having.update(set(bag))
        heading[head] += 1
        joins = any(one in own_words().joining for one in _WORD.findall(fold(texts[name])))
        if 1 < len(bag) <= _MOST:
            one = Named(int(entry_of[name]), name, False, joins, frozenset([head]))
            known = found.setdefault(bag, one)
            if known.entry == one.entry and head not in known.heads:
                found[bag] = known._replace(heads=known.heads | one.heads)
    exact = [bag for bag, one in found.items() if not scope_of[one.name]]
    general = frozenset(
        word for word, n in having.items() if n > max(_GENERAL * len(texts), _SEVERAL)
    )
    once = _rewritten(exact, found, learnt, general)
    more = _rewritten(list(once), found | once, learnt, general) | once
    modifiers = frozenset(word for word, n in having.items() if heading[word] < n / 4)
    return Bags(learnt, found | more, modifiers)


def _rewritten(
    exact: Sequence[Bag], found: dict[Bag, Named], learnt: Synonymy, general: frozenset[str]
) -> dict[Bag, Named]:
    """Bags that one rewrite makes of others; none of general words only, or of two concepts."""
    rules, made = _by_word(learnt), dict[Bag, Named | None]()
    for bag in exact:
        named = found[bag]
        for new, old_words, new_words in _applied(bag, rules):
            if new in found or not 1 < len(new) <= _MOST or general.issuperset(new):
                continue
            heads = named.heads
            if heads & set(old_words):
                heads = heads - set(old_words) | set(new_words)
            one = Named(named.entry, named.name, True, named.joins, heads)
            known = made.setdefault(new, one)
            if known is not None and known.entry != named.entry:
                made[new] = None
            elif known is not None and known is not one and not heads <= known.heads:
                made[new] = known._replace(heads=known.heads | heads)
    return {bag: named for bag, named in made.items() if named is not None}


def _by_word(learnt: Synonymy) -> dict[str, list[tuple[Bag, Bag]]]:
    """The rewrites by the first word of what they change, in classes."""
    rules: dict[str, list[tuple[Bag, Bag]]] = defaultdict(list)
    for old, new in learnt.rewrites:
        pair = tuple(map(learnt.word, old)), tuple(map(learnt.word, new))
        if sorted(pair[0]) != sorted(pair[1]) and pair not in rules[pair[0][0]]:
            rules[pair[0][0]].append(pair)
    return rules


def _applied(bag: Bag, rules: dict[str, list[tuple[Bag, Bag]]]) -> Iterator[tuple[Bag, Bag, Bag]]:
    for word in dict.fromkeys(bag):
        for old, new in rules.get(word, ()):
            rest = list(bag)
            try:
                for one in old:
                    rest.remove(one)
            except ValueError:
                continue
            if rest:
                yield tuple(sorted((*rest, *new))), old, new
