"""datatrove's MinHash on texts: {"texts", "bands"} in; the cluster of each and CPU seconds out.

Its four stages up to the clusters, in one process, with its own normalisation (numbers become 0).
The filter, which reads the texts once more, is not counted.
"""

import json
import resource
import struct
import sys
import tempfile
from pathlib import Path

from datatrove.data import Document
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupSignature,
)


def clusters(texts: list[str], n_bands: int, folder: str) -> list[int]:
    config = MinhashConfig(n_grams=5, num_buckets=n_bands, hashes_per_bucket=128 // n_bands)
    documents = [Document(text=text, id=str(number)) for number, text in enumerate(texts)]
    MinhashDedupSignature(f"{folder}/signatures", config).run(iter(documents), rank=0, world_size=1)
    for rank in range(n_bands):
        MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config).run(
            None, rank=rank, world_size=n_bands
        )
    MinhashDedupCluster(
        f"{folder}/buckets", f"{folder}/clusters", config=config, save_cluster_id=True
    ).run(None, 0, 1)
    made = list(range(len(texts)))
    for file in Path(folder, "clusters").rglob("*.clusters"):
        for number, cluster in struct.iter_unpack("<II", file.read_bytes()):
            made[number] = len(texts) + cluster
    return made


def main() -> None:
    given = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr
    before = resource.getrusage(resource.RUSAGE_SELF)
    with tempfile.TemporaryDirectory() as folder:
        made = clusters(given["texts"], given["bands"], folder)
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    json.dump({"clusters": made, "seconds": seconds}, out)


if __name__ == "__main__":
    main()
