"""Build frozen values by the hundred thousand.

A frozen dataclass sets each field by `object.__setattr__`, which for the thirty fields of
a payment costs more than reading the payment. `builder` returns a constructor that fills
an ordinary twin of the class and then gives the finished object its true class, which
Python allows between classes of one layout. The value is the same, and as frozen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar, cast

Value = TypeVar("Value")


def builder(value_class: type[Value]) -> Callable[..., Value]:
    """Return a fast constructor of `value_class`; it takes its fields in order, too."""

    def become(self: Any) -> None:
        self.__class__ = value_class

    fields = dataclasses.fields(cast("Any", value_class))
    twin = dataclasses.make_dataclass(
        value_class.__name__,
        [
            (one.name, one.type, dataclasses.field(default=one.default))
            if one.default is not dataclasses.MISSING
            else (one.name, one.type)
            for one in fields
        ],
        namespace={"__post_init__": become},
        slots=True,
        eq=False,
        repr=False,
    )
    return cast("Callable[..., Value]", twin)
