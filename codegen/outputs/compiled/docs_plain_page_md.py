# Compiled by Jinja 3.1.6 from templates/docs/plain/page.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Macro, Undefined, missing

SOURCE = "49e-4deaebb6"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_page = resolve('page')
        l_0_title = resolve('title')
        l_0_kind = resolve('kind')
        l_0_slug = resolve('slug')
        l_0_heading = resolve('heading')
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
        yield '---\n# '
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'notice'))
        yield '\ntitle: '
        yield str((undefined(name='title') if l_0_title is missing else l_0_title))
        yield '\n'
        if (undefined(name='kind') if l_0_kind is missing else l_0_kind):
            pass
            yield 'kind: '
            yield str((undefined(name='kind') if l_0_kind is missing else l_0_kind))
            yield '\n'
        if (undefined(name='slug') if l_0_slug is missing else l_0_slug):
            pass
            yield 'slug: '
            yield str((undefined(name='slug') if l_0_slug is missing else l_0_slug))
            yield '\n'
        yield '---\n\n# '
        yield str((undefined(name='heading') if l_0_heading is missing else l_0_heading))
        yield '\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'api_version'):
            pass
            yield '\n'
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'api_version'))
            yield '\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'import_path'):
            pass
            yield '\n'
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'import_path'))
            yield '\n'
        for l_1_section in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'sections'):
            _loop_vars = {}
            pass
            if environment.getattr(l_1_section, 'heading'):
                pass
                yield '\n'
                yield str(environment.getattr(l_1_section, 'heading'))
                yield '\n'
            if environment.getattr(l_1_section, 'text'):
                pass
                yield '\n'
                yield str(environment.getattr(l_1_section, 'text'))
                yield '\n'
            yield str(context.call((undefined(name='fields') if l_0_fields is missing else l_0_fields), environment.getattr(l_1_section, 'rows'), _loop_vars=_loop_vars))
            for l_2_category in environment.getattr(l_1_section, 'categories'):
                _loop_vars = {}
                pass
                yield '\n'
                yield str(environment.getattr(l_2_category, 'heading'))
                yield '\n'
                yield str(context.call((undefined(name='fields') if l_0_fields is missing else l_0_fields), environment.getattr(l_2_category, 'rows'), _loop_vars=_loop_vars))
            l_2_category = missing
        l_1_section = missing
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
            pass
            yield '\n<a id="Operations"></a>\n\n## '
            yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'operations'))
            yield '\n'
            for l_1_operation in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'operations'):
                _loop_vars = {}
                pass
                yield '\n'
                yield str(environment.getattr(l_1_operation, 'heading'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'http_request'))
                yield '\n\n'
                yield str(environment.getattr(l_1_operation, 'request'))
                yield '\n\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'parameters'))
                yield '\n'
                yield str(context.call((undefined(name='fields') if l_0_fields is missing else l_0_fields), environment.getattr(l_1_operation, 'parameters'), _loop_vars=_loop_vars))
                yield '\n#### '
                yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'response'))
                yield '\n\n'
                for l_2_response in environment.getattr(l_1_operation, 'responses'):
                    _loop_vars = {}
                    pass
                    yield '-   '
                    yield str(l_2_response)
                    yield '\n'
                l_2_response = missing
            l_1_operation = missing
    return root
