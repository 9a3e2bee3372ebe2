# Compiled by Jinja 3.1.6 from templates/docs/list/page-translated.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Macro, TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "878-a06e3fae"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_page = resolve('page')
        l_0_english = resolve('english')
        l_0_words = resolve('words')
        l_0_field = l_0_fields = missing
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        def macro(l_1_row):
            t_2 = []
            if l_1_row is missing:
                l_1_row = undefined("parameter 'row' was not provided", name='row')
            pass
            t_2.extend((
                str(environment.getattr(l_1_row, 'head')),
                '\n',
            ))
            if environment.getattr(l_1_row, 'text'):
                pass
                t_2.extend((
                    '\n',
                    str(environment.getattr(l_1_row, 'text')),
                    '\n',
                ))
            if environment.getattr(l_1_row, 'inlined'):
                pass
                t_2.extend((
                    '\n',
                    str(environment.getattr(l_1_row, 'inlined')),
                    '\n',
                ))
            return concat(t_2)
        context.exported_vars.add('field')
        context.vars['field'] = l_0_field = Macro(environment, macro, 'field', ('row',), False, False, False, context.eval_ctx.autoescape)
        def macro(l_1_rows):
            t_3 = []
            if l_1_rows is missing:
                l_1_rows = undefined("parameter 'rows' was not provided", name='rows')
            pass
            for l_2_row in l_1_rows:
                _loop_vars = {}
                pass
                t_3.append(
                    '\n',
                )
                if environment.getattr(l_2_row, 'english'):
                    pass
                    t_3.extend((
                        str(environment.getattr(l_2_row, 'indent')),
                        '<!--\n',
                        str(t_1(context.call((undefined(name='field') if l_0_field is missing else l_0_field), environment.getattr(l_2_row, 'english'), _loop_vars=_loop_vars))),
                        str(environment.getattr(l_2_row, 'indent')),
                        '-->\n',
                    ))
                t_3.append(
                    str(context.call((undefined(name='field') if l_0_field is missing else l_0_field), l_2_row, _loop_vars=_loop_vars)),
                )
            l_2_row = missing
            return concat(t_3)
        context.exported_vars.add('fields')
        context.vars['fields'] = l_0_fields = Macro(environment, macro, 'fields', ('rows',), False, False, False, context.eval_ctx.autoescape)
        yield '---\n'
        l_1_front = environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'front')
        pass
        template = environment.get_template('shared/front-matter.j2', 'list/page-translated.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'front': l_1_front, 'field': l_0_field, 'fields': l_0_fields}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
        l_1_front = missing
        yield '---\n<!--\n'
        t_4 = []
        pass
        l_2_front = environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'english_front')
        pass
        template = environment.get_template('shared/front-matter.j2', 'list/page-translated.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'front': l_2_front, 'field': l_0_field, 'fields': l_0_fields}))
        try:
            for event in gen:
                t_4.append(event)
        finally: gen.close()
        l_2_front = missing
        yield t_1(concat(t_4))
        yield 'auto_generated: true\n-->\n\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'api_version'):
            pass
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'api_version'))
            yield '\n\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'import_path'):
            pass
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'import_path'))
            yield '\n'
        for l_1_section in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'sections'):
            _loop_vars = {}
            pass
            yield '\n'
            if environment.getattr(l_1_section, 'heading'):
                pass
                yield str(environment.getattr(l_1_section, 'heading'))
                yield '\n\n'
            if environment.getattr(l_1_section, 'english'):
                pass
                yield '<!--\n'
                yield str(t_1(environment.getattr(l_1_section, 'english')))
                yield '\n-->\n'
            yield str(environment.getattr(l_1_section, 'text'))
            yield '\n\n<hr>\n'
            yield str(context.call((undefined(name='fields') if l_0_fields is missing else l_0_fields), environment.getattr(l_1_section, 'rows'), _loop_vars=_loop_vars))
            for l_2_category in environment.getattr(l_1_section, 'categories'):
                _loop_vars = {}
                pass
                yield '\n'
                if environment.getattr(l_2_category, 'english_heading'):
                    pass
                    yield '<!--\n'
                    yield str(t_1(environment.getattr(l_2_category, 'english_heading')))
                    yield '\n-->\n'
                yield str(environment.getattr(l_2_category, 'heading'))
                yield '\n'
                yield str(context.call((undefined(name='fields') if l_0_fields is missing else l_0_fields), environment.getattr(l_2_category, 'rows'), _loop_vars=_loop_vars))
            l_2_category = missing
        l_1_section = missing
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
            pass
            yield '\n<!--\n## '
            yield str(environment.getattr((undefined(name='english') if l_0_english is missing else l_0_english), 'operations'))
            yield ' {#Operations}\n-->\n## '
            yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'operations'))
            yield ' {#Operations}\n\n<hr>\n'
            for l_1_operation in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
                _loop_vars = {}
                pass
                yield '\n'
                if environment.getattr(l_1_operation, 'english_heading'):
                    pass
                    yield '<!--\n'
                    yield str(t_1(environment.getattr(l_1_operation, 'english_heading')))
                    yield '\n\n#### '
                    yield str(environment.getattr((undefined(name='english') if l_0_english is missing else l_0_english), 'http_request'))
                    yield '\n-->\n'
                yield str(environment.getattr(l_1_operation, 'heading'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'http_request'))
                yield '\n\n'
                yield str(environment.getattr(l_1_operation, 'request'))
                yield '\n\n<!--\n#### '
                yield str(environment.getattr((undefined(name='english') if l_0_english is missing else l_0_english), 'parameters'))
                yield '\n'
                t_5 = []
                pass
                for l_3_parameter in environment.getattr(l_1_operation, 'parameters'):
                    _loop_vars = {}
                    pass
                    t_5.extend((
                        '\n',
                        str(environment.getattr(environment.getattr(l_3_parameter, 'english'), 'head')),
                        '\n',
                    ))
                    if environment.getattr(environment.getattr(l_3_parameter, 'english'), 'text'):
                        pass
                        t_5.extend((
                            '\n',
                            str(environment.getattr(environment.getattr(l_3_parameter, 'english'), 'text')),
                            '\n',
                        ))
                l_3_parameter = missing
                yield t_1(concat(t_5))
                yield '-->\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'parameters'))
                yield '\n'
                for l_2_parameter in environment.getattr(l_1_operation, 'parameters'):
                    _loop_vars = {}
                    pass
                    yield '\n'
                    yield str(context.call((undefined(name='field') if l_0_field is missing else l_0_field), l_2_parameter, _loop_vars=_loop_vars))
                l_2_parameter = missing
                yield '\n<!--\n#### '
                yield str(environment.getattr((undefined(name='english') if l_0_english is missing else l_0_english), 'response'))
                yield '\n-->\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'response'))
                yield '\n'
                for l_2_response in environment.getattr(l_1_operation, 'responses'):
                    _loop_vars = {}
                    pass
                    yield '\n'
                    yield str(l_2_response)
                    yield '\n'
                l_2_response = missing
            l_1_operation = missing
    return root
