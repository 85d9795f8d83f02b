"""How the nodes of a recipe hang together: what streams from what, and through which steps."""

from collections.abc import Mapping, Sequence

from medloom.engine.plan import Node
from medloom.engine.weave import Work


class Graph:
    """The nodes of a recipe, each after the one it is made from."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes: Mapping[str, Node] = {node.name: node for node in nodes}
        self.roots = [node for node in nodes if node.reader]
        """The nodes that are read from files."""
        self._root_of = {
            member.name: root for root in self.roots for member in self.streaming(root)
        }

    def streaming(self, root: Node) -> list[Node]:
        """The root and every node whose rows come from it without a whole-table step between."""
        members = {root.name: root}
        for node in self.nodes.values():
            if not node.change and node.parent in members:
                members[node.name] = node
        return list(members.values())

    def root_of(self, node: Node) -> Node | None:
        """The root that a node streams from; None below a whole-table step."""
        return self._root_of.get(node.name)

    def below_changes(self) -> list[Node]:
        """The stored nodes that whole-table steps make, or that are made from their rows."""
        return [node for node in self.nodes.values() if node.stored and not self.root_of(node)]

    def stored_above(self, node: Node) -> Node | None:
        """The nearest node above that is stored."""
        above = self.nodes.get(node.parent or "")
        while above and not above.stored:
            above = self.nodes.get(above.parent or "")
        return above

    def from_files(self, root: Node, targets: Sequence[Node]) -> tuple[Work, ...]:
        """The work of a pass over files that makes some nodes, through the unstored ones above."""
        wanted = {node.name for node in targets}
        for node in targets:
            above = self.nodes.get(node.parent or "")
            while above and not above.stored:
                wanted.add(above.name)
                above = self.nodes.get(above.parent or "")
        return tuple(
            Work(node, None if node is root else node.parent, rows_are_stored=self._stored(node))
            for node in self.streaming(root)
            if node.name in wanted
        )

    def from_table(self, node: Node, top: Node) -> tuple[Work, ...]:
        """The work of a pass over the rows of `top` that makes a node below it."""
        chain = [node]
        while chain[0].parent != top.name:
            chain.insert(0, self.nodes[chain[0].parent or ""])
        return tuple(
            Work(
                one,
                None if one is chain[0] else one.parent,
                rows_are_stored=one is chain[0] or self._stored(one),
            )
            for one in chain
        )

    def _stored(self, node: Node) -> bool:
        parent = self.nodes.get(node.parent or "")
        return parent is not None and parent.stored
