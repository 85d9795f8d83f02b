"""pubget: its two extraction commands over one articleset, as it gets them from PMC.

It has no references, figures or supplements as fields; an article without a PMCID is left out.
"""

import csv
import json
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import common
import pubget
from lxml import etree


def speed(files):
    place = articleset(files)
    started = common.cpu_seconds()
    done = len(extract(place))
    cpu = common.cpu_seconds() - started
    shutil.rmtree(place)
    return common.told(cpu, len(files), Counter(NoPMCID=len(files) - done))


def articleset(files):
    place = Path(tempfile.mkdtemp())
    (place / "articlesets").mkdir()
    roots = [etree.parse(path).getroot() for path in files if well_formed(path)]
    bundle = etree.Element("pmc-articleset")
    bundle.extend(roots)
    etree.ElementTree(bundle).write(place / "articlesets" / "articleset_00000.xml")
    return place


def well_formed(path):
    try:
        etree.parse(path)
    except etree.XMLSyntaxError:
        return False
    return True


def extract(place):
    articles, _ = pubget.extract_articles(place / "articlesets", n_jobs=1)
    pubget.extract_data_to_csv(articles, n_jobs=1)
    return list(articles.glob("*/pmcid_*"))


def haul(path):
    place = articleset([path])
    try:
        folders = extract(place)
        if not folders:
            raise ValueError("no PMCID")
        infos = sorted(folders[0].glob("tables/table_*_info.json"))
        return {
            "table captions": [json.loads(i.read_text())["table_caption"] or "" for i in infos],
            "tables": [table(Path(re.sub("_info.json$", ".csv", str(info)))) for info in infos],
        }
    finally:
        shutil.rmtree(place)


def table(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))


if __name__ == "__main__":
    common.run(speed, haul)
