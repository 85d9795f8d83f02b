"""The images of figures, each with its caption, article and licence."""

from collections.abc import Iterator

from medloom.kit.pictures import opened
from medloom.step import Failure, expands
from medloom.tables.figure_records import FigureRecord
from medloom.tables.literature import Article, Figure, FigureFile, MediaFile


@expands
def figure_records(
    figures: list[Figure],
    articles: list[Article],
    media: list[MediaFile],
    *,
    max_megapixels: float = 200,
) -> Iterator[FigureRecord | Failure]:
    """Make a row of each image file of each figure, with what its article says of it.

    The licence is the figure's own where it has one, else its article's. A file that is missing or
    is no image that can be read is a failed row of the ledger. `images` decodes every pixel; this
    step looks at the head of a file only, as `image_hash` and `image_quality` decode it anyway.

    >>> from medloom.tables.literature import FigureFile
    >>> gone = FigureFile("f1.jpg", None, False)
    >>> figure = Figure("PMC1/fig/F1", "PMC1", "1", None, "", [], "body", None, [gone], [], None)
    >>> list(figure_records([figure], [], []))
    [Failure(row_id='PMC1/fig/F1/image/1', error='missing file: f1.jpg')]
    """
    held = {file.uri: file.bytes for file in media}
    of = {article.id: article for article in articles}
    for figure in figures:
        for number, file in enumerate(figure.files, start=1):
            row_id = f"{figure.id}/image/{number}"
            try:
                article = of.get(figure.article_id)
                yield _record(row_id, figure, file, article, held, max_megapixels)
            except ValueError as error:
                yield Failure(row_id, str(error))


def _record(
    row_id: str,
    figure: Figure,
    file: FigureFile,
    article: Article | None,
    held: dict[str, bytes],
    max_megapixels: float,
) -> FigureRecord:
    data = held.get(file.uri or "")
    if data is None:
        raise ValueError(f"missing file: {file.href}")
    if article is None:
        raise ValueError(f"no article {figure.article_id}")
    with opened(data, max_megapixels) as image:
        image_format, width, height = image.format or "", image.width, image.height
    return FigureRecord(
        id=row_id,
        article_id=figure.article_id,
        figure_id=figure.id,
        label=figure.label,
        caption=figure.caption,
        mentions=figure.mentions,
        pmid=article.pmid,
        doi=article.doi,
        title=article.title,
        journal=article.journal,
        year=article.year,
        is_retracted=article.is_retracted,
        license=figure.license or article.license,
        file=file.uri or "",
        bytes=data,
        format=image_format,
        width=width,
        height=height,
    )
