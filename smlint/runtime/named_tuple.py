"""`typing.NamedTuple`, made at a fraction of its cost.

`typing.NamedTuple` compiles a constructor for each class when the class is made. smlint's values are some sixty such classes on the way to
the first finding: to make them took longer than to judge a template. These share one constructor. In all that smlint uses they are the same,
and to a type checker they are `typing.NamedTuple` itself.

A module with such classes has `from __future__ import annotations`: only the names of the fields are looked at.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  # for all who import it from here
else:
    from operator import itemgetter

    try:
        from collections import _tuplegetter as field  # how the fields of collections.namedtuple are read
    except ImportError:

        def field(index, doc):
            return property(itemgetter(index), doc=doc)

    class _Maker(type):
        """Makes a class of the fields that its body annotates."""

        def __new__(cls, name, bases, namespace):
            fields = tuple(namespace.get("__annotations__", ()))
            if bases != (tuple,) and not fields:
                raise TypeError(f"{name} has no fields; does its module lack `from __future__ import annotations`?")
            defaults = {key: namespace[key] for key in fields if key in namespace}
            if fields[len(fields) - len(defaults) :] != tuple(defaults):
                raise TypeError(f"{name}: a field without a default follows one with a default")
            namespace |= {key: field(index, None) for index, key in enumerate(fields)}
            namespace |= {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            return super().__new__(cls, name, bases, namespace)

    class NamedTuple(tuple, metaclass=_Maker):
        """The base of the values."""

        def __new__(cls, *values, **named):
            if named or len(values) != len(cls._fields):
                values = _completed(cls, values, named)
            return tuple.__new__(cls, values)

        _make = classmethod(tuple.__new__)  # the cheapest: for values of which there are as many as files; the number of fields is not checked

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

        def __getnewargs__(self):
            return tuple(self)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **named):
            values = tuple(map(named.pop, self._fields, self))
            if named:
                raise TypeError(f"{type(self).__name__} has no {', '.join(named)}")
            return tuple.__new__(type(self), values)

    def _completed(cls, values, named):
        """The values of a call in the order of the fields, with those given by name, and with the defaults."""
        defaults = cls._field_defaults
        try:
            rest = [named.pop(name) if name in named else defaults[name] for name in cls._fields[len(values) :]]
        except KeyError as error:
            raise TypeError(f"{cls.__name__} lacks {error}") from None
        if named or len(values) > len(cls._fields):
            raise TypeError(f"{cls.__name__} takes each of {', '.join(cls._fields)} once")
        return (*values, *rest)
