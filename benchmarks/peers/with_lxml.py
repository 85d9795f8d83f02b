"""The unit of all comparisons: the bytes of a file to an lxml tree, nothing more."""

import common
from lxml import etree

contents = {}


def extract(path):
    etree.fromstring(contents[path])


if __name__ == "__main__":
    with open(common.sys.argv[2]) as listing:
        contents = {path: open(path, "rb").read() for path in listing.read().split("\n")}
    common.main(extract, passes=5)
