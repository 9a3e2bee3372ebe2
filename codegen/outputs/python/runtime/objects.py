"""The methods of all classes of the API, whichever library they are written for."""

import json
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, NoReturn, Self, cast

from codegen.kube.errors import FieldValidation, FieldWarning, ModelError, check_mode
from codegen.outputs.python.runtime.scalar_codecs import (
    Problems,
    describe_errors,
)
from codegen.outputs.python.runtime.wire import (
    CodecRow,
    object_codec,
)

TOO_DEEP: Final = [("", "Invalid value: nested too deeply")]


class WireObject:
    """An object of the API with its wire form.

    Null is absent, except in fields with null as a value. `NULLS` are the wire names of the optional ones, whose null is written back
    after reading.
    """

    __slots__ = ()

    NULLS: ClassVar[tuple[str, ...]] = ()
    OPEN: ClassVar[bool] = False  # whether the API permits undocumented fields
    FIELD_VALIDATION: ClassVar[FieldValidation] = "Ignore"  # the default of `from_dict`
    _hides: ClassVar[tuple[str, ...]] = ()  # attributes that hold credentials

    @classmethod
    def from_dict(
        cls, data: object, *, field_validation: FieldValidation | None = None
    ) -> Self:
        """Read the wire form.

        Args:
            data: The object as a JSON or YAML parser gives it.
            field_validation: How to treat unknown fields, by default `FIELD_VALIDATION` of the class. Ignore keeps them and
                writes them back, Warn also warns of them with a FieldWarning, and Strict refuses them.

        Raises:
            ModelError: With every field that is missing, unknown or of another type.

        """
        return cls._read(data, field_validation)

    @classmethod
    def from_json(
        cls, text: str | bytes, *, field_validation: FieldValidation | None = None
    ) -> Self:
        """Read JSON text. Raises ModelError like `from_dict`, also for text that is not valid JSON."""
        if (obj := cls._read_text_natively(text)) is not None:
            return obj
        try:
            data = json.loads(text, parse_constant=_reject_constant)
        except RecursionError:
            raise ModelError(TOO_DEEP) from None
        except ValueError as error:
            raise ModelError([("", f"is not valid JSON: {error}")]) from None
        return cls._read(data, field_validation)

    @classmethod
    def _read(cls, data: object, field_validation: FieldValidation | None) -> Self:
        mode = check_mode(field_validation or cls.FIELD_VALIDATION)
        problems = Problems()
        try:
            obj = cls._read_natively(data, mode)
            if obj is None:
                obj = object_codec(cls).read(data, problems)
        except RecursionError:
            raise ModelError(TOO_DEEP) from None
        if errors := problems.errors + (problems.unknown if mode == "Strict" else []):
            raise ModelError(describe_errors(errors))
        for at, text in describe_errors(problems.unknown) if mode == "Warn" else ():
            warnings.warn(FieldWarning(f"{at}: {text}"), stacklevel=3)
        return cast("Self", obj)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form without optional fields that are None. Open objects are shared, not copied.

        Raises:
            ModelError: With every value that cannot be written.

        """
        problems = Problems()
        wire_form: dict[str, Any] = object_codec(type(self)).write(self, problems)
        if problems.errors:
            raise ModelError(describe_errors(problems.errors))
        return wire_form

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the wire form as JSON text."""
        return json.dumps(
            self.to_dict(), ensure_ascii=False, allow_nan=False, indent=indent
        )

    def __rich_repr__(self) -> Iterable[Any]:
        values = [
            (row.name, getattr(self, row.name))
            for row in object_codec(type(self)).table()
        ]
        shown = [
            (name, ... if name in self._hides else value)
            for name, value in values
            if value is not None
        ]
        kept = self._kept_fields()
        return [*shown, ("_unknown", kept)] if kept else shown

    def __repr__(self) -> str:
        shown = [
            f"{name}={'...' if value is ... else repr(value)}"
            for name, value in self.__rich_repr__()
        ]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _drop_set_fields(self, kept: Mapping[str, object]) -> Mapping[str, Any]:
        """Drop kept nulls of fields with a value from kept fields."""
        codec = object_codec(type(self))
        set_fields = {
            row.wire for row in codec.table() if getattr(self, row.name) is not None
        }
        return {wire: value for wire, value in kept.items() if wire not in set_fields}

    @classmethod
    def _read_natively(cls, data: object, mode: FieldValidation) -> Self | None:
        """Read an object by the library's own means. None stands for an object that needs more, or has errors."""
        del data, mode
        return None

    @classmethod
    def _read_text_natively(cls, text: str | bytes) -> Self | None:
        """Read JSON text by the library's own means, or return None."""
        del text
        return None

    @classmethod
    def _field_rows(cls) -> list[CodecRow]:
        """Return the table of the fields."""
        raise NotImplementedError

    @classmethod
    def _build(cls, values: dict[str, Any], kept: dict[str, Any]) -> Self:
        """Build an object from its attributes, with unknown fields and nulls to keep."""
        raise NotImplementedError

    def _kept_fields(self) -> Mapping[str, Any]:
        """Return unknown fields and explicit nulls, to write them back."""
        raise NotImplementedError


def _reject_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON value")
