"""Check the formats of names that Kubernetes' types declare, with the texts of servers."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_KEY: Final = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_IDENTIFIER: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_LONGEST_DOMAIN: Final = 253
_LONGEST_LABEL: Final = 63
_LONGEST_IDENTIFIER: Final = 32
_EMPTY: Final = "must be non-empty"
_QUOTA: Final = "requests."
_KUBERNETES: Final = "kubernetes.io/"


def format_faults(name: str, text: str) -> tuple[str, ...]:
    """List the reasons why a text does not have a format, which has to be known."""
    return tuple(FORMATS[name](text))


def _describe_pattern(says: str, pattern: str, *examples: str) -> str:
    listed = " or ".join(f"'{example}', " for example in examples)
    return f"{says} (e.g. {listed}regex used for validation is '{pattern}')"


def _too_long(text: str, limit: int) -> list[str]:
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        return [f"must be no more than {limit} bytes"]
    return []


def _short_name(text: str) -> list[str]:
    faults = _too_long(text, _LONGEST_LABEL)
    if not re.fullmatch(_LABEL, text):
        if re.fullmatch(_SUBDOMAIN, text):
            faults.append("must not contain dots")
        else:
            says = (
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters "
                "or '-', and must start and end with an alphanumeric character"
            )
            faults.append(_describe_pattern(says, _LABEL, "my-name", "123-abc"))
    return faults


def _long_name(text: str) -> list[str]:
    faults = _too_long(text, _LONGEST_DOMAIN)
    if not re.fullmatch(_SUBDOMAIN, text):
        says = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            "'-' or '.', and must start and end with an alphanumeric character"
        )
        faults.append(_describe_pattern(says, _SUBDOMAIN, "example.com"))
    return faults


def _long_name_caseless(text: str) -> list[str]:
    faults = _too_long(text, _LONGEST_DOMAIN)
    if not re.fullmatch(_SUBDOMAIN, text, re.IGNORECASE | re.ASCII):
        says = (
            "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', "
            "and must start and end with an alphanumeric character"
        )
        faults.append(_describe_pattern(says, _SUBDOMAIN, "Example.com"))
    return faults


def _label_key(text: str) -> list[str]:
    says = (
        "must consist of alphanumeric characters, '-', '_' or '.', "
        "and must start and end with an alphanumeric character"
    )
    pattern = _describe_pattern(says, _KEY, "MyName", "my.name", "123-abc")
    if text.count("/") > 1:
        prefix_says = (
            "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        )
        return [f"a valid label key {pattern} {prefix_says}"]
    prefix, slash, name = text.rpartition("/")
    faults: list[str] = []
    if slash and not prefix:
        faults.append(f"prefix part {_EMPTY}")
    elif slash:
        faults += [f"prefix part {fault}" for fault in _long_name(prefix)]
    if not name:
        faults.append(f"name part {_EMPTY}")
    faults += [f"name part {fault}" for fault in _too_long(name, _LONGEST_LABEL)]
    if not re.fullmatch(_KEY, name):
        faults.append(f"name part {pattern}")
    return faults


def _prefixed_label_key(text: str) -> list[str]:
    faults = _label_key(text)
    if not faults and "/" not in text:
        faults.append("must include a prefix (e.g. 'example.com/key')")
    return faults


def _label_value(text: str) -> list[str]:
    faults = _too_long(text, _LONGEST_LABEL)
    if not re.fullmatch(f"({_KEY})?", text):
        says = (
            "a valid label must be an empty string or consist of alphanumeric characters, '-', "
            "'_' or '.', and must start and end with an alphanumeric character"
        )
        faults.append(
            _describe_pattern(says, f"({_KEY})?", "MyValue", "my_value", "12345")
        )
    return faults


def _path_segment_name(text: str) -> list[str]:
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{character}'" for character in "/%" if character in text]


def _uuid(text: str) -> list[str]:
    if _UUID.fullmatch(text):
        return []
    return ["must be a lowercase UUID in 8-4-4-4-12 format"]


def _resource_pool_name(text: str) -> list[str]:
    faults = _too_long(text, _LONGEST_DOMAIN)
    for number, part in enumerate(text.split("/")):
        if part:
            faults += [f"segment {number}: {fault}" for fault in _long_name(part)]
        else:
            faults.append(f"segment {number}: must not be empty")
    return faults


def _extended_resource_name(text: str) -> list[str]:
    faults: list[str] = []
    if "/" not in text:
        faults.append(
            "a name must be a domain-prefixed path, such as 'example.com/my-prop'"
        )
    elif _KUBERNETES in text:
        faults.append(f'must not have "{_KUBERNETES}" domain')
    if text.startswith(_QUOTA):
        faults.append(f'must not have "{_QUOTA}" prefix')
    return faults + _label_key(_QUOTA + text)


def _resource_fully_qualified_name(text: str) -> list[str]:
    prefix, slash, name = text.rpartition("/")
    if text.count("/") > 1:
        return ["must not contain more than one slash"]
    faults: list[str] = []
    if slash and not prefix:
        faults.append("prefix must not be empty")
    elif slash:
        faults += _too_long(prefix, _LONGEST_LABEL)
        faults += [f"prefix: {fault}" for fault in _long_name(prefix)]
    if slash and not name:
        faults.append("name must not be empty")
    else:
        faults += _identifier(name)
    if not slash:
        faults.append(
            "a fully qualified name must be a domain and a name separated by a slash"
        )
    return faults


def _identifier(text: str) -> list[str]:
    faults = _too_long(text, _LONGEST_IDENTIFIER)
    if not re.fullmatch(_IDENTIFIER, text):
        says = (
            "a valid C identifier must start with alphabetic character or '_', "
            "followed by a string of alphanumeric characters or '_'"
        )
        faults.append(
            _describe_pattern(says, _IDENTIFIER, "my_name", "MY_NAME", "MyName")
        )
    return faults


FORMATS: Final[Mapping[str, Callable[[str], Iterable[str]]]] = {
    "k8s-short-name": _short_name,
    "k8s-long-name": _long_name,
    "k8s-long-name-caseless": _long_name_caseless,
    "k8s-label-key": _label_key,
    "k8s-prefixed-label-key": _prefixed_label_key,
    "k8s-label-value": _label_value,
    "k8s-path-segment-name": _path_segment_name,
    "k8s-uuid": _uuid,
    "k8s-resource-pool-name": _resource_pool_name,
    "k8s-extended-resource-name": _extended_resource_name,
    "k8s-resource-fully-qualified-name": _resource_fully_qualified_name,
}
