"""Each project has its own languages, independent of other projects."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from codegen.core import locales, resources
from codegen.core.detection import UNDETERMINED
from codegen.core.diagnostics import CodegenError, Report
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.project import emit
from codegen.project.config.configuration import Config, load, load_languages
from codegen.readers.sources import read_sources
from support.rows import each_row

ENGLISH_WORDS = (resources.templates() / "locales/en.toml").read_text(encoding="utf-8")
ENGLISH_LOCALE = locales.parse_locale(ENGLISH_WORDS, Path("en.toml"))
PAGE = """---
api_metadata:
  apiVersion: "garden.example.io/v1"
  import: "example.io/garden/v1"
  kind: "Plot"
---

## Plot {#Plot}

A plot.

- **beds** (string), %s

  Its beds.

- **owner** (string)

  Its owner.
"""


def project(folder: Path, tag: str, required: str) -> Config:
    """Create a project whose language is English with another word for "required"."""
    (folder / "mine/locales").mkdir(parents=True)
    words = ENGLISH_WORDS.replace('required = "required"', f'required = "{required}"')
    assert words != ENGLISH_WORDS
    (folder / f"mine/locales/{tag}.toml").write_text(words, encoding="utf-8")
    (folder / tag).mkdir()
    (folder / tag / "plot-v1.md").write_text(PAGE % required, encoding="utf-8")
    outputs = [{"target": "docs", "layout": "list", "to": "docs/{locale}"}]
    config = {
        "sources": [{"path": tag}],
        "locales": [ENGLISH, tag],
        "templates": "mine",
        "outputs": outputs,
    }
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    return load(folder / "codegen.yaml")


def test_two_projects_with_own_languages_in_one_process(tmp_path: Path) -> None:
    # load both before using either
    configs = {
        word: project(tmp_path / tag, tag, word)
        for tag, word in (("xa", "needed-a"), ("xb", "needed-b"))
    }
    for own, other in (
        ("needed-a", "needed-b"),
        ("needed-b", "needed-a"),
        ("needed-a", "needed-b"),
    ):
        files = emit.generate(configs[own])
        tag = configs[own].locales[1]
        page = next(text for path, text in files.files.items() if f"/{tag}/" in path)
        assert f"**beds** (string), {own}" in page
        assert ", required" in next(text for path, text in files.files.items() if "/en/" in path)
        assert other not in repr(files)


def test_words_of_another_project_are_not_read(tmp_path: Path) -> None:
    config = project(tmp_path / "xa", "xa", "needed-a")
    reports = {}
    for name, languages in (("own", config.languages), ("shipped", SHIPPED)):
        report = Report()
        reference = read_sources(config.sources, report, languages=languages)
        (plot,) = (
            definition for definition in reference.definitions.values() if definition.name == "Plot"
        )
        reports[name] = [field.required for field in plot.fields]
    assert reports == {"own": [True, False], "shipped": [False, False]}


def test_project_language_replaces_bundled_language(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text(
        ENGLISH_WORDS.replace('"English"', '"Plain English"'), encoding="utf-8"
    )
    own = Languages(tmp_path)
    assert (own.get("en").name, SHIPPED.get("en").name) == ("Plain English", "English")
    assert own.get("zh-cn").english is own.get("en") is own.get("en").english
    assert own.available() == SHIPPED.available()
    assert (repr(SHIPPED), repr(own)) == ("Languages()", f"Languages({tmp_path})")


def test_page_language_is_project_language(tmp_path: Path) -> None:
    (tmp_path / "xa.toml").write_text(ENGLISH_WORDS, encoding="utf-8")
    assert Languages(tmp_path).detect("", "content/xa/plot.md") == "xa"
    assert SHIPPED.detect("", "content/xa/plot.md") == "en"
    with pytest.raises(CodegenError, match="locale-unknown"):
        SHIPPED.get("xa")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("templates: mine\nsources: 3\n", ["xa"]),  # other parts of the configuration are ignored
        ("templates: [mine]\n", []),
        ("templates: {\n", []),
        ("# templates: mine\n", []),
        ("- templates\n", []),
    ],
)
def test_commands_without_configuration_read_project_languages_only(
    tmp_path: Path, text: str, tags: list[str]
) -> None:
    (tmp_path / "mine/locales").mkdir(parents=True)
    (tmp_path / "mine/locales/xa.toml").write_text(ENGLISH_WORDS, encoding="utf-8")
    (tmp_path / "codegen.yaml").write_text(text, encoding="utf-8")
    assert (
        sorted({*load_languages(tmp_path / "codegen.yaml").available()} - {*SHIPPED.available()})
        == tags
    )


@pytest.mark.parametrize("tag", SHIPPED.available())
def test_bundled_languages_are_complete(tag: str) -> None:
    """Some labels may be untranslated for a while, except in English and Chinese."""
    file = resources.templates() / f"locales/{tag}.toml"
    own = locales.parse_locale(file.read_text(encoding="utf-8"), file)
    for table in ("labels", "validation", "findings"):
        known, wanted = getattr(own, table).keys(), getattr(ENGLISH_LOCALE, table).keys()
        lacking = wanted - known
        limit = 0 if tag in (ENGLISH, "zh-cn") else len(wanted) // 5
        assert len(lacking) <= limit, (
            f"translate more of [{table}] in {file.name}, {limit} words may be missing: {sorted(lacking)}"
        )
        assert not known - wanted
    locales.check_words(own, ENGLISH_LOCALE, file)


NAME = 'name = "Deutsch"\n'


@pytest.mark.parametrize(
    "text", ["x = 3\n", f"{NAME}labels = 3\n", f"{NAME}[labels]\nrequired = 3\n"]
)
def test_malformed_locale_file_is_refused(text: str) -> None:
    assert locales.parse_locale(NAME, Path("de.toml")).name == "Deutsch"
    with pytest.raises(CodegenError, match="locale-unreadable"):
        locales.parse_locale(text, Path("de.toml"))


@each_row(r"""
    findings | by       | {message} ({layer})  |
    findings | by       | {message}            |
    findings | by       | {layer}              | places-differ
    findings | by       | {message} {layer:9}  | places-differ
    findings | by       | {message} {x}        | places-differ
    findings | by       | {message             | places-differ
    labels   | draft    | ~ {text} x           |
    labels   | draft    | {text}               | places-differ
    labels   | required | <b>nötig</b>         | markup
    labels   | required | [a](b)               | markup
    labels   | required | a{{b}}               | markup
    labels   | required | a\u2028b             | markup
    hints    | a        | a\nb                 | markup
    titles   | a        | a\u200bb             | markup
    rules    | a        | a b                  |
""")
def test_words_have_places_of_english_and_no_markup(
    table: str, name: str, word: str, rule: str
) -> None:
    own = locales.parse_locale(f'{NAME}[{table}]\n{name} = "{word}"\n', Path("de.toml"))
    with (
        pytest.raises(CodegenError, match=rf"locale-{rule}.*\[{table}\] {name}")
        if rule
        else nullcontext()
    ):
        locales.check_words(own, ENGLISH_LOCALE, Path("de.toml"))


def test_missing_word_of_bundled_language_is_english() -> None:
    for tag in SHIPPED.available():
        language = SHIPPED.get(tag)
        assert language.labels.keys() == language.english.labels.keys()
        assert language.validation.keys() == language.english.validation.keys()
        assert language.findings.keys() == language.english.findings.keys()


GERMAN = (
    "Größe des Beets, in dem die Pflanzen für den Gärtner wachsen und überall Blüten tragen, wo sie stehen dürfen. "
    * 3
)
UKRAINIAN = "Опис поля, яке ніхто не перекладав. " * 3


# One letter of a script in a hundred, one accented one in three hundred, twenty words and one
# English one among them.
BELOW_THE_SHARE = [
    "花" + "x" * 99,
    "яя" + "x" * 198,
    "éé" + "ab " * 200,
    "größe " * 19,
    "größe " * 19 + "the",
]
WITH_ENGLISH = [
    f"{GERMAN} The size of the bed that is in the garden. ",
    "The café is where the naïve gardener is to be. ",
]
TEXTS = {
    "en": [
        "The size.<!-- 花坛 -->",
        "Größe des Beets",
        *BELOW_THE_SHARE,
        *(text * 9 for text in WITH_ENGLISH),
    ],
    "ja": ["花壇の大きさです。", "ユーザーの花壇"],
    "zh-cn": ["花花" + "x" * 98, "花坛<!-- The size of a bed, which is in the comment. -->"],
    UNDETERMINED: [UKRAINIAN, GERMAN, "яяя" + "x" * 197, "ééé" + "ab " * 200, "größe " * 20],
}


@each_row([(text, tag) for tag, texts in TEXTS.items() for text in texts])
def test_language_of_page_is_found_by_its_text(text: str, tag: str) -> None:
    assert SHIPPED.detect(text, "plot.md") == tag


def test_script_of_page_takes_precedence_over_path() -> None:
    assert {
        SHIPPED.detect("花坛的大小。", path) for path in ("content/en/plot.en.md", "ja/plot.md")
    } == {"zh-cn"}
    assert {
        SHIPPED.detect("`PlotSpec`", path) for path in ("content/zh-cn/plot.md", "plot.zh-cn.txt")
    } == {"zh-cn"}
    assert SHIPPED.detect(UKRAINIAN, "en/plot.md") == UNDETERMINED


def test_locale_file_defines_script_of_language(tmp_path: Path) -> None:
    (tmp_path / "uk.toml").write_text(f'script = "Cyrillic"\n{ENGLISH_WORDS}', encoding="utf-8")
    assert Languages(tmp_path).detect(UKRAINIAN, "plot.md") == "uk"


@pytest.mark.parametrize(
    ("usage", "message"),
    [
        ('blanks = "two"', "blanks"),
        ("odd = 1", "odd"),
        ("sites = [{ hosts = [1] }]", r"sites\[0\]\.hosts"),
    ],
)
def test_invalid_usage_table_is_reported(tmp_path: Path, usage: str, message: str) -> None:
    (tmp_path / "xa.toml").write_text(f"{ENGLISH_WORDS}\n[usage]\n{usage}\n", encoding="utf-8")
    with pytest.raises(CodegenError, match=rf"locale-unreadable.*{message}"):
        Languages(tmp_path).get("xa")


def test_unknown_script_is_reported(tmp_path: Path) -> None:
    (tmp_path / "xa.toml").write_text(f'script = "Runes"\n{ENGLISH_WORDS}', encoding="utf-8")
    with pytest.raises(CodegenError, match=r"locale-unreadable.*Runes.*Cyrillic"):
        Languages(tmp_path).get("xa")


@pytest.mark.parametrize(
    ("text", "is_accepted"), [("voir <plot>", True), ("voir [plot](x)", False)], ids=["same", "new"]
)
def test_markup_is_accepted_if_english_has_it(text: str, is_accepted: bool) -> None:
    file = Path("fr.toml")
    english = locales.parse_locale('name = "English"\n[labels]\nmore = "see <plot>"\n', file)
    french = locales.parse_locale(f'name = "Français"\n[labels]\nmore = "{text}"\n', file)
    with nullcontext() if is_accepted else pytest.raises(CodegenError, match="locale-markup"):
        locales.check_words(french, english, file)
