"""What articles cite, beside the patients of whom they tell."""

from collections.abc import Iterator

from medloom.kit.cases import stories, words_of
from medloom.step import expands
from medloom.tables.cases import Citations, CitedWork
from medloom.tables.literature import Article, Passage, Reference


@expands
def citations(
    articles: list[Article], passages: list[Passage], *, abstracts: bool = True
) -> Iterator[Citations]:
    """Make a row of each article: its ids, its patients as in `case_reports`, the works it cites.

    References without PMID, PMCID and DOI are left out. Give `abstracts` the value that it has in
    `case_reports`, so that the ids of patients agree.

    >>> list(citations([], []))
    []
    """
    for article in articles:
        own = [one for one in passages if one.article_id == article.id]
        n_cases = len(stories(article, own, words_of(), abstracts))
        cited = [_cited(one) for one in article.references]
        yield Citations(
            article.id,
            _keys(article.pmid, article.pmcid, article.doi),
            [f"{article.id}/case/{number}" for number in range(1, n_cases + 1)],
            [one for one in cited if one.keys],
        )


def _cited(reference: Reference) -> CitedWork:
    keys = _keys(reference.pmid, reference.pmcid, reference.doi)
    return CitedWork(reference.ref_id, keys, reference.title)


def _keys(pmid: str | None, pmcid: str | None, doi: str | None) -> list[str]:
    named = [pmid and f"pmid:{pmid}", pmcid, doi and f"doi:{doi.lower()}"]
    return [one for one in named if one]
