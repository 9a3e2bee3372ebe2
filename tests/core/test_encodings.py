"""Repairs of text that is not UTF-8 name no encoding that cannot decode it."""

from __future__ import annotations

import re

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.core.encodings import suggest_repair
from codegen.core.source import decode

CHINESE = "一块土地，里面有花坛和植物。" * 5
TEXTS = {
    "gb18030": CHINESE,
    "big5": "這是一塊土地，裡面有花壇和植物。" * 5,
    "shift_jis": "これは畑です。花壇があります。" * 5,
    "euc-jp": "これは畑です。花壇があります。" * 5,
    "euc-kr": "이것은 밭입니다. 화단이 있습니다." * 5,
    "windows-1252": "ein Gärtchen für Äpfel",
    "windows-1251": "это сад, в нём растут яблоки",
}


@pytest.mark.parametrize(("encoding", "text"), TEXTS.items(), ids=TEXTS)
def test_every_named_encoding_decodes_text(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    hint = suggest_repair(data)
    offered = re.findall(r"(?:as|or|-f) ([\w-]+)(?=[ :])", hint)
    assert offered
    for name in offered:
        data.decode(name)


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "euc-kr", "windows-1252"])
def test_right_encoding_is_among_named_ones(encoding: str) -> None:
    assert encoding in suggest_repair(TEXTS[encoding].encode(encoding))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"<meta charset=gb2312>" + "地".encode("gb2312"), "gb2312"),
        (b'<meta content="text/html; charset=shift_jis">' + "畑".encode("shift_jis"), "shift_jis"),
        (b'<?xml version="1.0" encoding="big5"?>' + "地".encode("big5"), "big5"),
    ],
    ids=["HTML", "older HTML", "XML"],
)
def test_encoding_named_by_page_is_used(data: bytes, encoding: str) -> None:
    with pytest.raises(CodegenError) as raised:
        decode(data, "plot.md")
    assert f"iconv -f {encoding} " in raised.value.diagnostics[0].hint


@pytest.mark.parametrize("named", ["utf-8", "no-such-encoding", "ascii"])
def test_encoding_that_page_names_wrongly_is_not_repeated(named: str) -> None:
    data = f"<meta charset={named}>{CHINESE}".encode("gb18030")
    assert f"-f {named}" not in suggest_repair(data)


@pytest.mark.parametrize(
    "data",
    [f"{CHINESE}".encode() + b"\xe4\xb8", CHINESE.encode() + b"\xff" + CHINESE.encode()],
    ids=["cut off", "damaged"],
)
def test_damaged_utf8_has_no_other_encoding(data: bytes) -> None:
    assert "iconv" not in suggest_repair(data)


def test_bytes_of_no_encoding_have_no_repair() -> None:
    assert "iconv" not in suggest_repair(bytes(range(128, 256)))
