"""The main job on real articles: everything accounted for, every key joins."""

import medloom
from tests.engine.helpers import is_balanced


def test_the_literature_recipe_on_real_packages(tmp_path, real):
    """Articles with their figure files, some missing; broken and foreign files among them."""
    run = medloom.build("literature", input=real / "jats_packages", into=tmp_path / "a")
    assert run.new > 3
    medloom.build("literature", input=real / "pmc_packages_derived", into=tmp_path / "b")
    for uri in (tmp_path / "a", tmp_path / "b"):
        check(uri)


def check(uri):
    collection = medloom.open(uri)
    assert is_balanced(uri)
    tables = {name: collection.table(name).to_pydict() for name in collection.tables}
    for name, rows in tables.items():
        assert len(rows["id"]) == len(set(rows["id"])), name
    articles, passages = set(tables["articles"]["id"]), set(tables["passages"]["id"])
    for name in tables.keys() - {"articles"}:
        assert set(tables[name]["article_id"]) <= articles, name
    figures = set(tables["figures"]["id"])
    assert set(tables["panels"]["figure_id"]) <= figures
    targets = {
        "figure": figures,
        "table": set(tables["tables"]["id"]),
        "supplement": set(tables["supplements"]["id"]),
    }
    texts = zip(tables["passages"]["text"], tables["passages"]["mentions"], strict=True)
    for text, mentions in texts:
        for one in mentions:
            assert 0 <= one["start"] <= one["end"] <= len(text)
            assert one["target_id"] in targets.get(one["kind"], {one["target_id"]})
    for mentions in tables["figures"]["mentions"]:
        assert {one["passage_id"] for one in mentions} <= passages
    found = [file["found"] for files in tables["figures"]["files"] for file in files]
    assert sum(found)
    assert len(tables["images"]["id"]) >= sum(found) * 0.9
