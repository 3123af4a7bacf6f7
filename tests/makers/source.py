"""Reads the program's own text as the rules of the house ask for it."""

import ast
from collections.abc import Iterator

HOLDERS = (ast.stmt, ast.excepthandler, ast.match_case)


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every statement, within functions too; no part of an expression is looked at."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += (one for one in ast.iter_child_nodes(node) if isinstance(one, HOLDERS))
