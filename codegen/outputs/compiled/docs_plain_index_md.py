# Compiled by Jinja 3.1.6 from templates/docs/plain/index.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Undefined, missing

SOURCE = "88-2e7534ea"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_page = resolve('page')
        pass
        yield '---\n# '
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'notice'))
        yield '\ntitle: '
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'title'))
        yield '\n---\n\n# '
        yield str(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'heading'))
        yield '\n\n'
        for l_1_entry in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'entries'):
            _loop_vars = {}
            pass
            yield '-   '
            yield str(l_1_entry)
            yield '\n'
        l_1_entry = missing
    return root
