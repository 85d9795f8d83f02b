"""The `front` of an article: journal, identifiers, people, dates, licence, abstracts."""

from benchmarks.corpus.body import Writer
from benchmarks.corpus.journals import JOURNALS, LICENSES
from benchmarks.corpus.model import Abstract, Article, Author, Block, Paragraph, Section
from benchmarks.corpus.xml import block, el, leaf, text

ALI = "http://www.niso.org/schemas/ali/1.0/"


def front(article: Article, writer: Writer) -> str:
    return block("front", _journal_meta(article), _article_meta(article, writer))


def front_stub(article: Article, writer: Writer) -> str:
    """The short front of a sub-article."""
    return block(
        "front-stub",
        _titles(article, writer),
        _people(article, writer),
        *_affiliations(article),
        *abstracts(article, writer),
        *_keywords(article),
    )


def _journal_meta(article: Article) -> str:
    journal = JOURNALS[article.need("journal")]
    return block(
        "journal-meta",
        leaf("journal-id", journal.abbreviation, journal_id_type="nlm-ta"),
        leaf("journal-id", journal.abbreviation, journal_id_type="iso-abbrev"),
        block("journal-title-group", leaf("journal-title", journal.title)),
        leaf("issn", journal.issn, pub_type="epub"),
        block("publisher", leaf("publisher-name", journal.publisher)),
    )


def _article_meta(article: Article, writer: Writer) -> str:
    return block(
        "article-meta",
        *_ids(article),
        _categories(article),
        _titles(article, writer),
        _people(article, writer),
        *_affiliations(article),
        _author_notes(article),
        *_dates(article),
        leaf("volume", article.get("volume")),
        leaf("issue", article.get("issue")),
        *_pages(article),
        _history(article),
        _permissions(article),
        *_related(article),
        *abstracts(article, writer),
        *_keywords(article),
        _funding(article),
        _note(article),
    )


def _ids(article: Article) -> list[str | None]:
    kind = article.get("pmc-id-type", "pmc")
    digits = article.number.removeprefix("PMC")
    shown = {"pmc": digits, "pmcid": article.number, "pmcaid": digits}
    ids = [leaf("article-id", shown[kind or "pmc"], pub_id_type=kind)]
    if kind == "pmcaid":
        ids.insert(0, leaf("article-id", article.number, pub_id_type="pmcid"))
    for key in ("pmid", "doi", "publisher-id"):
        ids.append(leaf("article-id", article.get(key), pub_id_type=key))
    return ids


def _categories(article: Article) -> str:
    groups = [
        block("subj-group", *[leaf("subject", part.strip()) for part in line.split("|")],
              subj_group_type="heading" if i == 0 else "discipline")
        for i, line in enumerate(article.all("subject"))
    ]  # fmt: skip
    return block("article-categories", *groups)


def _titles(article: Article, writer: Writer) -> str:
    translated = [
        block("trans-title-group", el("trans-title", writer.inline(words.strip())),
              xml_lang=language.strip())
        for language, words in (line.split("|") for line in article.all("trans-title"))
    ]  # fmt: skip
    subtitle = article.get("subtitle")
    return block(
        "title-group",
        el("article-title", writer.inline(article.need("title"))),
        el("subtitle", writer.inline(subtitle)) if subtitle else None,
        *translated,
    )


def _people(article: Article, writer: Writer) -> str | None:
    if not article.authors:
        return None
    return block("contrib-group", *[_author(author, writer) for author in article.authors])


def _author(author: Author, writer: Writer) -> str:
    orcid = None
    if author.orcid and not writer.nlm:
        orcid = leaf("contrib-id", "https://orcid.org/" + author.orcid, contrib_id_type="orcid")
    name = block("name", leaf("surname", author.surname), leaf("given-names", author.given))
    links = [el("xref", el("sup", a), ref_type="aff", rid=writer.prefix + "aff" + a)
             for a in author.affiliations]  # fmt: skip
    return block(
        "contrib",
        orcid,
        leaf("collab", author.collab) if author.collab else name,
        *links,
        contrib_type="author",
        corresp="yes" if author.corresponding else None,
    )


def _affiliations(article: Article) -> list[str]:
    found = []
    prefix = article.get("prefix", "")
    for line in article.all("aff"):
        number, department, institution, city, country = (p.strip() for p in line.split("|"))
        found.append(
            el(
                "aff", leaf("label", number), text(department + ", "),
                leaf("institution", institution), text(f", {city}, "), leaf("country", country),
                id=f"{prefix}aff{number}",
            )
        )  # fmt: skip
    return found


def _author_notes(article: Article) -> str | None:
    notes = [el("fn", leaf("p", note), fn_type="conflict") for note in article.all("conflict")]
    return block("author-notes", *notes) if notes else None


def _dates(article: Article) -> list[str]:
    return [_date("pub-date", "pub-type", line) for line in article.all("date")]


def _date(element: str, attribute: str, line: str) -> str:
    """`epub 2021-05-03`, as precise as it is given."""
    kind, _, date = line.partition(" ")
    year, *rest = date.split("-")
    month = str(int(rest[0])) if rest else None
    day = str(int(rest[1])) if len(rest) > 1 else None
    return el(
        element, leaf("day", day), leaf("month", month), leaf("year", year),
        **{attribute.replace("-", "_"): kind},
    )  # fmt: skip


def _pages(article: Article) -> list[str | None]:
    first, _, last = (article.get("pages") or "").partition("-")
    return [leaf("fpage", first or None), leaf("lpage", last or None),
            leaf("elocation-id", article.get("elocation"))]  # fmt: skip


def _history(article: Article) -> str | None:
    lines = article.all("history")
    dates = [_date("date", "date-type", line) for line in lines]
    return block("history", *dates) if dates else None


def _permissions(article: Article) -> str | None:
    name = article.get("license")
    if not name:
        return None
    form = LICENSES[name]
    words: list[str | None] = [text(form.text)]
    if form.how == "link":
        url = form.url or ""
        words = [text(form.text + " ("), leaf("ext-link", url, ext_link_type="uri",
                                              xlink_href=url), ")"]  # fmt: skip
    if form.how == "ali":
        words = [leaf("ali:license_ref", form.url, xmlns_ali=ALI, specific_use="textmining")]
        license_ = block("license", *words, el("license-p", text(form.text)))
    else:
        license_ = block(
            "license",
            el("license-p", *words),
            license_type="open-access" if form.code != "other" else None,
            xlink_href=form.url if form.how == "attribute" else None,
        )
    year = article.all("date")[0].partition(" ")[2][:4]
    return block(
        "permissions",
        leaf("copyright-statement", f"© {year} The Author(s)"),
        leaf("copyright-year", year),
        license_,
    )


def _related(article: Article) -> list[str]:
    """`retracted-article | doi | 10.5555/...`."""
    found = []
    for n, line in enumerate(article.all("related"), 1):
        kind, id_type, target = (part.strip() for part in line.split("|"))
        found.append(el("related-article", related_article_type=kind, id=f"RA{n}",
                        ext_link_type=id_type, xlink_href=target))  # fmt: skip
    return found


def abstracts(article: Article, writer: Writer) -> list[str]:
    return [_abstract(abstract, writer) for abstract in article.abstracts]


def _abstract(abstract: Abstract, writer: Writer) -> str:
    return block(
        "trans-abstract" if abstract.language else "abstract",
        leaf("title", abstract.title),
        *[_abstract_part(part, writer) for part in abstract.blocks],
        abstract_type=abstract.kind,
        xml_lang=abstract.language,
    )


def _abstract_part(part: Block, writer: Writer) -> str:
    """JATS allows paragraphs and sections in an abstract; the rest stands in a paragraph."""
    written = writer.block(part)
    return written if isinstance(part, Paragraph | Section) else block("p", written)


def _keywords(article: Article) -> list[str]:
    """`en | sepsis; lactate`."""
    groups = []
    for line in article.all("keywords"):
        language, _, words = line.partition("|")
        each = [leaf("kwd", word.strip()) for word in words.split(";")]
        groups.append(block("kwd-group", *each, kwd_group_type="author",
                            xml_lang=language.strip()))  # fmt: skip
    return groups


def _funding(article: Article) -> str | None:
    """`Funder | award`."""
    groups = []
    for line in article.all("funding"):
        funder, _, award = line.partition("|")
        groups.append(block("award-group", leaf("funding-source", funder.strip()),
                            leaf("award-id", award.strip() or None)))  # fmt: skip
    if not groups:
        return None
    return block("funding-group", *groups)


def _note(article: Article) -> str:
    """Says, in the metadata too, that nothing here is real."""
    return block(
        "custom-meta-group",
        block("custom-meta", leaf("meta-name", "Provenance"),
              leaf("meta-value", "Written for software tests. Nothing here is real.")),
    )  # fmt: skip
