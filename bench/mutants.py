"""Mutants of a module: the same source with one small change, for the tests to notice.

What nobody computes with is left alone: docstrings, annotations, errors and guards, imports.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[tuple[str, int | None], ...]
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "minimum": "maximum",
    "maximum": "minimum",
    "isna": "notna",
    "notna": "isna",
    "first": "last",
    "head": "tail",
}
SILENT = (ast.Raise, ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes
    ----------
    ligne : int
        Line of the change.
    avant, apres : str
        What was written there, and what is instead.
    """

    ligne: int
    avant: str
    apres: str
    arbre: ast.AST
    lieu: Path
    autre: ast.AST

    @property
    def source(self) -> str:
        """Source of the whole module, written when it is wanted: a core has thousands of them."""
        changed = copy.deepcopy(self.arbre)
        if self.lieu:
            _put(changed, self.lieu, ast.copy_location(self.autre, _at(changed, self.lieu)))
        return ast.unparse(ast.fix_missing_locations(changed))


def mutants(source: str, *, textes: bool = False) -> list[Mutant]:
    """Every mutant of a module, in the order of its text; of its texts too when asked.

    Examples
    --------
    >>> [(m.avant, m.apres) for m in mutants("def f(a):\\n    return a + 1\\n")]
    [('a + 1', 'a - 1'), ('1', '2')]
    """
    tree = ast.parse(source)
    found = []
    for path in _places(tree, ()):
        node = _at(tree, path)
        for other in _changes(node, textes=textes):
            line = int(getattr(node, "lineno", 0))
            found.append(Mutant(line, ast.unparse(node), ast.unparse(other), tree, path, other))
    return found


def _places(node: ast.AST, path: Path) -> Iterator[Path]:
    """Paths of the nodes that may change, parents first."""
    if path and isinstance(node, (ast.expr, ast.stmt)):
        yield path
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_params"}:
            continue
        for place, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(child, ast.AST) and not _silent(child):
                yield from _places(child, (*path, (name, place)))


def _silent(node: ast.AST) -> bool:
    words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    # A name given to a type is no computation.
    alias = (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Subscript)
        and all(
            isinstance(t, ast.Name) and t.id[:1].isupper() and not t.id.isupper()
            for t in node.targets
        )
    )
    # Two lists of one length are what `zip` is given: a guard, as an error is.
    guard = isinstance(node, ast.keyword) and node.arg == "strict"
    return words or alias or guard or isinstance(node, SILENT)


def _at(tree: ast.AST, path: Path) -> ast.AST:
    node = tree
    for name, place in path:
        value = getattr(node, name)
        node = value if place is None else value[place]
    return node


def _put(tree: ast.AST, path: Path, node: ast.AST) -> None:
    parent = _at(tree, path[:-1])
    name, place = path[-1]
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def _changes(node: ast.AST, *, textes: bool) -> Iterator[ast.AST]:
    """What a node may become."""
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            ops = [*node.ops]
            ops[place] = COMPARISONS[type(op)]()
            yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        yield ast.BinOp(node.left, OPERATIONS[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATIONS:
        yield ast.AugAssign(node.target, OPERATIONS[type(node.op)](), node.value)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Constant):
        yield from _constants(node, textes=textes)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.If) and isinstance(node.test, (ast.Name, ast.Attribute, ast.Call)):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _constants(node: ast.Constant, *, textes: bool) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
    elif textes and isinstance(node.value, str):
        yield ast.Constant(f"{node.value}x")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    called = node.func
    if isinstance(called, ast.Name) and called.id in NAMES:
        yield ast.Call(ast.Name(NAMES[called.id], ast.Load()), node.args, node.keywords)
    elif isinstance(called, ast.Attribute) and called.attr in NAMES:
        other = ast.Attribute(called.value, NAMES[called.attr], ast.Load())
        yield ast.Call(other, node.args, node.keywords)
