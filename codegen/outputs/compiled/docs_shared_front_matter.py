# Compiled by Jinja 3.1.6 from templates/docs/shared/front-matter.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "13b-d4777501"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_front = resolve('front')
        try:
            t_1 = environment.tests['none']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No test named 'none' found.")
        pass
        yield 'api_metadata:\n  apiVersion: '
        yield str(environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'api_version'))
        yield '\n'
        if environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'import_path'):
            pass
            yield '  import: '
            yield str(environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'import_path'))
            yield '\n'
        yield '  kind: '
        yield str(environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'kind'))
        yield '\ncontent_type: "api_reference"\ndescription: '
        yield str(environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'description'))
        yield '\ntitle: '
        yield str(environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'title'))
        yield '\n'
        if (not t_1(environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'weight'))):
            pass
            yield 'weight: '
            yield str(environment.getattr((undefined(name='front') if l_0_front is missing else l_0_front), 'weight'))
            yield '\n'
    return root
