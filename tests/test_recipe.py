"""Recipes: every problem is told at once, with where, what and how to mend it."""

import pytest

from medloom.errors import RecipeError
from medloom.recipe import Recipe, SearchSpec
from medloom.registry import shipped_recipes

BROKEN = """\
name: broken
tabels: {}
tables:
  documents:
    read: {jat: "{input}"}
  passages:
    from: document
    steps: [passages]
  Figures:
    from: documents
  both:
    read: {jats: x}
    from: documents
  ages:
    read: {jats: "{input}"}
    step: [passages]
    steps:
      - passages
      - is_shrt
      - is_short: {min_character: 3}
      - is_short: {min_characters: many}
      - age_mentions
      - age_mentions
      - [1]
"""


def problems_of(tmp_path, text, **given):
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(RecipeError) as error:
        Recipe.load(path, given)
    return error.value.problems


def test_all_problems_are_told_at_once(tmp_path):
    told = [str(problem) for problem in problems_of(tmp_path, BROKEN)]
    expected = [
        ("r.yaml:2", "'tabels' means nothing here", "did you mean tables?"),
        ("r.yaml:5", "no reader has this name", "did you mean jats?"),
        ("r.yaml:6", "'document', which is not a table", "did you mean documents?"),
        ("r.yaml:9", "'Figures' is not a table name", "a-z"),
        ("r.yaml:11", "either 'read:' or 'from:'", "one of them"),
        ("r.yaml:16", "'step' means nothing here", "did you mean steps?"),
        ("r.yaml:19", "no step has this name", "did you mean is_short?"),
        ("r.yaml:20", "no setting 'min_character'", "did you mean min_characters?"),
        ("r.yaml:21", "valid integer", "medloom steps is_short"),
        ("r.yaml", "adds 'ages', which is already a column", "leave the step out"),
        ("r.yaml:24", "[1] is not a step", "write 'name'"),
    ]
    for parts in expected:
        assert any(all(part in one for part in parts) for one in told), (parts, told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tables: [", "is not YAML"),
        ("- a\n- b\n", "is not a recipe"),
        ("name: x\n", "at least one table"),
        ("tables:\n  a: {from: b}\n  b: {from: a}\n", "a circle: a from b from a"),
        ("tables:\n  a: 3\n", "a table is a mapping"),
        ("tables:\n  a: {read: jats}\n", "names one reader"),
        ("tables:\n  a: {read: {jats: {}}}\n", "needs an input"),
        ("tables:\n  a:\n    read: {jats: x}\n    steps: passages\n", "is a list"),
        (
            "tables:\n  a:\n    read: {jats: x}\n    steps: [is_short]\n",
            "reads 'text', which is not",
        ),
        ("tables:\n  a:\n    read: {jats: x}\n    steps: ['no_such.module:step']\n", "no_such"),
        ("tables:\n  a:\n    read: {jats: x}\n    steps: ['medloom.step:nope']\n", "nope"),
    ],
)
def test_each_kind_of_problem(tmp_path, text, told):
    assert any(told in str(problem) for problem in problems_of(tmp_path, text))


def test_placeholders_are_filled_and_keep_their_type(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(
        'settings: {shortest: 5}\ntables:\n  a:\n    read: {jats: "{input}/xml"}\n'
        '    steps: [passages, is_short: {min_characters: "{shortest}"}]\n'
    )
    recipe = Recipe.load(path)
    assert recipe.missing == ("input",)
    with pytest.raises(RecipeError, match="--input PATH"):
        recipe.require_settings()
    recipe = Recipe.load(path, {"input": "/data", "shortest": 7})
    assert recipe.tables[0].input == "/data/xml"
    assert recipe.tables[0].steps[1].values == {"min_characters": 7}
    path.write_text(path.read_text().replace("{input}/xml", "/{{input}}"))
    assert Recipe.load(path, {"shortest": 7}).tables[0].input == "/{input}"
    assert "nothing in the recipe uses the setting 'shortst'" in str(
        problems_of(tmp_path, path.read_text(), shortst=1)[0]
    )


def test_a_step_may_be_named_by_its_module(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(
        "tables:\n  a:\n    read: {jats: x}\n"
        "    steps: [passages, 'medloom_example.steps:age_mentions']\n"
    )
    assert Recipe.load(path).tables[0].steps[1].name == "age_mentions"


def test_tables_come_after_what_they_are_made_from(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(
        "tables:\n  c: {from: b}\n  b: {from: a, steps: [passages]}\n"
        "  a: {read: {jats: x}, store: false}\n"
    )
    assert [table.name for table in Recipe.load(path).tables] == ["a", "b", "c"]


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_shipped_recipes_are_sound(name):
    assert Recipe.load(name).about


def test_an_unknown_recipe():
    with pytest.raises(RecipeError, match="did you mean literature"):
        Recipe.load("literatur")
    with pytest.raises(RecipeError, match="cannot be read"):
        Recipe.load("no/such.yaml")


def test_columns_that_a_step_does_not_have(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text("""\
tables:
  documents: {read: {jats: "{input}"}, store: false}
  passages:
    from: documents
    steps:
      - passages
      - age_mentions: {reads: {texts: text}}
      - age_mentions: {reads: text}
      - age_mentions: {by: id}
      - place_in_document: {by: patient_id}
""")
    with pytest.raises(RecipeError) as caught:
        Recipe.load(path)
    told = "\n".join(map(str, caught.value.problems))
    assert "has no column 'texts'\n  fix: did you mean text?" in told
    assert "map its columns to yours" in told
    assert "step age_mentions has no setting 'by'" in told
    assert "same 'patient_id' as a document, which is not a column here" in told


def test_a_setting_chooses_the_reader(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text("""\
settings: {format: jats}
tables:
  documents: {read: {"{format}": "{input}"}}
""")
    assert Recipe.load(path).tables[0].reader.name == "jats"
    assert Recipe.load(path, {"format": "pubmed"}).tables[0].reader.name == "pubmed"
    with pytest.raises(RecipeError, match="no reader has this name"):
        Recipe.load(path, {"format": "pdf"})


def test_a_wrong_setting_brings_no_other_problems(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text("""\
tables:
  documents: {read: {jats: "{input}"}, store: false}
  passages:
    from: documents
    steps:
      - passages
      - age_mentions: {max_age_years: old}
      - round_ages
""")
    with pytest.raises(RecipeError) as caught:
        Recipe.load(path)
    (problem,) = caught.value.problems
    assert "max_age_years" in problem.what


SEARCHED = """\
name: searched
tables:
  notes:
    read: {texts: notes}
"""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", None),
        ("search: false", None),
        ("search: true", SearchSpec()),
        ("search: {tables: notes}", SearchSpec(("notes",))),
        ("search: {tables: [notes], encoder: none}", SearchSpec(("notes",), "none")),
    ],
)
def test_a_recipe_may_ask_for_an_index(tmp_path, said, meant):
    path = tmp_path / "r.yaml"
    path.write_text(SEARCHED + said)
    assert Recipe.load(path).search == meant


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("search: all", "'search:' is true or a mapping"),
        ("search: {tables: [note]}", "'note' is not a table here"),
        ("search: {table: notes}", "'table'"),
    ],
)
def test_what_cannot_be_indexed_is_told(tmp_path, said, told):
    problems = problems_of(tmp_path, SEARCHED + said)
    assert any(told in str(one) for one in problems)
