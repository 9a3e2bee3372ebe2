# Compiled by Jinja 3.1.6 from templates/docs/list/page.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Macro, Undefined, missing

SOURCE = "540-44a2f1da"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_page = resolve('page')
        l_0_words = resolve('words')
        l_0_fields = missing
        pass
        def macro(l_1_rows):
            t_1 = []
            if l_1_rows is missing:
                l_1_rows = undefined("parameter 'rows' was not provided", name='rows')
            pass
            for l_2_row in l_1_rows:
                _loop_vars = {}
                pass
                t_1.extend((
                    '\n',
                    str(environment.getattr(l_2_row, 'head')),
                    '\n',
                ))
                if environment.getattr(l_2_row, 'text'):
                    pass
                    t_1.extend((
                        '\n',
                        str(environment.getattr(l_2_row, 'text')),
                        '\n',
                    ))
                else:
                    pass
                    t_1.append(
                        '\n',
                    )
                if environment.getattr(l_2_row, 'inlined'):
                    pass
                    t_1.extend((
                        '\n',
                        str(environment.getattr(l_2_row, 'inlined')),
                        '\n',
                    ))
            l_2_row = missing
            return concat(t_1)
        context.exported_vars.add('fields')
        context.vars['fields'] = l_0_fields = Macro(environment, macro, 'fields', ('rows',), False, False, False, context.eval_ctx.autoescape)
        yield '---\n'
        l_1_front = environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'front')
        pass
        template = environment.get_template('shared/front-matter.j2', 'list/page.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'front': l_1_front, 'fields': l_0_fields}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
        l_1_front = missing
        yield 'auto_generated: true\n---\n\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'exact'):
            pass
            l_1_blank = ' '
            pass
            template = environment.get_template('shared/upstream-comment.md', 'list/page.md.j2')
            gen = template.root_render_func(template.new_context(context.get_all(), True, {'blank': l_1_blank, 'fields': l_0_fields}))
            try:
                for event in gen:
                    yield event
            finally: gen.close()
            l_1_blank = missing
        else:
            pass
            yield '<!-- '
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'notice'))
            yield ' -->\n'
        yield '\n'
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'api_version'))
        yield '\n\n'
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'import_path'))
        yield '\n\n'
        for l_1_section in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'sections'):
            _loop_vars = {}
            pass
            yield '\n'
            if environment.getattr(l_1_section, 'heading'):
                pass
                yield str(environment.getattr(l_1_section, 'heading'))
                yield '\n\n'
            yield str(environment.getattr(l_1_section, 'text'))
            yield '\n\n<hr>\n'
            yield str(context.call((undefined(name='fields') if l_0_fields is missing else l_0_fields), environment.getattr(l_1_section, 'rows'), _loop_vars=_loop_vars))
            yield '\n\n'
            for l_2_category in environment.getattr(l_1_section, 'categories'):
                _loop_vars = {}
                pass
                yield '\n'
                yield str(environment.getattr(l_2_category, 'heading'))
                yield '\n\n'
                yield str(context.call((undefined(name='fields') if l_0_fields is missing else l_0_fields), environment.getattr(l_2_category, 'rows'), _loop_vars=_loop_vars))
            l_2_category = missing
            yield '\n\n'
        l_1_section = missing
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
            pass
            yield '\n## '
            yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'operations'))
            yield ' {#Operations}\n\n\n\n<hr>\n\n\n\n\n'
            for l_1_operation in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
                _loop_vars = {}
                pass
                yield '\n\n'
                yield str(environment.getattr(l_1_operation, 'heading'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'http_request'))
                yield '\n\n'
                yield str(environment.getattr(l_1_operation, 'request'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'parameters'))
                yield '\n\n'
                for l_2_parameter in environment.getattr(l_1_operation, 'parameters'):
                    _loop_vars = {}
                    pass
                    yield '\n'
                    yield str(environment.getattr(l_2_parameter, 'head'))
                    yield '\n\n'
                    yield str((environment.getattr(l_2_parameter, 'text') or '  '))
                    yield '\n\n'
                l_2_parameter = missing
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'response'))
                yield '\n\n'
                for l_2_response in environment.getattr(l_1_operation, 'responses'):
                    _loop_vars = {}
                    pass
                    yield '\n'
                    yield str(l_2_response)
                    yield '\n'
                l_2_response = missing
            l_1_operation = missing
        yield '\n'
    return root
