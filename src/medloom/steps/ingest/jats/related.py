"""Links to other works: the retracted article, the erratum, the companion."""

from lxml import etree

from medloom.kit.identifiers import find_pmcid, find_pmid, normal_doi
from medloom.steps.ingest.jats.media import HREF
from medloom.steps.ingest.jats.text import plain
from medloom.tables.literature import Related


def read_related(element: etree._Element) -> Related | None:
    """A link to another work.

    >>> from lxml import etree
    >>> read_related(etree.fromstring(
    ...     "<related-article related-article-type='corrected-article' ext-link-type='doi'"
    ...     " xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='10.1/a'/>"))
    Related(type='corrected-article', target='10.1/a', kind='doi')
    """
    get = element.get
    target = get(HREF) or get("href") or get("object-id") or get("document-id") or plain(element)
    kind = get("ext-link-type") or get("object-id-type") or get("document-id-type")
    if not target:
        return None
    target = target.strip()
    if kind == "doi" or "doi.org/" in target or target.startswith("10."):
        kind, target = "doi", normal_doi(target) or target
    elif kind == "pubmed" or kind == "pmid":
        kind, target = "pmid", find_pmid(target) or target
    elif kind in {"pmc", "pmcid"}:
        kind, target = "pmcid", find_pmcid(target) or target
    elif target.startswith("http"):
        kind = "uri"
    link_type = get("related-article-type") or get("link-type") or element.tag
    return Related(link_type, target, kind)
