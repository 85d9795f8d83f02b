"""The training of a tagger: one network, one chain a head, each taught by its own corpus only."""

import random
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from medloom.tagging.chains import Lattice, expectations, lattice
from medloom.tagging.modelfile import Head
from medloom.tagging.training.batches import Encoded
from medloom.tagging.training.inputs import Example, Knowledge
from medloom.tagging.training.network import Network, weights_of
from medloom.tagging.training.plan import Settings

_WARM_STEPS, _AVERAGED, _LARGEST_GRADIENT = 100, 0.998, 5.0


def heads_of(labels: Mapping[str, Sequence[str]]) -> tuple[Head, ...]:
    """The heads of a model, side by side in its output."""
    heads, first = [], 0
    for name, some in labels.items():
        heads.append(Head(name, tuple(some), first))
        first = heads[-1].columns.stop
    return tuple(heads)


def train(
    examples: Sequence[Example],
    heads: Sequence[Head],
    knowledge: Knowledge,
    settings: Settings,
    seed: int,
    told: Callable[[str], None],
) -> dict[str, np.ndarray]:
    """Train a network with a chain for each head; returns the weights of a model.

    The same examples, settings and seed give the same weights on one kind of machine. The loss is
    the negative log likelihood of the gold tags; the weights are an average of the last steps.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # with more, sums depend on the machine
    encoded = Encoded(examples, knowledge, settings.feature_rows)
    known = knowledge.tables["texts.table"].shape[1] + knowledge.tables["names.table"].shape[1] + 1
    n_states = 5 * len(knowledge.gazetteer.vocabularies)
    network = Network(settings, known, n_states, heads[-1].columns.stop)
    moves = {
        head.name: torch.nn.Parameter(torch.zeros(_n_tags(head), _n_tags(head))) for head in heads
    }
    parameters = [*network.parameters(), *moves.values()]
    optimizer = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=0.0)
    average = [one.detach().clone() for one in parameters]
    order, draw = list(examples), random.Random(seed)
    size = settings.documents_per_step
    n_steps, step = settings.epochs * -(-len(order) // size), 0
    for epoch in range(1, settings.epochs + 1):
        draw.shuffle(order)
        network.train()
        loss = 0.0
        for at in range(0, len(order), size):
            step += 1
            rate = min(1.0, step / _WARM_STEPS) * max(0.02, 1 - step / n_steps)
            optimizer.param_groups[0]["lr"] = settings.learning_rate * rate
            optimizer.zero_grad()
            loss += _teach(network, moves, heads, encoded, order[at : at + size])
            torch.nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
            optimizer.step()
            share = min(_AVERAGED, step / (step + 10))
            with torch.no_grad():
                torch._foreach_lerp_(average, [one.detach() for one in parameters], 1 - share)
        told(f"epoch {epoch} of {settings.epochs}: loss {loss / len(order):.3f} a document")
    with torch.no_grad():
        for one, mean in zip(parameters, average, strict=True):
            one.copy_(mean)
    weights = weights_of(network.state_dict()) | knowledge.tables
    return weights | {f"between.{name}": one.detach().numpy() for name, one in moves.items()}


def _n_tags(head: Head) -> int:
    return 1 + 4 * len(head.labels)


def _teach(
    network: Network,
    moves: dict[str, torch.nn.Parameter],
    heads: Sequence[Head],
    encoded: Encoded,
    examples: Sequence[Example],
) -> float:
    batch, first = encoded.batch(examples)
    output = network(batch)
    scores = output.detach().numpy()
    gradient, loss = np.zeros_like(scores), 0.0
    for head in heads:
        own = [(x, s) for x, s in zip(examples, first.tolist(), strict=True) if x.head == head.name]
        if own:
            where, gold = _gold(own, len(scores))
            columns, between = scores[:, head.columns], moves[head.name]
            moved, slope, cost = _likelihood(columns, between.detach().numpy(), where, gold)
            gradient[:, head.columns] = slope / len(examples)
            between.grad = torch.from_numpy((moved / len(examples)).astype(np.float32))
            loss += cost
    output.backward(torch.from_numpy(gradient))
    return loss


def _gold(own: Sequence[tuple[Example, int]], n_rows: int) -> tuple[Lattice, np.ndarray]:
    gold = np.zeros(n_rows, np.int64)
    begins, lengths = [], []
    for one, start in own:
        gold[start : start + len(one.gold)] = one.gold
        begins.append(start + one.sentences)
        lengths.append(np.diff(one.sentences, append=len(one.gold)))
    return lattice(np.concatenate(begins), np.concatenate(lengths)), gold


def _likelihood(
    scores: np.ndarray, between: np.ndarray, where: Lattice, gold: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """The gradients of transitions and scores, and the negative log likelihood of the gold."""
    slope, moved, cost = expectations(scores, between, where)
    rows = np.concatenate([np.arange(s, s + n) for s, n in zip(*where[:2], strict=True)])
    slope[rows, gold[rows]] -= 1
    later = np.setdiff1d(rows, where.starts)
    pairs = gold[later - 1], gold[later]
    np.subtract.at(moved, pairs, 1)
    cost -= float(scores[rows, gold[rows]].sum() + between[pairs].sum())
    return moved, slope, cost
