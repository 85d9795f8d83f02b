"""pyConTextNLP on given mentions; its package brings no rule files, so it fails and says so."""

import json
import sys

import pyConTextNLP.pyConText  # noqa: F401


def main() -> None:
    json.load(sys.stdin)
    sys.exit("its package brings no rules")


if __name__ == "__main__":
    main()
