"""The patients of whom articles tell."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.cases import (
    Story,
    Words,
    figures_of,
    is_case_report,
    stories,
    tables_of,
    words_of,
)
from medloom.kit.demographics import LANGUAGES, Demographics, of_text
from medloom.step import DigestedBy, Failure, expands
from medloom.tables.cases import Case, CasePassage
from medloom.tables.literature import Article, Figure, Passage


def _checked(file: str | None) -> str | None:
    words_of(file)
    return file


def _digest(file: str | None) -> str:
    return str(words_of(file))


@expands
def case_reports(
    articles: list[Article],
    passages: list[Passage],
    figures: list[Figure],
    *,
    abstracts: bool = True,
    words: Annotated[str | None, DigestedBy(_digest), AfterValidator(_checked)] = None,
) -> Iterator[Case | Failure]:
    """Make a row of each patient whose story an article tells.

    Stories are found in sections that hold cases by their titles, and in case reports also
    without such sections; with `abstracts`, in the abstract of a case report that has no body.
    A section with several patients is cut at their labels (`Case 2`, `Patient II-1`), ordinals, or
    where a passage introduces another one. Discussion, introduction, cited cases, trials and
    reviews are left out. An article that says that it reports a case, and tells no story that is
    found, is a failed row of the ledger. Figures belong to the patient whose story mentions them,
    with the panels that it names, or in whose section they stand. Age and sex are read from the
    story, else from the title or abstract of an article with one patient. `words` is a file of
    patterns in place of the built-in `words.yaml`.

    After Zhao et al., PMC-Patients (doi:10.1038/s41597-023-02814-8).

    >>> list(case_reports([], [], []))
    []
    """
    told_by = words_of(words)
    for article in articles:
        own = [one for one in passages if one.article_id == article.id]
        found = stories(article, own, told_by, abstracts)
        if not found and is_case_report(article, told_by):
            yield Failure(f"{article.id}/case/1", "a case report in which no story was found")
        here = [one for one in figures if one.article_id == article.id]
        yield from _cases(article, own, found, here, told_by)


def _cases(
    article: Article,
    passages: Sequence[Passage],
    found: Sequence[Story],
    figures: Sequence[Figure],
    words: Words,
) -> Iterator[Case]:
    ids = [f"{article.id}/case/{number}" for number in range(1, len(found) + 1)]
    belong = figures_of(ids, found, figures, passages, words)
    tables = tables_of(found, passages)
    for number, story in enumerate(found):
        said = _demographics(article, story, words, alone=len(found) == 1)
        yield Case(
            ids[number],
            article.id,
            number + 1,
            story.label,
            story.title,
            story.text,
            *said,
            "single" if len(found) == 1 else "several",
            story.how,
            list(_placed(story)),
            belong[number],
            tables[number],
            article.language,
            article.license,
            article.year,
            article.pmid,
            article.doi,
        )


def _placed(story: Story) -> Iterator[CasePassage]:
    start = 0
    for one in story.stretches:
        end = start + one.end - one.start
        yield CasePassage(one.passage.id, start, end, one.start)
        start = end + len("\n\n")


def _demographics(article: Article, story: Story, words: Words, alone: bool) -> Demographics:
    language = (article.language or "")[:2].lower()
    language = language if language in LANGUAGES else "auto"
    said = of_text(story.text, language, story.is_of_relative(words))
    if alone and not (said.age and said.sex):
        for where, text in (("title", article.title), ("abstract", article.abstract)):
            more = of_text(text or "", language)
            if said.age is None and more.age:
                said = said._replace(age=more.age._replace(where=where))
            if said.sex is None and more.sex:
                said = said._replace(sex=more.sex._replace(where=where))
    return said
