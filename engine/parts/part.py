"""A part of the language: one frozen class whose fields are the YAML's keys."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, get_origin

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

from engine.diagnostics import Diagnostic
from engine.document import Scalar
from engine.parts.reading import Reading, reading
from engine.parts.suggest import suggest


class Part(BaseModel):
    """Base of every part. What is wrong in one is a finding, and does not stop the reading of the others."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    noun: ClassVar[str] = ""
    """What a finding calls this part: "a REST endpoint"; empty takes the class's name."""

    @model_validator(mode="wrap")
    @classmethod
    def _reported(cls, data: Any, handler: ModelWrapValidatorHandler[Part], info: ValidationInfo) -> Part:
        if isinstance(data, dict):
            known = list(cls.model_fields)
            for key in data:
                if key not in known and isinstance(key, Scalar):
                    reading(info).say(_unknown_key(cls, key, known))
        try:
            return handler(data)
        except ValidationError as error:
            if not isinstance(info.context, Reading) or not info.context.report(data, error):
                raise
            return _partly(cls, data, {str(detail["loc"][0]) for detail in error.errors()}, info.context)

    @classmethod
    def called(cls) -> str:
        return cls.noun or f"a {cls.__name__.lower()}"


def _unknown_key(cls: type[Part], key: Scalar, known: list[str]) -> Diagnostic:
    near = suggest(key, known)
    hint = f'did you mean "{near}"? ' if near else ""
    return Diagnostic(
        key.mark, "unknown-key", f'{cls.called()} has no key "{key}"', f"{hint}allowed: {', '.join(sorted(known))}"
    )


def _partly(cls: type[Part], data: dict[str, Any], wrong: set[str], context: Reading) -> Part:
    """A part with the fields that are right, so that the checks can go on; it is never compiled."""
    values: dict[str, Any] = {}
    for name, field in cls.model_fields.items():
        if name in data and name not in wrong:
            kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            values[name] = TypeAdapter(kind).validate_python(data[name], context=context)
        elif field.is_required():
            values[name] = _stand_in(field)
    return cls.model_construct(**values)


def _stand_in(field: FieldInfo) -> Any:
    kind = get_origin(field.annotation) or field.annotation
    return kind() if kind in (str, dict, tuple, list) else None
