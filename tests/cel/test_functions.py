"""Kubernetes functions in CEL."""

from __future__ import annotations

import pytest

from codegen.cel.runtime.cel_engine import CannotRun, CompileError, Engine, EvaluationFailed
from codegen.cel.runtime.cel_formats import FORMATS
from support.rows import each_row

SEEN = {"self": {"y": "a", "z": 1, "d": 1.0}}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def value(engine: Engine, text: str) -> object:
    return engine.compile(text).run(engine.activation(SEEN["self"]))


@each_row(
    [
        ("quantity('1Gi').isGreaterThan(quantity('1G'))", True),
        ("quantity('50k').add(20).sub(quantity('100k')).sub(-50000) == quantity('20')", True),
        ("quantity('200M').compareTo(quantity('0.2G'))==0", True),
        (
            "quantity('1').isLessThan(quantity('1')) || quantity('1').isGreaterThan(quantity('1'))",
            False,
        ),
        ("isQuantity('200K')", False),
        ("ip('::1').family()==6", True),
        ("ip.isCanonical('2001:DB8::ABCD')", False),
        ("isIP('127.0.0.256')", False),
        ("cidr('192.168.0.0/24').containsIP(ip('192.168.0.1'))", True),
        ("cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')", True),
        (
            "cidr('10.0.0.0/8').containsCIDR('11.0.0.0/8') || cidr('10.0.0.0/8').containsCIDR('::/0')",
            False,
        ),
        (
            "ip('0.0.0.0').isUnspecified() && ip('::1').isLoopback() && ip('169.254.0.1').isLinkLocalUnicast()",
            True,
        ),
        (
            "['::', '127.0.0.1', '224.0.0.1', 'fe80::1'].exists(each, ip(each).isGlobalUnicast())",
            False,
        ),
        ("isIP('fe80::1%eth0') || isIP('::ffff:1.2.3.4')", False),
        ("url('https://a/b').getPort() == '' && url('/a?b').getHost() == ''", True),
        (
            "semver('1.2.3').minor() == 2 && semver('1.2.3').patch() == 3 && isSemver('v1.2', true)",
            True,
        ),
        ("quantity('1.5').asApproximateFloat() == 1.5", True),
        ("cidr('192.168.0.1/24') == cidr('192.168.0.1/24').masked()", False),
        ("cidr('::1/128').prefixLength() == 128 && string(cidr('::1/128').ip()) == '::1'", True),
        (
            "isCIDR('10.0.0.0/08') || isCIDR('10.0.0.0') || isCIDR('10.0.0.0/255.0.0.0') || isCIDR('::/129')",
            False,
        ),
        ("ip('224.0.0.1').isLinkLocalMulticast() && ip('ff02::1').isLinkLocalMulticast()", True),
        ("ip('224.0.1.1').isLinkLocalMulticast() || cidr('10.0.0.0/8').containsIP('::1')", False),
        ("isURL('https://a:b:c/')", False),
        ("isURL('/absolute-path')", True),
        ("isURL('../relative-path')", False),
        ("url('https://[::1]:80/').getHostname()=='::1'", True),
        ("url('https://[::1]:80/').getHost()=='[::1]:80'", True),
        (
            "url('https://example.com/path with spaces/').getEscapedPath()=='/path%20with%20spaces/'",
            True,
        ),
        (
            "url('https://example.com/path?k1=a&k2=b&k2=c').getQuery() == {'k1': ['a'], 'k2': ['b', 'c']}",
            True,
        ),
        ("isURL('mailto:a@b.example') && isURL('*') && isURL('http://[fe80::1%25en0]/')", True),
        (
            "url('mailto:a@b.example').getScheme()=='mailto' && url('mailto:a@b.example').getEscapedPath()==''",
            True,
        ),
        ("url('http://u:p@[fe80::1%25en0]:8/').getHostname()=='fe80::1%en0'", True),
        (
            "url('HTTP://a.example:8/b#c').getPort()=='8' && url('HTTP://a.example/b#c').getScheme()=='http'",
            True,
        ),
        ("[1,2,3].isSorted()", True),
        (
            "[duration('1h'), duration('2h')].max() == duration('2h') && [duration('1h')].sum() == duration('60m')",
            True,
        ),
        (
            "[timestamp('2024-01-01T00:00:00Z')].min() == timestamp('2024-01-01T01:00:00+01:00')",
            True,
        ),
        ("string(timestamp('2024-01-01T00:00:00Z')) == '2024-01-01T00:00:00Z'", True),
        ("string(timestamp('2024-01-01T01:00:00+01:00')) == '2024-01-01T01:00:00+01:00'", True),
        ("[1,3].sum()==4 && [].sum() == 0", True),
        ("[1,2,2,3].indexOf(2)==1 && [1, true].indexOf(true) == 1 && [1].indexOf(2) == -1", True),
        (
            "[2,1].isSorted() || quantity('1.5').isInteger() || quantity('9223372036854775808').isInteger()",
            False,
        ),
        (
            "quantity('-9223372036854775808').isInteger() && quantity('2k').asInteger() == 2000",
            True,
        ),
        ("['a','b','b'].lastIndexOf('b')==2", True),
        ("[3,1].max()==3 && [3,1].min()==1 && [1,1].isSorted()", True),
        ("[-9223372036854775807, -1].sum() == -9223372036854775808", True),
        ("'abc 123'.find('[0-9]+')=='123'", True),
        ("'1ab'.find('[[:alpha:]]+')=='ab'", True),
        ("'123 abc 456'.findAll('[0-9]+')==['123','456']", True),
        ("'123 abc 456'.findAll('[0-9]+',1)==['123'] && '1'.findAll('1', 0) == []", True),
        ("format.dns1123Label().validate('a-b').hasValue()", False),
        ("format.dns1123Label().validate('a-b').orValue(['none']) == ['none']", True),
        ("format.dns1123Label().validate('A').orValue([]).join('|').contains('RFC 1123')", True),
        (
            "format.named('uuid').value().validate('a').hasValue() && !format.named('none').hasValue()",
            True,
        ),
        (
            "[self.y, 'A'].all(name, format.dns1123Label().validate(name).orValue([]).size() == 0)",
            False,
        ),
        ("quantity('1.5Gi').mul(2) == quantity('3Gi') && sign(quantity('1').mul(-3)) == -1", True),
        ("format.dns1123Label().validate('A').value()[0].contains('RFC 1123')", True),
        ("!format.uuid().validate(')').orValue(['(']).exists(each, each == '(')", True),
        ("format.date().validate('0000-02-29').hasValue()", False),
        ("format.datetime().validate('2024-01-01t00:00:00z').hasValue()", False),
        ("format.byte().validate('a').value() == ['invalid base64']", True),
        ("semver('v01.0',true).major()==1 && semver('v1.2.3-a', true) == semver('1.2.3-a')", True),
        ("semver('1.0.0-alpha').isLessThan(semver('1.0.0'))", True),
        ("isSemver('v1.0')", False),
        ("sets.contains([1,2],[2])", True),
        ("'%s is %d, %.2f'.format(['a',3,1.5]) == 'a is 3, 1.50'", True),
        ("quantity('x') == quantity('1') || true", True),
        ("has(self.y) && self.y == 'a'", True),
        ("self.y.matches('^[a-c]$')", True),
        ("sign(quantity('-1'))==-1", True),
        ("ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast()", True),
        ("self.d == 1.0", True),
        ("self.?x.orValue(3) == 3", True),
        ("[3, 4].all(at, each, at < each)", True),
        ("format.dns1123Label().validate('A').optMap(found, found.size()).orValue(0) == 1", True),
        ("format.dns1123Label().validate('a').or(optional.of(['x'])).value() == ['x']", True),
        (
            "format.named(format.uuid().validate('A').hasValue() ? 'date' : 'none').optMap(form, form.validate('x').hasValue()).orValue(false)",
            True,
        ),
    ]
)
def test_functions_give_expected_values(text: str, is_true: bool, *, engine: Engine) -> None:
    assert value(engine, text) is is_true


@pytest.mark.parametrize(
    ("name", "most", "good", "bad"),
    [
        ("dns1123Label", 63, "1-a", "a-"),
        ("dns1123Subdomain", 253, "1.a", "a..b"),
        ("dns1035Label", 63, "a-1", "1a"),
        ("qualifiedName", 63, f"{'a' * 253}/A_b.c", f"{'a' * 254}/a"),
        ("dns1123LabelPrefix", 63, "1-", "-"),
        ("dns1123SubdomainPrefix", 253, "1.a-", "_-"),
        ("dns1035LabelPrefix", 63, "a-", "1-"),
        ("labelValue", 63, "", "_a"),
    ],
)
def test_named_formats_limit_length_and_characters(
    name: str, most: int, good: str, bad: str
) -> None:
    faults = FORMATS[name]
    assert faults("a" * most) == faults(good) == []
    assert [each.rpartition("must be ")[2] for each in faults("a" * (most + 1))] == [
        f"no more than {most} characters"
    ]
    assert len(faults(bad)) == 1


@each_row(
    [
        ("/a", "prefix part must be non-empty"),
        ("a/", "name part must be non-empty"),
        ("a/b/c", "a qualified name"),
    ]
)
def test_qualified_name_has_two_parts(text: str, said: str) -> None:
    assert [each[: len(said)] for each in FORMATS["qualifiedName"](text)] == [said]


@each_row("""
    ip('x')                                 | IP Address "x" parse error
    self.x == 1                             | no such key: x
    quantity('x') == quantity('1')          | is not a quantity
    cidr('10.0.0.0/33').prefixLength() == 1 | network address parse error
    semver('1')                             | not a semantic version
    semver('1-a', true)                     | short version cannot contain
    quantity('1.5').asInteger() == 1        | cannot convert value to integer
    [1, 'a'].max() == 1                     | no such overload
    [null].min() == null                    | no such overload
    [].max() == 1                           | max called on empty list
    [9223372036854775807, 1].sum() == 1     | integer overflow
    url('../a').getHost() == ''             | URL parse error
    'a'.find('(') == ''                     | error parsing regexp
    [1, 2][7] == 1                          | ^index out of bounds: 7$
    1 / (self.z - 1) == 1                   | ^division by zero$
    'a'.findAll('(?=a)') == []              | error parsing regexp
""")
def test_run_time_errors_are_failures(text: str, said: str, *, engine: Engine) -> None:
    with pytest.raises(EvaluationFailed, match=said.replace("(", "[(]")):
        value(engine, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("authorizer.group('').resource('pods').check('list').allowed()", "outside of a cluster"),
        ("image('a').tag() == 'x'", "outside of a cluster"),
        ("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(n, " * 6 + "true" + ")" * 6, "more steps"),
    ],
)
def test_rules_that_cannot_run_are_reported(engine: Engine, text: str, said: str) -> None:
    with pytest.raises(CannotRun, match=said):
        value(engine, text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("self.y +* 2", (1, 9)),
        ("self.y ==\n  ]", (2, 3)),
        ("self.y == foo(2)", (1, 14)),
        ("[1, 2].sum() + 'a' == 'a' && 1 == 'a'", (1, 14)),
        ("other == 1", (1, 1)),
        ("'''it's (''' != '' && format.uuid().validate('a').hasValue() == foo", (1, 65)),
        ("format.uuid().validate('a').x == 1", (1, 28)),
        (
            "format.named(')').hasValue() &&\n format.uuid().validate( 'a' ).hasValue() == foo",
            (2, 46),
        ),
    ],
)
def test_compile_errors_are_located(engine: Engine, text: str, place: tuple[int, int]) -> None:
    with pytest.raises(CompileError) as raised:
        engine.compile(text)
    assert (raised.value.line, raised.value.column) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [("oldSelf.hasValue() && foo", (1, 23)), ("oldSelf.hasValue() &&\n  foo", (2, 3))],
)
def test_errors_with_optional_variable_are_located(
    engine: Engine, text: str, place: tuple[int, int]
) -> None:
    with pytest.raises(CompileError) as raised:
        engine.compile(text, has_optional_old=True)
    assert (raised.value.line, raised.value.column) == place


def test_expression_beyond_library_limits_cannot_run(engine: Engine) -> None:
    with pytest.raises(CannotRun, match=r"the library does not compile it: .*limit"):
        engine.compile("(" * 400 + "1" + ")" * 400)
