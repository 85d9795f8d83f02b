"""Each row once, for any number of ranks and workers, wherever a run is killed."""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.loading.dealing import Crew, Piece, Progress, quotas
from medloom.loading.order import Plan, draws, mixed, permutation

EVEN = st.sampled_from(["no", "drop", "pad"])
SIZES = st.lists(st.integers(1, 9), max_size=12)
CREWS = st.builds(Crew, st.integers(1, 5), st.integers(1, 4))


def hands_of(progress, windows, even):
    """What each consumer gets, as (window, row) pairs."""
    return [
        [[(w, row) for w, start, stop, _ in hand for row in range(start, stop)] for hand in rank]
        for rank in progress.hands(windows, even)
    ]


@given(SIZES, CREWS)
def test_each_row_is_dealt_once(windows, crew):
    hands = hands_of(Progress.begin(0, crew), windows, "no")
    dealt = [row for rank in hands for hand in rank for row in hand]
    assert sorted(dealt) == [(w, row) for w, size in enumerate(windows) for row in range(size)]


@given(SIZES, CREWS, EVEN)
def test_ranks_have_the_same_number_of_rows(windows, crew, even):
    hands = hands_of(Progress.begin(0, crew), windows, even)
    held = [sum(map(len, rank)) for rank in hands]
    assert held == [sum(one) for one in quotas(sum(windows), crew, even)]
    assert max(held) - min(held) <= (even == "no")
    for rank in hands:
        assert max(map(len, rank)) - min(map(len, rank)) <= 1
    seen = Counter(row for rank in hands for hand in rank for row in hand)
    if even == "drop":
        assert set(seen.values()) <= {1}
        assert sum(windows) - sum(seen.values()) < crew.ranks
    if even == "pad" and windows:
        assert len(seen) == sum(windows)
        assert sum(seen.values()) - len(seen) < crew.ranks


@given(SIZES, CREWS, EVEN, st.data())
def test_a_killed_run_goes_on_with_exactly_the_rest(windows, crew, even, data):
    whole = hands_of(Progress.begin(3, crew), windows, even)
    progress = Progress.begin(3, crew)
    for rank, hands in enumerate(whole):
        for worker, hand in enumerate(hands):
            taken = data.draw(st.integers(0, len(hand)))
            progress = progress.with_taken(rank, worker, taken)
            hands[worker] = hand[taken:]
    again = Progress.of_json(json.loads(json.dumps(progress.as_json())))
    assert again == progress
    assert hands_of(again, windows, even) == whole


@settings(deadline=None)
@given(SIZES, st.lists(CREWS, min_size=2, max_size=4), EVEN, st.data())
def test_a_run_goes_on_with_other_ranks_and_workers(windows, crews, even, data):
    seen: Counter[tuple[int, int]] = Counter()
    progress = Progress.begin(0, crews[0])
    for crew in crews:
        progress = progress.for_crew(crew, windows, even)
        assert len(json.dumps(progress.as_json())) < 200 + 30 * sum(
            c.ranks * c.workers for c in crews
        )
        for rank, hands in enumerate(progress.hands(windows, even)):
            for worker, hand in enumerate(hands):
                rows = [(p, row) for p in hand for row in range(p.start, p.stop)]
                most = len(rows) if crew is crews[-1] else None
                taken = most if most is not None else data.draw(st.integers(0, len(rows)))
                seen.update((p.window, row) for p, row in rows[:taken] if not p.again)
                before = progress.taken[rank][worker]
                progress = progress.with_taken(rank, worker, before + taken)
    every = sum(windows)
    assert set(seen.values()) <= {1}
    if even == "drop":
        assert every - len(seen) <= sum(crew.ranks for crew in crews)
    else:
        assert len(seen) == every


@given(st.integers(0, 200), st.integers(0, 2**63))
def test_a_permutation_has_each_number_once(count, key):
    assert sorted(permutation(count, key).tolist()) == list(range(count))


def test_the_order_is_that_of_every_machine():
    # Fixed numbers: a change of NumPy, Python or processor must not change an order.
    assert mixed(1, 2, 3) == MIXED
    assert draws(3, 42).tolist() == DRAWS
    assert draws(2, 42, start=1).tolist() == DRAWS[1:]
    assert permutation(10, 42).tolist() == ORDER


MIXED = 17281550289527850393
DRAWS = [566489329403328680, 1351103705685551415, 14701652534245454904]
ORDER = [0, 1, 7, 4, 5, 6, 2, 9, 8, 3]


@pytest.mark.parametrize("places", [2, 3, 5])
def test_draws_are_even(places):
    counts = np.bincount(draws(30_000, mixed(7)) % places)
    assert abs(counts / 30_000 * places - 1).max() < 0.03


def plan(rows, block, **given):
    starts = np.array([*range(0, rows, block), rows])
    sizes = np.diff(starts) * 100
    usual = {"shuffle": True, "seed": 5, "window_rows": 64, "window_bytes": 10**9}
    return Plan(starts, sizes, **(usual | given))


@given(st.integers(1, 500), st.integers(1, 40), st.integers(0, 5), st.integers(1, 200))
def test_the_windows_of_an_epoch_hold_each_row_once(rows, block, epoch, window_rows):
    one = plan(rows, block, window_rows=window_rows).epoch(epoch)
    windows = [one.window(at).tolist() for at in range(len(one.window_rows))]
    assert [len(window) for window in windows] == one.window_rows
    assert sorted(row for window in windows for row in window) == list(range(rows))
    assert all(len(window) <= max(window_rows, block) for window in windows)


def test_windows_are_bounded_by_bytes():
    one = plan(1000, 10, window_bytes=3000).epoch(0)
    assert set(one.window_rows) == {30, 10}


def test_epochs_and_seeds_have_orders_of_their_own():
    orders = {
        tuple(np.concatenate([one.window(at) for at in range(len(one.window_rows))]).tolist())
        for seed in range(3)
        for epoch in range(3)
        for one in [plan(300, 10, seed=seed).epoch(epoch)]
    }
    assert len(orders) == 9


def test_a_shuffle_leaves_few_neighbours_together():
    one = plan(5000, 25, window_rows=1000).epoch(0)
    order = np.concatenate([one.window(at) for at in range(len(one.window_rows))])
    assert (np.abs(np.diff(order)) == 1).mean() < 0.02
    places = np.argsort(order) / len(order)
    assert abs(np.corrcoef(places, np.arange(len(order)))[0, 1]) < 0.2


def test_a_piece_that_pads_says_so():
    hands = Progress.begin(0, Crew(3)).hands([4], "pad")
    assert [piece for rank in hands for hand in rank for piece in hand if piece.again] == [
        Piece(0, 0, 2, True)
    ]
