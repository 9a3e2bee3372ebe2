# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Named formats in CEL (`k8s.io/apiserver/pkg/cel/library/format.go`)."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from codegen.cel.runtime.cel_values import FORMAT, Function, tag, untag
from codegen.kube.formats import FORMATS as STRING_FORMATS

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_OLD_LABEL: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
_NAME: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_TEXT: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with "
    "an alphanumeric character"
)
_SUBDOMAIN_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end "
    "with an alphanumeric character"
)
_OLD_LABEL_TEXT: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end "
    "with an alphanumeric character"
)
_VALUE_TEXT: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end "
    "with an alphanumeric character"
)
_NAME_TEXT: Final = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an "
    "alphanumeric character"
)


def _format_check(
    pattern: str, most: int, message: str, prefix: bool = False
) -> Callable[[str], list[str]]:
    """Make the check of a pattern and a length.

    A `prefix` of generated names may end in a hyphen.
    """
    form = re.compile(pattern)

    def check(text: str) -> list[str]:
        errors: list[str] = []
        if len(text) > most:
            errors.append(f"must be no more than {most} characters")
        name = text
        if prefix and len(text) > 1 and text.endswith("-"):
            name = f"{text[:-1]}a"
        if form.fullmatch(name) is None:
            errors.append(message)
        return errors

    return check


_subdomain: Final = _format_check(rf"{_LABEL}(\.{_LABEL})*", 253, _SUBDOMAIN_TEXT)
_name_part: Final = _format_check(_NAME, 63, _NAME_TEXT)


def _qualified_name(text: str) -> list[str]:
    domain, slash, name = text.rpartition("/")
    if domain.count("/"):
        return [
            "a qualified name must consist of alphanumeric characters with an optional DNS "
            "subdomain prefix and '/'"
        ]
    errors: list[str] = []
    if slash and not domain:
        errors.append("prefix part must be non-empty")
    elif slash:
        errors += [f"prefix part {error}" for error in _subdomain(domain)]
    if name:
        errors += _name_part(name)
    else:
        errors.append("name part must be non-empty")
    return errors


def _string_format_check(name: str, message: str) -> Callable[[str], list[str]]:
    """Make the check of a format of schemas."""
    holds = STRING_FORMATS[name]

    def check(text: str) -> list[str]:
        if holds(text):
            return []
        return [message.format(text=text)]

    return check


FORMATS: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "dns1123Label": _format_check(_LABEL, 63, _LABEL_TEXT),
    "dns1123Subdomain": _subdomain,
    "dns1035Label": _format_check(_OLD_LABEL, 63, _OLD_LABEL_TEXT),
    "qualifiedName": _qualified_name,
    "dns1123LabelPrefix": _format_check(_LABEL, 63, _LABEL_TEXT, prefix=True),
    "dns1123SubdomainPrefix": _format_check(
        rf"{_LABEL}(\.{_LABEL})*", 253, _SUBDOMAIN_TEXT, prefix=True
    ),
    "dns1035LabelPrefix": _format_check(_OLD_LABEL, 63, _OLD_LABEL_TEXT, prefix=True),
    "labelValue": _format_check(rf"({_NAME})?", 63, _VALUE_TEXT),
    "uri": _string_format_check("uri", 'parse "{text}": invalid URI for request'),
    "uuid": _string_format_check("uuid", "does not match the UUID format"),
    "byte": _string_format_check("byte", "invalid base64"),
    "date": _string_format_check("date", "invalid date"),
    "datetime": _string_format_check("datetime", "invalid datetime"),
}


def _validate(value: Mapping[str, str], text: str) -> list[list[str]]:
    errors = FORMATS[untag(FORMAT, value)](text)
    if errors:
        return [errors]
    return []


def _find_format(name: str) -> list[dict[str, str]]:
    if name in FORMATS:
        return [tag(FORMAT, name)]
    return []


def _named_formats() -> list[Function]:
    """Return a function of each format, such as `format.uuid()`."""
    return [
        Function(
            f"format.{name}", (), FORMAT, partial(tag, FORMAT, name), library=_LIBRARY
        )
        for name in FORMATS
    ]


_LIBRARY: Final = "formats"
FORMAT_FUNCTIONS: Final = (
    *_named_formats(),
    Function(
        "format.named",
        ("string",),
        FORMAT,
        _find_format,
        library=_LIBRARY,
        is_optional=True,
    ),
    Function(
        "validate",
        (FORMAT, "string"),
        "list<string>",
        _validate,
        member=True,
        library=_LIBRARY,
        is_optional=True,
    ),
)
