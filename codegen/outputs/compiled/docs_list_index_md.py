# Compiled by Jinja 3.1.6 from templates/docs/list/index.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "1da-965198c2"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_page = resolve('page')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        yield '---\ntitle: '
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'title'))
        yield '\nweight: '
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'weight'))
        yield '\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'english_title'):
            pass
            yield '---\n<!--\ntitle: '
            yield str(t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'english_title')))
            yield '\nweight: '
            yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'weight'))
            yield '\nauto_generated: true\n-->\n'
        else:
            pass
            yield 'auto_generated: true\n---\n\n'
            if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'exact'):
                pass
                l_1_blank = ' '
                pass
                template = environment.get_template('shared/upstream-comment.md', 'list/index.md.j2')
                gen = template.root_render_func(template.new_context(context.get_all(), True, {'blank': l_1_blank}))
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
    return root
