# Compiled by Jinja 3.1.6 from templates/client/rules.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "11f-3bf7dec1"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
        l_0_rules = resolve('rules')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        try:
            t_2 = environment.filters['literal']
        except KeyError:
            @internalcode
            def t_2(*unused):
                raise TemplateRuntimeError("No filter named 'literal' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n'
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n\nfrom collections.abc import Mapping\nfrom typing import Final\n\nRULES: Final[Mapping[str, str]] = {\n'
        for (l_1_key, l_1_pieces) in context.call(environment.getattr((undefined(name='rules') if l_0_rules is missing else l_0_rules), 'items')):
            _loop_vars = {}
            pass
            yield '    '
            yield str(t_2(l_1_key))
            yield ': (\n'
            for l_2_piece in l_1_pieces:
                _loop_vars = {}
                pass
                yield '        '
                yield str(l_2_piece)
                yield '\n'
            l_2_piece = missing
            yield '    ),\n'
        l_1_key = l_1_pieces = missing
        yield '}\n'
    return root
