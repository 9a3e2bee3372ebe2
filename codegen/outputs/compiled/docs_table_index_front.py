# Compiled by Jinja 3.1.6 from templates/docs/table/index-front.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Macro, TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "245-01260800"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_index = resolve('index')
        l_0_head = l_0_rest = missing
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        def macro(l_1_index):
            t_2 = []
            if l_1_index is missing:
                l_1_index = undefined("parameter 'index' was not provided", name='index')
            pass
            t_2.append(
                'content_type: "api_reference"\n',
            )
            if environment.getattr(l_1_index, 'description'):
                pass
                t_2.extend((
                    'description: ',
                    str(environment.getattr(l_1_index, 'description')),
                    '\n',
                ))
            t_2.extend((
                'title: ',
                str(environment.getattr(l_1_index, 'title')),
                '\nweight: ',
                str(environment.getattr(l_1_index, 'weight')),
            ))
            return concat(t_2)
        context.exported_vars.add('head')
        context.vars['head'] = l_0_head = Macro(environment, macro, 'head', ('index',), False, False, False, context.eval_ctx.autoescape)
        def macro(l_1_index):
            t_3 = []
            if l_1_index is missing:
                l_1_index = undefined("parameter 'index' was not provided", name='index')
            pass
            if environment.getattr(l_1_index, 'hidden'):
                pass
                t_3.extend((
                    str(environment.getattr(l_1_index, 'build')),
                    ':\n  list: never\ntoc_hide: true\n',
                ))
            return concat(t_3)
        context.exported_vars.add('rest')
        context.vars['rest'] = l_0_rest = Macro(environment, macro, 'rest', ('index',), False, False, False, context.eval_ctx.autoescape)
        yield '---\n'
        yield str(context.call((undefined(name='head') if l_0_head is missing else l_0_head), (undefined(name='index') if l_0_index is missing else l_0_index)))
        yield '\n'
        if (not environment.getattr((undefined(name='index') if l_0_index is missing else l_0_index), 'english')):
            pass
            yield 'auto_generated: true\n'
        yield str(context.call((undefined(name='rest') if l_0_rest is missing else l_0_rest), (undefined(name='index') if l_0_index is missing else l_0_index)))
        yield '---\n'
        if environment.getattr((undefined(name='index') if l_0_index is missing else l_0_index), 'english'):
            pass
            yield '<!--\n'
            t_4 = []
            pass
            t_4.extend((
                str(context.call((undefined(name='head') if l_0_head is missing else l_0_head), environment.getattr((undefined(name='index') if l_0_index is missing else l_0_index), 'english'))),
                '\nauto_generated: true\n',
                str(context.call((undefined(name='rest') if l_0_rest is missing else l_0_rest), environment.getattr((undefined(name='index') if l_0_index is missing else l_0_index), 'english'))),
            ))
            yield t_1(concat(t_4))
            yield '-->\n'
        yield '\n'
    return root
