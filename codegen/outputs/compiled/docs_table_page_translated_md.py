# Compiled by Jinja 3.1.6 from templates/docs/table/page-translated.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Macro, TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "666-35519231"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_page = resolve('page')
        l_0_words = resolve('words')
        l_0_heading = l_0_part = missing
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        def macro(l_1_word):
            t_2 = []
            l_1_english = resolve('english')
            if l_1_word is missing:
                l_1_word = undefined("parameter 'word' was not provided", name='word')
            pass
            t_2.extend((
                '<!--\n#### ',
                str(environment.getitem((undefined(name='english') if l_1_english is missing else l_1_english), l_1_word)),
                '\n-->\n#### ',
                str(environment.getitem((undefined(name='words') if l_0_words is missing else l_0_words), l_1_word)),
                '\n',
            ))
            return concat(t_2)
        context.exported_vars.add('heading')
        context.vars['heading'] = l_0_heading = Macro(environment, macro, 'heading', ('word',), False, False, False, context.eval_ctx.autoescape)
        def macro(l_1_word, l_1_table):
            t_3 = []
            if l_1_word is missing:
                l_1_word = undefined("parameter 'word' was not provided", name='word')
            if l_1_table is missing:
                l_1_table = undefined("parameter 'table' was not provided", name='table')
            pass
            if l_1_table:
                pass
                t_3.extend((
                    '\n',
                    str(context.call((undefined(name='heading') if l_0_heading is missing else l_0_heading), l_1_word)),
                    '\n',
                    str(l_1_table),
                ))
            return concat(t_3)
        context.exported_vars.add('part')
        context.vars['part'] = l_0_part = Macro(environment, macro, 'part', ('word', 'table'), False, False, False, context.eval_ctx.autoescape)
        yield '---\n'
        l_1_front = environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'front')
        pass
        template = environment.get_template('shared/front-matter.j2', 'table/page-translated.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'front': l_1_front, 'heading': l_0_heading, 'part': l_0_part}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
        l_1_front = missing
        yield '---\n\n<!--\n'
        t_4 = []
        pass
        l_2_front = environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'english_front')
        pass
        template = environment.get_template('shared/front-matter.j2', 'table/page-translated.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'front': l_2_front, 'heading': l_0_heading, 'part': l_0_part}))
        try:
            for event in gen:
                t_4.append(event)
        finally: gen.close()
        l_2_front = missing
        yield t_1(concat(t_4))
        yield 'auto_generated: true\n-->\n\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'api_version'):
            pass
            yield '`apiVersion: '
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'api_version'))
            yield '`\n\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'import_path'):
            pass
            yield '`import "'
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'import_path'))
            yield '"`\n\n'
        for l_1_section in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'sections'):
            _loop_vars = {}
            pass
            yield '\n'
            yield str(environment.getattr(l_1_section, 'heading'))
            yield '\n\n'
            if environment.getattr(l_1_section, 'import_path'):
                pass
                yield '`import "'
                yield str(environment.getattr(l_1_section, 'import_path'))
                yield '"`\n\n'
            if environment.getattr(l_1_section, 'english'):
                pass
                yield '<!--\n'
                yield str(environment.getattr(l_1_section, 'english'))
                yield '\n-->\n'
            yield str(environment.getattr(l_1_section, 'text'))
            yield '\n\n<hr>\n'
            if environment.getattr(l_1_section, 'fields'):
                pass
                yield '\n'
                yield str(environment.getattr(l_1_section, 'fields'))
        l_1_section = missing
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
            pass
            yield '\n## '
            yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'operations'))
            yield ' {#Operations}\n\n<hr>\n'
            for l_1_operation in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
                l_1_english = resolve('english')
                _loop_vars = {}
                pass
                yield '\n<!--\n### `'
                yield str(environment.getattr(l_1_operation, 'verb'))
                yield '` '
                yield str(environment.getattr(l_1_operation, 'english_title'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='english') if l_1_english is missing else l_1_english), 'http_request'))
                yield '\n-->\n### `'
                yield str(environment.getattr(l_1_operation, 'verb'))
                yield '` '
                yield str(environment.getattr(l_1_operation, 'title'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'http_request'))
                yield '\n\n'
                yield str(environment.getattr(l_1_operation, 'request'))
                yield '\n'
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), 'path_parameters', environment.getattr(l_1_operation, 'path_parameters'), _loop_vars=_loop_vars))
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), 'query_parameters', environment.getattr(l_1_operation, 'query_parameters'), _loop_vars=_loop_vars))
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), 'header_parameters', environment.getattr(l_1_operation, 'header_parameters'), _loop_vars=_loop_vars))
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), 'body_parameters', environment.getattr(l_1_operation, 'body_parameters'), _loop_vars=_loop_vars))
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), 'response', environment.getattr(l_1_operation, 'responses'), _loop_vars=_loop_vars))
            l_1_operation = l_1_english = missing
    return root
