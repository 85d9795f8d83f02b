"""Mixes: shares by weight, fixed draws, exact resume, and how an epoch ends."""

from collections import Counter

import pytest

import medloom
from medloom.errors import MedloomError
from tests.loading.sets import rows_of, write


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed")
    made = {}
    for name, count in (("a", 700), ("b", 300), ("c", 90)):
        rows = [row | {"id": f"{name}/{row['id']}"} for row in rows_of(count)]
        made[name] = write(rows, folder / name, "tar", 100)
    return made


def mixed(sets, weights, *, shuffle=True, seed=1, stop="first_exhausted", **given):
    streams = {
        medloom.stream(sets[name], shuffle=shuffle, **given): weight
        for name, weight in weights.items()
    }
    return medloom.mix(streams, seed=seed, stop=stop)


def ids(rows):
    return [row["id"] for row in rows]


def shares(found):
    counts = Counter(one[0] for one in found)
    return {name: count / len(found) for name, count in counts.items()}


def test_shares_are_the_weights(sets):
    found = shares(ids(mixed(sets, {"a": 0.5, "b": 0.3, "c": 0.2}))[:400])
    assert found == pytest.approx({"a": 0.5, "b": 0.3, "c": 0.2}, abs=0.07)


def test_weights_need_not_sum_to_one(sets):
    assert ids(mixed(sets, {"a": 7, "b": 3})) == ids(mixed(sets, {"a": 0.7, "b": 0.3}))


def test_seeds_and_epochs_have_draws_of_their_own(sets):
    one = mixed(sets, {"a": 1, "b": 1})
    first, second = ids(one), ids(one)
    assert first != second
    assert first == ids(mixed(sets, {"a": 1, "b": 1}))
    assert first != ids(mixed(sets, {"a": 1, "b": 1}, seed=2))


def test_it_ends_with_the_first(sets):
    found = Counter(one[0] for one in ids(mixed(sets, {"a": 1, "c": 1})))
    assert found["c"] == 90
    assert found["a"] < 150


def test_each_once(sets):
    found = ids(mixed(sets, {"a": 1, "b": 1, "c": 8}, stop="each_once"))
    assert len(found) == len(set(found)) == 1090


def test_the_small_ones_begin_again(sets):
    found = ids(mixed(sets, {"b": 1, "c": 1}, stop="all_exhausted"))
    counts = Counter(found)
    assert {counts[one] for one in counts if one[0] == "b"} == {1}
    assert len([one for one in counts if one[0] == "b"]) == 300
    assert {counts[one] for one in counts if one[0] == "c"} <= {2, 3, 4, 5}
    first = [one for one in found if one[0] == "c"]
    assert first[:90] != first[90:180]


@pytest.mark.parametrize("stop_after", [1, 100, 250, 420])
@pytest.mark.parametrize("stop", ["first_exhausted", "all_exhausted", "each_once"])
def test_a_mix_goes_on_where_it_was_killed(sets, stop, stop_after):
    given = {"weights": {"a": 0.2, "b": 0.4, "c": 0.4}, "stop": stop}
    whole = ids(mixed(sets, **given))
    running = mixed(sets, **given)
    rows = iter(running)
    seen = [row["id"] for _, row in zip(range(min(stop_after, len(whole))), rows, strict=False)]
    state = running.state_dict()
    again = mixed(sets, **given)
    again.load_state_dict(state)
    assert seen + ids(again) == whole


def test_a_mix_goes_on_with_other_ranks(sets):
    given = {"weights": {"a": 0.6, "b": 0.4}, "stop": "each_once"}
    seen, states = [], []
    for rank in range(2):
        one = mixed(sets, rank=rank, ranks=2, **given)
        rows = iter(one)
        seen += [next(rows)["id"] for _ in range(111)]
        states.append(one.state_dict())
    for rank in range(3):
        one = mixed(sets, rank=rank, ranks=3, **given)
        one.load_state_dict(states)
        seen += ids(one)
    assert len(seen) == len(set(seen)) == 1000


def test_a_mix_that_began_again_needs_its_ranks(sets):
    given = {"weights": {"a": 0.1, "c": 0.9}, "stop": "all_exhausted"}
    one = mixed(sets, **given)
    rows = iter(one)
    for _ in range(300):
        next(rows)
    other = mixed(sets, rank=0, ranks=2, **given)
    with pytest.raises(MedloomError, match="as many ranks"):
        other.load_state_dict(one.state_dict())


def test_what_cannot_be_mixed(sets):
    one = medloom.stream(sets["a"])
    for streams in ({}, {one: 0}, {one: -1}):
        with pytest.raises(MedloomError, match="weight"):
            medloom.mix(streams)
    with pytest.raises(MedloomError, match="first_exhausted, all_exhausted, each_once"):
        medloom.mix({one: 1}, stop="never")
    state = mixed(sets, {"a": 1, "b": 1}).state_dict()
    with pytest.raises(MedloomError, match="another mix"):
        mixed(sets, {"a": 1, "b": 2}).load_state_dict(state)
