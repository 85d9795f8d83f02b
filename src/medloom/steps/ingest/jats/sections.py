"""What a section is about, by its `sec-type` or by the words of its title."""

import re
from functools import lru_cache

KINDS = {
    "case": "case|cases|case report|case reports|case presentation|case description|patient",
    "introduction": "introduction|intro|background|objective|objectives|aim|aims|rationale",
    "methods": "methods|method|methodology|materials|material|subjects|patients|participants"
    "|experimental|procedure|procedures|statistical analysis|study design|design|statistics",
    "results": "results|result|findings|outcomes",
    "discussion": "discussion|comment|comments|limitations",
    "conclusion": "conclusion|conclusions|concluding remarks|summary",
    "supplementary": "supplementary|supplement|supplemental|supporting information"
    "|additional file|additional files|supplementary-material|web extra|online resource",
    "acknowledgement": "acknowledgement|acknowledgements|acknowledgment|acknowledgments|ack",
    "funding": "funding|financial support|financial-disclosure|grant support|sources of support"
    "|supported by",
    "conflict": "conflict|conflicts|competing interests|competing interest|coi statement"
    "|declaration of interest|declaration of interests|disclosure|disclosures"
    "|declaration of competing interest",
    "contributions": "contributions|contributors|authors' contributions|author contributions"
    "|contributorship|con",
    "ethics": "ethics|ethical|ethical approval|consent|informed consent|patient consent"
    "|ethics statement",
    "data": "data availability|availability of data|data access|data sharing"
    "|data-availability|accession numbers|data archiving",
    "abbreviations": "abbreviations|abbreviation|glossary|nomenclature|list of abbreviations",
}
"""Words and phrases of each kind. A phrase counts where the title begins with it, then where the
title contains it; earlier kinds win. `supplementary` and the kinds below it are looked at first."""

_SEC_TYPES = {
    "intro": "introduction",
    "introduction": "introduction",
    "background": "introduction",
    "materials": "methods",
    "methods": "methods",
    "materials|methods": "methods",
    "subjects": "methods",
    "results": "results",
    "discussion": "discussion",
    "conclusions": "conclusion",
    "conclusion": "conclusion",
    "cases": "case",
    "case-report": "case",
    "supplementary-material": "supplementary",
    "data-availability": "data",
    "ethics-statement": "ethics",
    "funding-information": "funding",
    "coi statement": "conflict",
    "author-contributions": "contributions",
}
_ORDER = sorted(
    KINDS, key=lambda kind: list(KINDS).index(kind) < list(KINDS).index("supplementary")
)
_BEGINS = [(kind, re.compile(rf"(?:{KINDS[kind]})(?![\w-])")) for kind in _ORDER]
_CONTAINS = [
    (kind, re.compile(rf"(?<![\w-])(?:{KINDS[kind]})(?![\w-])"))
    for kind in _ORDER
    if kind not in {"acknowledgement", "contributions", "case"}
]
_NUMBER = re.compile(r"^(?:(?:\d+|[ivx]+|[a-h])[.):]\s*)*\W*")


@lru_cache(maxsize=4096)
def section_kind(title: str, sec_type: str = "") -> str | None:
    """The kind of a section, or null where neither its type nor its title says.

    >>> section_kind("2. Materials and Methods"), section_kind("", "intro")
    ('methods', 'introduction')
    >>> section_kind("Authors' contributions"), section_kind("Thoughts") is None
    ('contributions', True)
    """
    if sec_type:
        kinds = (_SEC_TYPES.get(sec_type) for sec_type in [sec_type, *sec_type.split("|")])
        if kind := next(filter(None, kinds), None):
            return kind
    words = _NUMBER.sub("", title.lower().replace("’", "'"))
    if not words or len(words) > 120:
        return None
    for kind, pattern in _BEGINS:
        if pattern.match(words):
            return kind
    if len(words) > 60:
        return None
    return next((kind for kind, pattern in _CONTAINS if pattern.search(words)), None)
