"""String formats of custom resources.

The expected results were computed with the code of servers.
"""

from __future__ import annotations

import pytest

from codegen.kube.formats import FORMATS

_LABEL = "a" * 63
_LONG = f"{_LABEL}.{_LABEL}.{_LABEL}.{'a' * 59}"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "bsonobjectid",
            ["0123456789abcdefABCDEF01"],
            ["0123456789abcdefABCDEF0", "g123456789abcdefABCDEF01"],
        ),
        ("byte", ["YQ==", "YWJj"], ["YQ", "YQ=", "a b="]),
        (
            "cidr",
            ["fd00::/8", "010.1.2.3/08", "::ffff:1.2.3.4/128"],
            ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "::/"],
        ),
        ("date", ["2024-02-29", "0000-02-29"], ["2023-02-29", "2024-W10-1", "2024-02-29\n"]),
        (
            "datetime",
            ["2024-02-29t10:00:00.5+01:00", "2024-02-29T10:00:00z", "2024-02-29T10:00:00;5Z"],
            [
                "2024-02-29",
                "2024-02-29T24:00:00Z",
                "2024-02-29T10:00:00",
                "2023-02-29T10:00:00Z",
                "2024-02-29T1:00:00Z",
            ],
        ),
        (
            "duration",
            ["1h30m", "-1.5s", "5 minutes", "2 weeks", "3\u00b5s", "9223372036854775807 s"],
            ["", "5", "10 parsecs", "9223372036854775808 s", "99999999999999999999 s"],
        ),
        (
            "email",
            [
                "a@b",
                "A B <a.b@c>",
                '"a b"@c',
                "a@[127.0.0.1]",
                "a@[IPv6:::1]",
                "a (b) <a@b>",
                "all: a@b, c@d;",
                "a@b \t",
            ],
            [
                "a@",
                "a..b@c",
                "a@b.",
                "a@[x]",
                "A B a@b",
                "<a@b",
                "a b@c",
                "a@b c",
                "a@[IPv6:1]",
                "A <a@[x]>",
            ],
        ),
        ("hexcolor", ["#fff", "00aaBB"], ["#ffff", "red"]),
        (
            "hostname",
            ["example.com", "a-b", "\u4ee4\u724c.com", "1", f"{_LABEL}.com", f"{_LONG}.com"],
            ["", "my-host-name", "a_b.com", "a.b1", "a.", f"a{_LABEL}.com", f"{_LONG}a.com"],
        ),
        ("ipv4", ["10.0.0.1", "010.0.0.01", "::ffff:1.2.3.4"], ["10.0.0", "256.0.0.1", "::1"]),
        ("ipv6", ["::1", "::ffff:1.2.3.4"], ["fe80::1%eth0", "1.2.3.4", "::/8"]),
        (
            "mac",
            ["00:00:5e:00:53:01", "0000.5e00.5301", "00-00-5e-00-53-01-02-03"],
            ["00:00-5e:00:53:01", "00:00:5e:00:53:01:02"],
        ),
        ("rgbcolor", ["rgb( 1,\t2,255)"], ["rgb(256,0,0)", "rgb(01,0,0)"]),
        ("ssn", ["111-22-3333"], ["111223333", "111-22-333"]),
        (
            "uri",
            [
                "https://a.b/c?d#e",
                "/a",
                "urn:x:y",
                "*",
                "http://u:p@[::1]:80/x%20y",
                "http://[fe80::1%25en0]",
            ],
            [
                "",
                "a/b",
                ":a",
                "http://a b",
                "http://a:b",
                "/%zz",
                "/a\n",
                "http://[::1",
                "http://[^]",
                "http://[::1%25%zz]",
                'http://u"@a',
                "//a%",
            ],
        ),
        (
            "uuid",
            ["0123abcd-0123-0123-0123-0123456789AB", "0123abcd012301230123-0123456789ab"],
            ["0123"],
        ),
        (
            "uuid3",
            ["0123abcd-0123-3123-0123-0123456789ab"],
            ["0123abcd-0123-4123-0123-0123456789ab"],
        ),
        (
            "uuid4",
            ["0123abcd-0123-4123-9123-0123456789ab"],
            ["0123abcd-0123-4123-0123-0123456789ab"],
        ),
        (
            "uuid5",
            ["0123abcd-0123-5123-a123-0123456789ab"],
            ["0123abcd-0123-5123-c123-0123456789ab"],
        ),
    ],
)
def test_formats_accept_same_values_as_servers(name: str, good: list[str], bad: list[str]) -> None:
    recognises = FORMATS[name]
    assert [text for text in good if not recognises(text)] == []
    assert [text for text in bad if recognises(text)] == []


@pytest.mark.parametrize(
    "text", ["\ud800", "a@" * 20_000, "a " * 20_000, "a." * 20_000, "(" * 20_000, "1m" * 20_000]
)
def test_hostile_texts_are_checked_fast(text: str) -> None:
    for recognises in FORMATS.values():
        assert recognises(text) in (True, False)


def test_cidr_prefix_may_have_leading_zeros() -> None:
    assert FORMATS["cidr"](f"10.0.0.0/{'0' * 20_000}32")
