# Compiled by Jinja 3.1.6 from templates/docs/table/page.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Macro, Undefined, missing

SOURCE = "59d-4885ef0e"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_page = resolve('page')
        l_0_notice = resolve('notice')
        l_0_words = resolve('words')
        l_0_part = missing
        pass
        def macro(l_1_heading, l_1_table):
            t_1 = []
            if l_1_heading is missing:
                l_1_heading = undefined("parameter 'heading' was not provided", name='heading')
            if l_1_table is missing:
                l_1_table = undefined("parameter 'table' was not provided", name='table')
            pass
            t_1.append(
                '\n',
            )
            if l_1_table:
                pass
                t_1.extend((
                    '\n#### ',
                    str(l_1_heading),
                    '\n\n',
                    str(l_1_table),
                ))
            return concat(t_1)
        context.exported_vars.add('part')
        context.vars['part'] = l_0_part = Macro(environment, macro, 'part', ('heading', 'table'), False, False, False, context.eval_ctx.autoescape)
        yield '---\n'
        l_1_front = environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'front')
        pass
        template = environment.get_template('shared/front-matter.j2', 'table/page.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'front': l_1_front, 'part': l_0_part}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
        l_1_front = missing
        yield 'auto_generated: true\n---\n\n'
        if (undefined(name='notice') if l_0_notice is missing else l_0_notice):
            pass
            yield '<!-- '
            yield str((undefined(name='notice') if l_0_notice is missing else l_0_notice))
            yield ' -->\n'
        else:
            pass
            l_1_blank = ''
            pass
            template = environment.get_template('shared/upstream-comment.md', 'table/page.md.j2')
            gen = template.root_render_func(template.new_context(context.get_all(), True, {'blank': l_1_blank, 'part': l_0_part}))
            try:
                for event in gen:
                    yield event
            finally: gen.close()
            l_1_blank = missing
        yield '\n'
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
        yield '\n'
        for l_1_section in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'sections'):
            _loop_vars = {}
            pass
            yield str(environment.getattr(l_1_section, 'heading'))
            yield '\n\n'
            if environment.getattr(l_1_section, 'import_path'):
                pass
                yield '`import "'
                yield str(environment.getattr(l_1_section, 'import_path'))
                yield '"`\n\n'
            yield str(environment.getattr(l_1_section, 'text'))
            yield '\n\n<hr>\n\n'
            if environment.getattr(l_1_section, 'fields'):
                pass
                yield str(environment.getattr(l_1_section, 'fields'))
            yield '\n\n'
        l_1_section = missing
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
            pass
            yield '\n## '
            yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'operations'))
            yield ' {#Operations}\n\n<hr>\n\n'
            for l_1_operation in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
                _loop_vars = {}
                pass
                yield '\n### `'
                yield str(environment.getattr(l_1_operation, 'verb'))
                yield '` '
                yield str(environment.getattr(l_1_operation, 'title'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'http_request'))
                yield '\n\n'
                yield str(environment.getattr(l_1_operation, 'request'))
                yield '\n'
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'path_parameters'), environment.getattr(l_1_operation, 'path_parameters'), _loop_vars=_loop_vars))
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'query_parameters'), environment.getattr(l_1_operation, 'query_parameters'), _loop_vars=_loop_vars))
                if environment.getattr(l_1_operation, 'header_parameters'):
                    pass
                    yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'header_parameters'), environment.getattr(l_1_operation, 'header_parameters'), _loop_vars=_loop_vars))
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'body_parameters'), environment.getattr(l_1_operation, 'body_parameters'), _loop_vars=_loop_vars))
                yield str(context.call((undefined(name='part') if l_0_part is missing else l_0_part), environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'response'), environment.getattr(l_1_operation, 'responses'), _loop_vars=_loop_vars))
                yield '\n'
            l_1_operation = missing
    return root
