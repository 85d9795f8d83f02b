"""Sets of element names, written the way one reads them."""


def tags(names: str) -> frozenset[str]:
    """The names in a string, apart from each other by spaces.

    >>> sorted(tags("fig table-wrap"))
    ['fig', 'table-wrap']
    """
    return frozenset(names.split())
