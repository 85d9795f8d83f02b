"""Ids of concepts as CURIEs, whatever the file calls them."""

import re

_LAST = re.compile(r"[/#]([A-Za-z][A-Za-z0-9.]*)_([A-Za-z0-9][\w.-]*)$")
_MESH = re.compile(r"^[A-Z]\d{6,}$")
_MESH_IRI = re.compile(r"id\.nlm\.nih\.gov/mesh/(?:\d+/)?([A-Z]\d{6,})$")


def curie(iri: str) -> str:
    """The CURIE of an IRI that ends in prefix and number; what is none is left as it is.

    >>> curie("http://purl.obolibrary.org/obo/HP_0001250"), curie("HP:0001250")
    ('HP:0001250', 'HP:0001250')
    """
    if found := _MESH_IRI.search(iri):
        return f"MESH:{found[1]}"
    found = _LAST.search(iri)
    return f"{found[1]}:{found[2]}" if found else iri


def mesh_or_omim(code: str) -> str:
    """The CURIE of a bare MeSH or OMIM code, as MEDIC and CTD write them.

    >>> mesh_or_omim("D008065"), mesh_or_omim("613097"), mesh_or_omim("OMIM:613097")
    ('MESH:D008065', 'OMIM:613097', 'OMIM:613097')
    """
    if code.isdecimal():
        return f"OMIM:{code}"
    return f"MESH:{code}" if _MESH.match(code) else code
