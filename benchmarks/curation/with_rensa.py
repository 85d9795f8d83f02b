"""rensa on texts: {"texts", "bands"} in; the cluster of each text and CPU seconds out.

Word 5-grams of lower-case words, 128 permutations. rensa finds the pairs; the components of them
are ours, in plain Python.
"""

import json
import re
import sys
import time

from rensa import RMinHash, RMinHashLSH


def clusters(texts: list[str], n_bands: int) -> list[int]:
    lsh = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=n_bands)
    hashes = []
    for number, text in enumerate(texts):
        words = re.findall(r"\w+", text.lower())
        grams = [" ".join(words[at : at + 5]) for at in range(max(len(words) - 4, 1))]
        one = RMinHash(num_perm=128, seed=42)
        one.update(grams)
        hashes.append(one)
        lsh.insert(number, one)
    root = list(range(len(texts)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for number, one in enumerate(hashes):
        for other in lsh.query(one):
            root[max(find(number), find(other))] = min(find(number), find(other))
    return [find(number) for number in range(len(texts))]


def main() -> None:
    given = json.load(sys.stdin)
    began = time.process_time()
    made = clusters(given["texts"], given["bands"])
    json.dump({"clusters": made, "seconds": time.process_time() - began}, sys.stdout)


if __name__ == "__main__":
    main()
