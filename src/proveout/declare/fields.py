"""What the docstrings under the fields of a dataclass say: reference pages, editors' hints, missing keys."""

import ast
import inspect
import textwrap
from functools import cache


@cache
def field_docs(cls: type) -> dict[str, str]:
    """The text under each field of a dataclass, by field name in order; empty where there is none.

    Args:
        cls: A dataclass whose source is at hand; fields of its base classes come first.
    """
    docs: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if "__annotations__" in vars(base):
            docs |= _own(base)
    return docs


def _own(cls: type) -> dict[str, str]:
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    except (OSError, TypeError, SyntaxError):
        return dict.fromkeys(vars(cls)["__annotations__"], "")
    docs: dict[str, str] = {}
    name = ""
    for statement in body.body if isinstance(body, ast.ClassDef) else ():
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            docs[name] = ""
        elif name and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            docs[name] = " ".join(inspect.cleandoc(str(statement.value.value)).split())
            name = ""
        else:
            name = ""
    return docs
