"""Languages as MEDLINE writes them (ISO 639-2/B) to BCP 47 tags, as JATS writes them."""

_PAIRS = (
    "afr:af alb:sq amh:am ara:ar arm:hy aze:az ben:bn bos:bs bul:bg cat:ca chi:zh cze:cs "
    "dan:da dut:nl eng:en epo:eo est:et fin:fi fre:fr geo:ka ger:de gla:gd glg:gl gre:el "
    "heb:he hin:hi hrv:hr hun:hu ice:is ind:id ita:it jpn:ja kin:rw kor:ko lat:la lav:lv "
    "lit:lt mac:mk mal:ml mao:mi may:ms nor:no per:fa pol:pl por:pt pus:ps rum:ro rus:ru "
    "san:sa slo:sk slv:sl spa:es srp:sr swe:sv tha:th tur:tr ukr:uk urd:ur vie:vi wel:cy"
)
_TWO_LETTERS = dict(pair.split(":") for pair in _PAIRS.split())


def language_code(name: str | None) -> str | None:
    """The tag of a language; `und` (undetermined) and unknown names stay as they are.

    >>> language_code("eng"), language_code("chi"), language_code("und"), language_code("")
    ('en', 'zh', 'und', None)
    """
    name = (name or "").strip().lower()
    return _TWO_LETTERS.get(name, name) or None
