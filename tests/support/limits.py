"""The limits of docs/limits.md: numbers from the code, and texts in both languages."""

from __future__ import annotations

from msgspec import Struct

from codegen.core import diagnostics, limits, opening
from codegen.endpoint import application, settings
from codegen.findings.formats import github
from codegen.model import inline_objects
from codegen.outputs import output
from codegen.outputs.docs.shared import page_parts
from codegen.project import fetching, source_search, update_report
from codegen.readers.documents import document, yaml_reader
from codegen.readers.openapi import type_reader
from codegen.translation import po
from codegen.translation.lint import findings as lint_findings
from codegen.validation import manifest_objects


class Limit(Struct, frozen=True):
    """A limit with number, subject and effect in English and Chinese."""

    most: int
    what: tuple[str, str]
    beyond: tuple[str, str]


def _rule(rule: str) -> tuple[str, str]:
    return f"refused: `{rule}`", f"拒绝：`{rule}`"


def _left_out(rule: str) -> tuple[str, str]:
    return f"left out, with a warning: `{rule}`", f"略去并给出警告：`{rule}`"


LIMITS = (
    Limit(
        opening.MAX_BYTES, ("bytes of a source file", "来源文件的字节数"), _rule("source-too-large")
    ),
    Limit(
        yaml_reader.MAX_YAML,
        ("bytes of a YAML file", "YAML 文件的字节数"),
        _rule("document-too-large"),
    ),
    Limit(
        document.MAX_DEPTH,
        ("depth of a document in JSON or YAML", "JSON 或 YAML 文档的嵌套层数"),
        _rule("document-too-deep"),
    ),
    Limit(
        yaml_reader.MAX_ALIASED,
        ("values that aliases add to a YAML document", "YAML 文档中别名展开后增加的值"),
        _rule("yaml-too-large"),
    ),
    Limit(
        type_reader.MAX_TYPE_DEPTH,
        (
            "nested lists and objects of a type in an OpenAPI document",
            "OpenAPI 文档中一个类型的列表和对象的嵌套层数",
        ),
        _left_out("type-too-deep"),
    ),
    Limit(
        limits.REPEATED_FIELDS,
        (
            "fields that one document or page repeats, by `allOf` or in objects that several fields share",
            "一份文档或一个页面中由 `allOf` 或多处共有的对象重复出现的字段数",
        ),
        _left_out("expansion-too-large"),
    ),
    Limit(
        inline_objects.MAX_NAME,
        ("characters of the class name of an inline object", "内嵌对象类名的字符数"),
        ("the first words of its path are left out", "略去路径开头的单词"),
    ),
    Limit(
        source_search.MAX_FILES,
        ("files that `codegen init` searches for sources", "`codegen init` 查找来源时查看的文件数"),
        _rule("init-too-many-files"),
    ),
    Limit(
        limits.HTML_LEVELS,
        ("elements inside each other on an HTML page", "HTML 页面的元素嵌套层数"),
        ("left out, with an error: `html-too-deep`", "略去并报错：`html-too-deep`"),
    ),
    Limit(
        limits.GENERATED_FILES,
        ("generated files of all outputs of a configuration", "一份配置生成的文件数"),
        _rule("output-too-large"),
    ),
    Limit(
        limits.LISTED_LINES,
        ("lines of all lists of generated files", "生成文件列表的总行数"),
        _rule("lists-too-large"),
    ),
    Limit(
        page_parts.MOST_ROWS,
        ("fields and parameters of a plain page", "纯 Markdown 页面的字段与参数数目"),
        ("parts of the kind have pages of their own", "该类别的各部分另有页面"),
    ),
    Limit(limits.PAGE_ROWS, ("rows of a page", "一个页面的行数"), _rule("page-too-long")),
    Limit(
        limits.PAGE_CHARACTERS,
        ("characters in the paths of all rows of a page", "一个页面所有行的字段路径的字符数"),
        _rule("page-too-long"),
    ),
    Limit(
        limits.PAGE_LEVELS,
        ("nested types that a page shows in place", "一个页面上就地展开的类型的嵌套层数"),
        _rule("page-too-long"),
    ),
    Limit(
        limits.SITE_ROWS,
        (
            "rows of a page of the site that shows types at each of their fields",
            "站点页面在每个字段处展开类型时的行数",
        ),
        (
            "each type is shown once, and other fields link to it",
            "每个类型只展开一次，其他字段链接到该处",
        ),
    ),
    Limit(
        limits.SITE_TOTAL_ROWS,
        ("rows of all pages of the site in one language", "站点一种语言的全部页面的行数"),
        _rule("output-too-large"),
    ),
    Limit(
        limits.SITE_LEVELS,
        (
            "nested types that a page of the site shows in place",
            "站点页面上就地展开的类型的嵌套层数",
        ),
        ("replaced by a link to the page of the type", "改用指向该类型页面的链接"),
    ),
    Limit(
        limits.OUTPUT_CHARACTERS,
        ("characters of all files of one output", "一个输出的全部文件的字符数"),
        _rule("output-too-large"),
    ),
    Limit(
        output.MAX_TEMPLATE,
        ("bytes of a template of a project", "项目自带模板的字节数"),
        _rule("template-too-large"),
    ),
    Limit(
        limits.LINTED_TEXT,
        (
            "characters of a text that `translate lint` and `review` compare with its English",
            "`translate lint` 和 `review` 与英文对照的一段文本的字符数",
        ),
        ("reported, not checked: `text-too-long`", "报告而不检查：`text-too-long`"),
    ),
    Limit(
        lint_findings.MAX_COMPARED,
        (
            "pairs of names, values or addresses of one text that are compared for slips",
            "一段文本中，为查找笔误而比较的名称、值或网址对数",
        ),
        (
            "names are counted: `text-too-long`; addresses are reported as lost: `url-lost`; values are reported without the nearest word",
            "名称只计数：`text-too-long`；网址按丢失报告：`url-lost`；值的报告中不给出最接近的单词",
        ),
    ),
    Limit(
        po.MAX_LINES,
        (
            "lines of one text in a PO file, and of the comments of one entry",
            "PO 文件中一段文本的行数，以及一个条目的注释行数",
        ),
        _rule("catalog-syntax"),
    ),
    Limit(
        limits.CANDIDATES_SHOWN,
        (
            "translations of the same English that an entry of a catalog lists",
            "PO 文件的一个条目为同一段英文列出的译文数",
        ),
        ("the entry counts the others", "条目中只写明其余的数目"),
    ),
    Limit(
        manifest_objects.MOST,
        ("findings of one object that `validate` prints", "`validate` 为一个对象输出的问题数"),
        ("counted", "只计数"),
    ),
    Limit(
        diagnostics.MOST_SHOWN,
        (
            "findings in a report for people; reports for programs list all",
            "面向人的输出中的问题数；面向程序的格式包含全部问题",
        ),
        ("counted", "只计数"),
    ),
    Limit(
        github.SHOWN,
        (
            "annotations of each level in GitHub Actions, which shows no more",
            "GitHub Actions 中每个级别的注解数（它不会显示更多）",
        ),
        ("counted, and all are in the summary", "只计数，摘要中有全部问题"),
    ),
    Limit(
        fetching.MOST_REDIRECTS,
        (
            "redirects of an address that `codegen update` fetches",
            "`codegen update` 获取一个地址时的重定向次数",
        ),
        _rule("fetch-failed"),
    ),
    Limit(
        int(fetching.DEFAULT_LIMITS.total),
        ("seconds for fetching one source", "获取一个来源的秒数"),
        _rule("fetch-failed"),
    ),
    Limit(
        update_report.LONGEST,
        ("characters of the report of an update", "更新报告的字符数"),
        (
            "long lists are shortened, with the number of the others",
            "缩短较长的列表，并写明其余的数目",
        ),
    ),
    Limit(
        settings.MOST_CONNECTIONS,
        ("connections of the token endpoint", "令牌端点的连接数"),
        ("503", "503"),
    ),
    Limit(
        application.MOST_BODY_BYTES,
        (
            "bytes of all request bodies of the token endpoint at one time",
            "令牌端点同时处理的所有请求体的字节数",
        ),
        ("429", "429"),
    ),
    Limit(
        application.LIMIT,
        ("bytes of a request body of the token endpoint", "令牌端点读取的请求体字节数"),
        ("413", "413"),
    ),
)
