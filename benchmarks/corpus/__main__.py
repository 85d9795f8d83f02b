"""`python -m benchmarks.corpus OUT --articles N`, or `--demo OUT`."""

import argparse
from pathlib import Path

from benchmarks.corpus.demo import write_demo, write_expected
from benchmarks.corpus.load import write_corpus


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", help="folder to write packages into")
    parser.add_argument("--articles", type=int, default=100, metavar="N")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="number of the first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--packages", action="store_true", help="one .tar.gz an article")
    parser.add_argument("--no-images", dest="images", action="store_false")
    parser.add_argument("--demo", type=Path, metavar="OUT", help="write the bundled demo instead")
    parser.add_argument("--expected", type=Path, metavar="JSON", help="write what the demo holds")
    options = parser.parse_args(arguments)
    if options.demo:
        write_demo(options.demo)
    if options.expected:
        write_expected(options.expected)
    if options.out:
        write_corpus(
            options.out, options.articles, seed=options.seed, first=options.first,
            packages=options.packages, images=options.images,
        )  # fmt: skip
    elif not (options.demo or options.expected):
        parser.error("name a folder to write into, or --demo OUT")


if __name__ == "__main__":
    main()
