"""Authors and their affiliations.

A group author (`collab`) is one author; its members, whom some journals list inside it, are not
authors of their own.
"""

from collections.abc import Iterator

from lxml import etree

from medloom.kit.identifiers import find_orcid
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.text import plain
from medloom.tables.literature import Affiliation, Author

_NAMES = frozenset({"name", "string-name"})
_ALTERNATIVES = frozenset({"name-alternatives", "collab-alternatives", "aff-alternatives"})
_AUTHOR_TYPES = frozenset({"", "author", "authors", "collab"})


class People:
    """Collects contributors and affiliations while the metadata is read."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.authors: list[Author] = []
        self.affiliations: dict[str, Affiliation] = {}
        self._of_others: set[str] = set()

    def read_group(self, group: etree._Element, outer_type: str = "") -> None:
        """Read a `contrib-group`. An `aff` in it that nobody cites belongs to all its authors."""
        kind = group.get("content-type", "") or outer_type
        kind = kind if kind in {"author", "authors"} else ""
        first = len(self.authors)
        shared: list[str] = []
        for child in group:
            tag = child.tag
            try:
                if tag == "contrib":
                    self._read_contributor(child, kind)
                elif tag == "aff" or tag == "aff-alternatives":
                    shared.append(self.read_affiliation(child))
            except Exception as error:
                self.draft.failed(child, error)
        authors = self.authors[first:]
        if not authors:
            self._of_others.update(shared)
        elif shared and not any(author.affiliations for author in authors):
            for author in authors:
                author.affiliations.extend(shared)

    def read_affiliation(self, aff: etree._Element) -> str:
        """Read an `aff` and return its id."""
        outer_id = aff.get("id")
        if aff.tag == "aff-alternatives":
            aff = next(aff.iter("aff"), aff)
        name = aff.get("id") or outer_id or f"aff-{len(self.affiliations) + 1}"
        country = next(aff.iter("country"), None)
        text = _address(aff)
        self.affiliations.setdefault(
            name, Affiliation(name, text, None if country is None else plain(country) or None)
        )
        return name

    def finish(self) -> None:
        """Leave out what only editors cite; a single one that nobody cites is everybody's."""
        for name in self._of_others.difference(*(author.affiliations for author in self.authors)):
            self.affiliations.pop(name, None)
        if len(self.affiliations) == 1 and not any(a.affiliations for a in self.authors):
            for author in self.authors:
                author.affiliations.extend(self.affiliations)

    def _read_contributor(self, contrib: etree._Element, group_type: str) -> None:
        kind = contrib.get("contrib-type", "") or group_type
        surname: str | None = None
        given: str | None = None
        collab: str | None = None
        orcid: str | None = None
        corresponding = contrib.get("corresp") == "yes"
        affiliations: list[str] = []
        for child in _unwrapped(contrib):
            tag = child.tag
            if tag in _NAMES:
                if surname is None and given is None:
                    surname, given = read_name(child)
            elif tag == "collab" or tag == "on-behalf-of":
                collab = collab or _collab_name(child)
            elif tag == "anonymous":
                collab = collab or "Anonymous"
            elif tag == "contrib-id":
                if child.get("contrib-id-type", "orcid") == "orcid":
                    orcid = orcid or find_orcid(child.text or "")
            elif tag == "ext-link" or tag == "uri":
                if "orcid" in (address := "".join([*child.attrib.values(), child.text or ""])):
                    orcid = orcid or find_orcid(address)
            elif tag == "xref":
                ref_type, rids = child.get("ref-type"), child.get("rid", "").split()
                if ref_type == "aff":
                    affiliations += rids
                elif ref_type == "corresp":
                    corresponding = True
            elif (tag == "aff" or tag == "aff-alternatives") and kind in _AUTHOR_TYPES:
                affiliations.append(self.read_affiliation(child))
        if kind in _AUTHOR_TYPES and (surname or given or collab):
            unique = list(dict.fromkeys(affiliations))
            self.authors.append(Author(surname, given, collab, orcid, corresponding, unique))
        else:
            self._of_others.update(affiliations)


def read_name(name: etree._Element) -> tuple[str | None, str | None]:
    """Surname and given names, without degrees and suffixes; a name without parts is all surname.

    >>> from lxml import etree
    >>> read_name(etree.fromstring("<name><surname>Ng</surname><suffix>Jr</suffix></name>"))
    ('Ng', None)
    """
    parts = {child.tag: plain(child) for child in name}
    surname, given = parts.get("surname"), parts.get("given-names")
    if not surname and not given:
        surname = plain(name)
    return surname or None, given or None


def _unwrapped(contrib: etree._Element) -> Iterator[etree._Element]:
    for child in contrib:
        if child.tag in _ALTERNATIVES and child.tag != "aff-alternatives":
            yield from child
        else:
            yield child


def _collab_name(collab: etree._Element) -> str | None:
    """The group's name without its members and addresses."""
    parts = [collab.text or ""]
    for child in collab:
        if child.tag not in {"contrib-group", "aff", "xref", "fn", "author-comment"}:
            parts.append(plain(child))
        parts.append(child.tail or "")
    return " ".join(" ".join(parts).split()).rstrip(" ,;") or None


def _address(aff: etree._Element) -> str:
    """The text of an affiliation, its parts separated, without its label."""
    running = bool(aff.text and aff.text.strip())
    pieces = [aff.text or ""]
    for child in aff:
        tail = child.tail or ""
        running = running or bool(tail.strip(" ,;\n\t"))
        if child.tag not in {"label", "institution-id", "email", "contrib-id"} and not (
            child.tag == "sup" and not pieces[0].strip() and len(pieces) == 1
        ):
            if child.tag == "institution-wrap":
                pieces.append(", ".join(plain(c) for c in child if c.tag == "institution"))
            else:
                pieces.append(plain(child))
        if not running and child.tag not in {"label", "sup"} and not tail.strip():
            tail = ", "
        pieces.append(tail)
    text = " ".join("".join(pieces).split())
    return text.replace(" ,", ",").strip(" ,;")
