# Compiled by Jinja 3.1.6 from templates/validators/messages.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "17d-5a169594"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_locales = resolve('locales')
        l_0_messages = resolve('messages')
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
        yield '\n# ruff: noqa: RUF001, RUF100\n"""The words of messages in each language."""\n\nfrom typing import Final\n\n'
        yield str((undefined(name='locales') if l_0_locales is missing else l_0_locales))
        yield '\nMESSAGES: Final[dict[str, dict[str, str]]] = {\n'
        for (l_1_tag, l_1_words) in context.call(environment.getattr((undefined(name='messages') if l_0_messages is missing else l_0_messages), 'items')):
            _loop_vars = {}
            pass
            yield '    '
            yield str(t_2(l_1_tag))
            yield ': {\n'
            for (l_2_word, l_2_text) in context.call(environment.getattr(l_1_words, 'items'), _loop_vars=_loop_vars):
                _loop_vars = {}
                pass
                yield '        '
                yield str(t_2(l_2_word))
                yield ': '
                yield str(t_2(l_2_text))
                yield ',\n'
            l_2_word = l_2_text = missing
            yield '    },\n'
        l_1_tag = l_1_words = missing
        yield '}\n'
    return root
