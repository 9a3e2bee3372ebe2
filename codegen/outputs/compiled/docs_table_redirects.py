# Compiled by Jinja 3.1.6 from templates/docs/table/redirects.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Undefined, missing

SOURCE = "74-258eca7a"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_redirects = resolve('redirects')
        pass
        yield '# '
        yield str((undefined(name='notice') if l_0_notice is missing else l_0_notice))
        yield '\n'
        for l_1_each in (undefined(name='redirects') if l_0_redirects is missing else l_0_redirects):
            l_1_prefix = resolve('prefix')
            _loop_vars = {}
            pass
            yield str((undefined(name='prefix') if l_1_prefix is missing else l_1_prefix))
            yield str(environment.getattr(l_1_each, 'old'))
            yield '  '
            yield str((undefined(name='prefix') if l_1_prefix is missing else l_1_prefix))
            yield str(environment.getattr(l_1_each, 'new'))
            yield '  301\n'
        l_1_each = l_1_prefix = missing
    return root
