# Compiled by Jinja 3.1.6 from templates/client/queries.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "32e-3484bd3b"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
        l_0_queries = resolve('queries')
        l_0_words = resolve('words')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        try:
            t_2 = environment.filters['join']
        except KeyError:
            @internalcode
            def t_2(*unused):
                raise TemplateRuntimeError("No filter named 'join' found.")
        try:
            t_3 = environment.filters['select']
        except KeyError:
            @internalcode
            def t_3(*unused):
                raise TemplateRuntimeError("No filter named 'select' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n'
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n\nfrom __future__ import annotations\n'
        if (undefined(name='queries') if l_0_queries is missing else l_0_queries):
            pass
            yield '\nfrom collections.abc import '
            yield str(t_2(t_3(['Mapping', 'Sequence'], 'in', (undefined(name='words') if l_0_words is missing else l_0_words)), ', '))
            yield '\nfrom typing import '
            yield str(t_2(t_3(['Any', 'Final', 'Literal', 'Required', 'TypedDict'], 'in', (undefined(name='words') if l_0_words is missing else l_0_words)), ', '))
            yield '\n'
        for l_1_query in (undefined(name='queries') if l_0_queries is missing else l_0_queries):
            _loop_vars = {}
            pass
            yield '\n\nclass '
            yield str(environment.getattr(l_1_query, 'name'))
            yield '(TypedDict, total=False):\n    """What can be told, each by its name."""\n\n'
            for l_2_entry in environment.getattr(l_1_query, 'entries'):
                _loop_vars = {}
                pass
                yield str(environment.getattr(l_2_entry, 'declaration'))
                yield '\n'
                if environment.getattr(l_2_entry, 'docstring'):
                    pass
                    yield '    '
                    yield str(environment.getattr(l_2_entry, 'docstring'))
                    yield '\n'
            l_2_entry = missing
            yield '\n\n'
            yield str(environment.getattr(l_1_query, 'constant'))
            yield ': Final[Mapping[str, str]] = '
            yield str(('{' if environment.getattr(l_1_query, 'names') else '{}'))
            yield '\n'
            for l_2_name in environment.getattr(l_1_query, 'names'):
                _loop_vars = {}
                pass
                yield '    '
                yield str(l_2_name)
                yield ',\n'
            l_2_name = missing
            if environment.getattr(l_1_query, 'names'):
                pass
                yield '}\n'
            if environment.getattr(l_1_query, 'sends'):
                pass
                yield str(environment.getattr(l_1_query, 'sends'))
                yield '\n'
        l_1_query = missing
    return root
