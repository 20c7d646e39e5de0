"""A part of the language: one frozen class whose fields are the YAML's keys."""

from collections.abc import Collection, Iterator, Mapping
from inspect import isabstract
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo

from engine.parts.kinds import import_all
from engine.parts.reading import Reading, reading


class Part(BaseModel):
    """Base of every part. What is wrong in one is a finding, and does not stop the reading of the others."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True, defer_build=True)

    noun: ClassVar[str] = ""
    """What a finding calls this part: "a REST endpoint"; empty takes the class's name."""

    inside: ClassVar[str] = ""
    """A key under which one that is not known here was perhaps meant to stand."""

    needless: ClassVar[Mapping[str, str]] = {}
    """Keys of similar parts that say nothing here, with what to do."""

    deprecated: ClassVar[Mapping[str, str]] = {}
    """Keys that had another name once: the old, and the one to write now. They are read as the new, with a warning."""

    @model_validator(mode="wrap")
    @classmethod
    def _reported(cls, data: Any, handler: "ModelWrapValidatorHandler[Part]", info: ValidationInfo) -> "Part":
        if not isinstance(data, dict):
            return cls._read(data, handler, info)
        now = reading(info)
        known = now.known(cls, data)
        if known is not None:
            return known
        told = now.told
        now.keys(cls, data)
        part = cls._read(data, handler, info)
        now.remember(part, data, told)
        return part

    @classmethod
    def _read(cls, data: Any, handler: "ModelWrapValidatorHandler[Part]", info: ValidationInfo) -> "Part":
        try:
            return handler(data)
        except ValidationError as error:
            if not isinstance(data, dict) or not isinstance(info.context, Reading):
                raise
            if not info.context.report(cls, data, error):
                raise
            return _partly(cls, data, [detail["loc"] for detail in error.errors()], info.context)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """The key that chooses a part is described by what it chooses."""
        chosen = cls.model_fields.get("type")
        if chosen is not None and not chosen.description:
            chosen.description = (cls.__doc__ or "").strip().partition("\n")[0]
            chosen.examples = list(get_args(chosen.annotation))

    @classmethod
    def called(cls) -> str:
        return cls.noun or f"a {cls.__name__.lower()}"

    @staticmethod
    def owners(key: str) -> list[str]:
        """The parts that have a key of this name, in words, sorted."""
        return sorted({part.called() for part in _owners(key)})

    @classmethod
    def owners_beside(cls, key: str) -> list[str]:
        """Those of them that stand in the same file as this part, as what is one thing to an integrator does."""
        return sorted({part.called() for part in _owners(key) if part.__module__ == cls.__module__})

    @classmethod
    def gap(cls) -> "Part":
        """What stands for a part that could not be read; it is never compiled."""
        return cls.model_construct(**{n: _stand_in(f) for n, f in cls.model_fields.items() if f.is_required()})


def _owners(key: str) -> Iterator[type[Part]]:
    import_all()
    return (part for part in _parts(Part) if key in part.model_fields and part.noun)


def _parts(above: type[Part]) -> Iterator[type[Part]]:
    for part in above.__subclasses__():
        yield part
        yield from _parts(part)


_Loc = tuple[int | str, ...]


def _partly(cls: type[Part], data: dict[str, Any], wrong: Collection[_Loc], context: Reading) -> Part:
    """A part with what is right in it, so that the checks can go on; it is never compiled."""
    values: dict[str, Any] = {}
    for name, field in cls.model_fields.items():
        kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        below = [loc[1:] for loc in wrong if loc[:1] == (name,)]
        if name in data and not below:
            values[name] = TypeAdapter(kind).validate_python(data[name], context=context)
        elif name in data and all(below):
            values[name] = _without(kind, field, data[name], {loc[0] for loc in below}, context)
        elif field.is_required():
            values[name] = _stand_in(field)
    return cls.model_construct(**{name: value for name, value in values.items() if value is not ...})


def _without(kind: Any, field: FieldInfo, value: Any, wrong: set[int | str], context: Reading) -> Any:
    """A field's entries or elements without those that are wrong; of a list, gaps stand in their place."""
    try:
        if isinstance(value, dict):
            return TypeAdapter(kind).validate_python(
                {k: v for k, v in value.items() if k not in wrong}, context=context
            )
        if isinstance(value, list):
            right = [item for index, item in enumerate(value) if index not in wrong]
            items = list(TypeAdapter(kind).validate_python(right, context=context))
            for index in sorted(number for number in wrong if isinstance(number, int)):
                items.insert(index, _gap(field))
            return tuple(items)
    except ValidationError:
        pass
    return _stand_in(field) if field.is_required() else ...


def _gap(field: FieldInfo) -> Any:
    element = next(iter(get_args(field.annotation)), None)
    return element.gap() if isinstance(element, type) and issubclass(element, Part) else None


def _stand_in(field: FieldInfo) -> Any:
    kind = get_origin(field.annotation) or field.annotation
    if isinstance(kind, type) and issubclass(kind, Part):
        return None if isabstract(kind) else kind.gap()
    return kind() if kind in (str, dict, tuple, list) else None
