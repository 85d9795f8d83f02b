"""Steps that look across all rows, joins, and readers of files with columns of their own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import lance
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import medloom
from medloom.engine.stored_rows import StoredRows
from medloom.errors import MedloomError, RecipeError
from medloom.recipe import Recipe
from medloom.step import Column, Columns, adds, drops, reads
from medloom.tables.rows import Rows
from tests.engine.helpers import contents, is_balanced, rows

SEEN: list[Any] = []
HERE = "tests.engine.test_across"


@adds("place", across={"text": str})
def place(rows: Rows) -> list[int]:
    """The place of a text among all texts that are there."""
    texts = rows.column("text")
    order = sorted(range(len(texts)), key=texts.__getitem__)
    return [order.index(row) for row in range(len(texts))]


@drops(across={"text": str, "weight": Column(int | None, optional=True)})
def is_longest(rows: Rows, *, by: Annotated[list[str], Columns()] = []) -> list[str | None]:  # noqa: B006
    """Drop the longest text of all, or of each group."""
    keys = list(zip(*(rows.column(name) for name in by), strict=True)) or [()] * len(rows)
    longest = dict.fromkeys(keys, "")
    for key, text in zip(keys, rows.column("text"), strict=True):
        longest[key] = max(longest[key], text, key=len)
    texts = zip(keys, rows.column("text"), strict=True)
    return [f"longest: {len(t)} characters" if longest[k] == t else None for k, t in texts]


@adds("order", across={"id": str}, remembers=True)
def order(rows: Rows, *, start: int = 0) -> list[int]:
    """A number for each id that never changes: the next free one."""
    known = rows.before
    given = dict(zip(known.column("id"), known.column("order"), strict=True)) if known else {}
    SEEN.append(len(given))
    for row_id in rows.column("id"):
        given.setdefault(row_id, start + len(given))
    return [given[row_id] for row_id in rows.column("id")]


@adds("n", across={"id": str})
def too_few(rows: Rows) -> list[int]:
    """Forget a row."""
    return list(range(len(rows) - 1))


@reads("*.parquet", settle=lambda place, **_: _columns(place))
def table(source: Any) -> Iterator[pa.RecordBatch]:
    """Rows of a Parquet file."""
    yield from pq.read_table(pa.BufferReader(source.read())).to_batches()


def _columns(place: str) -> dict[str, pa.DataType]:
    first = min(Path(place).glob("*.parquet"))
    return {one.name: one.type for one in pq.read_schema(first)}


def write(folder: Path, name: str, **columns: Any) -> None:
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")


@pytest.fixture
def build(tmp_path):
    write(tmp_path / "in", "a", id=["a1", "a2", "a3"], text=["bb", None, "a"], site=["x", "x", "y"])

    def run(*tables, into="c", **more):
        path = tmp_path / f"{into}.yaml"
        path.write_text("name: test\ntables:\n" + "".join(tables))
        return medloom.build(path, input=tmp_path / "in", into=tmp_path / into, workers=0, **more)

    return run


def root(*steps, name="rows"):
    listed = ", ".join(steps)
    return f'  {name}: {{read: {{"{HERE}:table": "{{input}}"}}, steps: [{listed}]}}\n'


def of(step, settings="{}"):
    return f'{{"{HERE}:{step}": {settings}}}'


def test_rows_with_a_null_that_the_step_may_not_see_get_null(tmp_path, build):
    build(root(of("place")))
    assert {row["id"]: row["place"] for row in rows(tmp_path / "c", "rows")} == {
        "a1": 1,
        "a2": None,
        "a3": 0,
    }
    assert is_balanced(tmp_path / "c")


def test_dropped_rows_stand_in_the_ledger_with_their_reason(tmp_path, build):
    build(root(of("place"), of("is_longest", "{by: [site]}")))
    assert [row["id"] for row in rows(tmp_path / "c", "rows")] == ["a2"]
    lost = medloom.open(tmp_path / "c").lost("rows").to_pylist()
    assert [(one["row_id"], one["reason"]) for one in lost] == [
        ("a1", "longest: 2 characters"),
        ("a3", "longest: 1 characters"),
    ]
    assert json.loads(lost[0]["row"])["place"] == 1
    assert is_balanced(tmp_path / "c")


def test_what_a_step_remembers_survives_growth_and_new_steps(tmp_path, build):
    SEEN.clear()
    build(root(of("order")))
    write(tmp_path / "in", "0", id=["0", "a2"], text=["c", "d"], site=["z", "z"])
    build(root(of("order")))
    assert {r["id"]: r["order"] for r in rows(tmp_path / "c", "rows")} == {
        "a1": 0,
        "a2": 1,
        "a3": 2,
        "0": 3,
    }
    build(root(of("order"), of("place")))  # the step now makes an inner table
    assert {r["id"]: r["order"] for r in rows(tmp_path / "c", "rows")}["0"] == 3
    build(root(of("order", "{start: 1}")))  # other settings: a new beginning
    assert SEEN == [0, 3, 4, 0]
    assert is_balanced(tmp_path / "c")


def test_a_step_on_other_columns_sees_them_under_its_own_names(tmp_path, build):
    build(root(of("place", "{reads: {text: site}, makes: {place: rank}}")))
    assert [row["rank"] for row in rows(tmp_path / "c", "rows")] == [0, 1, 2]


def test_a_wrong_number_of_answers_is_told(build):
    with pytest.raises(MedloomError, match="3 rows came in and 2 answers came out"):
        build(root(of("too_few")))


JOINED = (
    "  sites:\n    from: rows\n    steps: [{keep_only: {reads: {value: id}, one_of: [a1, a3]}}]\n"
    "  joined:\n    from: rows\n    steps:\n"
    "      - join: {table: sites, by: {id: id}, columns: {text: their_text}}\n"
)


def test_a_join_follows_both_of_its_tables(tmp_path, build):
    build(root(), JOINED)
    assert [r["their_text"] for r in rows(tmp_path / "c", "joined")] == ["bb", None, "a"]
    build(root(), JOINED.replace("[a1, a3]", "[a1]"))
    assert [r["their_text"] for r in rows(tmp_path / "c", "joined")] == ["bb", None, None]
    build(root(), JOINED.replace("[a1, a3]", "[a1]"), into="fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")


def test_a_join_stands_before_its_table_in_the_recipe(tmp_path, build):
    sites, joined = JOINED.split("  joined:")
    build("  joined:" + joined, sites, root())
    assert [r["their_text"] for r in rows(tmp_path / "c", "joined")] == ["bb", None, "a"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("table: sites", "table: site", "looks at 'site', which is not a table here"),
        ("{id: id}", "{id: nothing}", "'nothing' is not a column of sites"),
        ("{id: id}", "{nothing: id}", "reads 'nothing'"),
        ("{id: id}", "{}", "give 'by'"),
        (
            "from: rows\n    steps: [{keep",
            "from: rows\n    store: false\n    steps: [{keep",
            "not stored",
        ),
        ("from: rows\n    steps: [{keep", "from: joined\n    steps: [{keep", "a circle"),
    ],
)
def test_a_join_that_cannot_be_made_is_a_problem_of_the_recipe(build, old, new, told):
    with pytest.raises(RecipeError, match=told):
        build(root(), JOINED.replace(old, new))


def test_a_key_that_comes_twice_is_told(tmp_path, build):
    write(tmp_path / "in", "b", id=["a1"], text=["again"], site=["x"])
    with pytest.raises(MedloomError, match="holds a key twice"):
        build(root(), JOINED)


def test_a_file_with_other_columns_fails_and_the_rest_is_read(tmp_path, build):
    write(tmp_path / "in", "b", id=["b1"], text=["c"], page=[3])
    write(tmp_path / "in", "c", id=["c1"])
    write(tmp_path / "in", "d", id=["d1"], text=[3.5], site=["z"])
    build(root())
    assert [row["id"] for row in rows(tmp_path / "c", "rows")] == ["a1", "a2", "a3", "c1", "d1"]
    (lost,) = medloom.open(tmp_path / "c").lost("rows").to_pylist()
    assert "has the column page; the table has id, text, site" in lost["reason"]
    assert is_balanced(tmp_path / "c")


def test_rows_without_an_id_are_named_and_ids_are_texts(tmp_path, build):
    write(tmp_path / "in", "a", text=["x", "y"], patient_id=[7, 8])
    write(tmp_path / "in", "b", id=["b1", None], text=["z", "w"])
    build(root(of("place")))
    held = rows(tmp_path / "c", "rows")
    assert [row["id"] for row in held] == ["a.parquet/1", "a.parquet/2", "b1", "b.parquet/2"]
    assert [row["patient_id"] for row in held] == ["7", "8", None, None]


def test_a_table_of_a_file_is_checked_once_the_input_is_known(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text("name: test\ntables:\n" + root("sentences"))
    assert Recipe.load(path).missing == ("input",)
    write(tmp_path / "in", "a", id=["a1"])
    with pytest.raises(RecipeError, match="reads 'text', which is not a column here"):
        Recipe.load(path, {"input": str(tmp_path / "in")})


def test_stored_rows_are_those_in_memory(tmp_path):
    held = pa.table({"id": list("abcde"), "text": ["1", None, "3", None, "5"]})
    dataset = lance.write_dataset(held, tmp_path / "t.lance", max_rows_per_file=2)
    shown = StoredRows(dataset, {"id": "id", "words": "text"}, needed=["text"])
    assert (len(shown), shown.names) == (3, ["id", "words"])
    assert shown.column("words") == ["1", "3", "5"]
    assert shown.take([2, 0, 2], "id")["id"].to_pylist() == ["e", "a", "e"]
    assert shown.take([], "id").num_rows == 0
    batches = pa.Table.from_batches(shown.batches("words", "id"))
    assert batches.to_pydict() == {"words": ["1", "3", "5"], "id": ["a", "c", "e"]}
