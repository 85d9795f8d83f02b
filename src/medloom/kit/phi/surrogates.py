"""Values that look like those they replace, and are of nobody: the same for a patient each time."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache

from medloom.kit.phi.dates import shifted
from medloom.kit.phi.draws import Draws, days_of_shift
from medloom.kit.phi.lexicons import Lexicons, lexicons

_WORD = re.compile(r"[^\W\d_]+(?:['’´][^\W\d_]+)*")
_MARK = re.compile(r"[A-Za-zÀ-ɏ]|\d")
_PLAIN = (
    "street st avenue ave road rd boulevard blvd lane ln drive court ct place square suite"
    " apt unit floor box hospital hospitals medical center centre clinic general university"
    " universidad health memorial regional school college inc llc ltd corp company group"
    " foundation of the and for at calle avenida avda av plaza paseo carretera ctra camino c"
    " de del la el los las y i km s n nº n.º universitario universitaria clínica clínico"
    " centro salud complejo hospitalario instituto facultad fundación infantil piso bajo izq"
    " izda dcha centre po p o inc. nhs dr dra mr mrs ms jr sr ii iii von van der da do bin"
)
_KEPT = frozenset(_PLAIN.split())
"""Words of addresses and institutions that tell nothing."""
_DATES = frozenset({"date", "partial_date", "year"})
_NUMBERED = re.compile(r"(?i)ninety[\w -]*|noventa[\w ]*|(?:one )?hundred[\w -]*|cien\w*|\d[\d.,]*")


class Surrogates:
    """Makes surrogates for one patient: by a keyed hash, so that nothing needs to be kept.

    >>> made = Surrogates(b"a secret of many bytes", "p1", language="en", avoided=())
    >>> one, two = made.of("name", "Anna Smith"), made.of("name", "Smith")
    >>> one.split()[1] == two, made.of("phone", "555-123-4567").count("-")
    (True, 2)
    """

    def __init__(
        self,
        key: bytes,
        patient: str,
        *,
        language: str = "en",
        avoided: Collection[str] = (),
        most_days: int = 365,
        keep_weekday: bool = False,
    ) -> None:
        self._key, self._patient, self._language = key, patient, language
        self._avoided = frozenset(one.lower() for one in avoided)
        self.days = days_of_shift(key, patient, most_days, keep_weekday)

    def of(self, kind: str, value: str) -> str | None:
        """The surrogate of a value; None where there is no good one, and a mask is better."""
        if kind in _DATES:
            return shifted(value, self.days, self._language)
        if kind in _WAYS:
            return _WAYS[kind](self, value)
        if any(map(str.isdigit, value)):
            return self._number(value)
        return None

    def name(self, value: str) -> str:
        """Another name: given names of the same sex, surnames for the rest, in the same case."""
        return "".join(self._words(value, self._name_for))

    def place(self, value: str) -> str:
        """A street, hospital or organisation with other names and numbers."""
        return self._number("".join(self._words(value, self._surname_for)), letters=False)

    def city(self, value: str) -> str:
        """Another city of a country where the language is spoken."""
        cities = lexicons().city_names[self._language]
        return self._other(value, "city", cities, value.isupper())

    def email(self, value: str) -> str:
        """An address at a domain that is nobody's (RFC 2606)."""
        draws = self._draws("email", value)
        known = _names_of(self._language)
        name = f"{draws.choice(known['u'])}.{draws.choice(known['last'])}"
        return f"{name.lower().replace(' ', '')}@example.org"

    def url(self, value: str) -> str:
        """An address at a domain that is nobody's."""
        return f"https://example.org/{self._draws('url', value).below(10**6):06}"

    def ip(self, value: str) -> str:
        """An address of the blocks for documentation (RFC 5737, RFC 3849)."""
        draws = self._draws("ip", value)
        return (
            f"2001:db8::{draws.below(65535):x}" if ":" in value else f"192.0.2.{draws.below(255)}"
        )

    def age(self, value: str) -> str:
        """`90+`, as the Safe Harbor rule asks."""
        return _NUMBERED.sub("90+", value, count=1)

    def _number(self, value: str, letters: bool = True) -> str:
        """Other digits and letters in the same places."""
        for attempt in range(100):
            draws = self._draws("number", f"{attempt}{value.lower()}")

            def drawn(mark: "re.Match[str]", draws: Draws = draws) -> str:
                old = mark.group()
                if old.isdigit():
                    return str(draws.below(10))
                if not letters:
                    return old
                new = chr(ord("a") + draws.below(26))
                return new.upper() if old.isupper() else new

            made = _MARK.sub(drawn, value)
            if made != value and made.lower() not in self._avoided:
                break
        return made

    def _words(self, value: str, way: Callable[[str], str]) -> Iterator[str]:
        last = 0
        for word in _WORD.finditer(value):
            yield value[last : word.start()]
            kept = word.group().lower() in _KEPT and (
                len(word.group()) > 1 or word.group().islower()
            )
            yield word.group() if kept else way(word.group())
            last = word.end()
        yield value[last:]

    def _name_for(self, word: str) -> str:
        if len(word) == 1:
            return self._draws("initial", word).choice("ABCDEFGHJKLMNPRSTVW")
        given = lexicons().given.get(word.lower())
        surname = word.lower() in lexicons().surnames
        if given and not (surname and given.weak):
            return self._other(word, "given", _names_of(self._language)[given.sex], word.isupper())
        return self._surname_for(word)

    def _surname_for(self, word: str) -> str:
        if len(word) == 1:
            return self._draws("initial", word).choice("ABCDEFGHJKLMNPRSTVW")
        return self._other(word, "last", _names_of(self._language)["last"], word.isupper())

    def _other(self, value: str, of: str, some: tuple[str, ...], shouted: bool) -> str:
        """One of some that is not the value, nor anything that the text must not have."""
        draws = self._draws(of, value.lower())
        for _ in range(1000):
            one = draws.choice(some)
            if not {one.lower(), *_lowered(one)} & {value.lower(), *self._avoided}:
                break
        return one.upper() if shouted else one.lower() if value.islower() else one

    def _draws(self, of: str, value: str) -> Draws:
        return Draws(self._key, self._patient, of, value)


_WAYS: dict[str, Callable[[Surrogates, str], str]] = {
    **dict.fromkeys(("name", "patient_name", "relative_name", "staff_name"), Surrogates.name),
    **dict.fromkeys(("street", "hospital", "health_centre", "organization"), Surrogates.place),
    "city": Surrogates.city,
    "email": Surrogates.email,
    "url": Surrogates.url,
    "ip": Surrogates.ip,
    "age_over_89": Surrogates.age,
}


def _lowered(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


@cache
def _names_of(language: str) -> dict[str, tuple[str, ...]]:
    """Names of a language that are no ordinary words: given ones by sex, and `last`."""
    known: Lexicons = lexicons()
    found = {
        sex: tuple(
            name.capitalize()
            for name, one in known.given.items()
            if one.sex == sex and language in one.languages and not one.weak and len(name) > 2
        )
        for sex in "fm"
    }
    last = tuple(
        name.title()
        for name, weak in known.surnames.items()
        if not weak and language in known.surname_languages[name] and len(name) > 2
    )
    return {**found, "u": found["f"] + found["m"], "last": last}
