"""What stands where in an article: its blocks by part, and the pictures of a block."""

from benchmarks.corpus import model as m


def parts(article: m.Article) -> list[tuple[str, m.Block]]:
    """Every block with its part: front, body, back, appendix, floats."""
    where: list[tuple[str, list[m.Block]]] = [
        *[("front", abstract.blocks) for abstract in article.abstracts],
        ("body", article.body),
        ("back", list(article.back)),
        *[("appendix", appendix.blocks) for appendix in article.appendices],
        ("floats", article.floats),
    ]
    return [(part, block) for part, blocks in where for block in walk(blocks)]


def walk(blocks: list[m.Block]) -> list[m.Block]:
    """Every block in reading order, those inside sections and boxes too."""
    found: list[m.Block] = []
    for block in blocks:
        found.append(block)
        if isinstance(block, m.Section | m.Box):
            found += walk(block.blocks)
    return found


def pictures(block: m.Block) -> list[m.Picture]:
    """The pictures that a figure or an image-only table names itself."""
    if isinstance(block, m.Figure):
        return block.pictures
    if isinstance(block, m.Table) and block.picture:
        return [block.picture]
    return []


def every_picture(block: m.Block) -> list[m.Picture]:
    """Those of the figures in a group too."""
    if isinstance(block, m.FigureGroup):
        return [picture for figure in block.figures for picture in figure.pictures]
    return pictures(block)
