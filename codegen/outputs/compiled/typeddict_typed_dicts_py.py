# Compiled by Jinja 3.1.6 from templates/typeddict/typed_dicts.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import LoopContext, TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "406-2d153e82"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
        l_0_imports = resolve('imports')
        l_0_classes = resolve('classes')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n# ruff: noqa: RUF001, RUF002, RUF100, UP013\n'
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n\nfrom typing import '
        def t_2(fiter):
            l_1_used = resolve('used')
            for l_1_name in fiter:
                if (l_1_name in (undefined(name='used') if l_1_used is missing else l_1_used)):
                    yield l_1_name
        for l_1_name in t_2(['Any', 'Literal', 'Required']):
            _loop_vars = {}
            pass
            yield str(l_1_name)
            yield ', '
        l_1_name = missing
        yield 'TypedDict\n'
        if (undefined(name='imports') if l_0_imports is missing else l_0_imports):
            pass
            yield '\n'
            for l_1_unit in (undefined(name='imports') if l_0_imports is missing else l_0_imports):
                _loop_vars = {}
                pass
                yield 'from ..'
                yield str(l_1_unit)
                yield ' import typed_dicts as '
                yield str(l_1_unit)
                yield '\n'
            l_1_unit = missing
        l_1_loop = missing
        for l_1_each, l_1_loop in LoopContext((undefined(name='classes') if l_0_classes is missing else l_0_classes), undefined):
            l_1_behind_imports = missing
            _loop_vars = {}
            pass
            l_1_behind_imports = environment.getattr(l_1_loop, 'first')
            _loop_vars['behind_imports'] = l_1_behind_imports
            l_2_loop = missing
            for l_2_choice, l_2_loop in LoopContext(environment.getattr(l_1_each, 'choices'), undefined):
                _loop_vars = {}
                pass
                if environment.getattr(l_2_loop, 'first'):
                    pass
                    yield '\n'
                    if (not (undefined(name='behind_imports') if l_1_behind_imports is missing else l_1_behind_imports)):
                        pass
                        yield '\n'
                yield str(l_2_choice)
                yield '\n'
            l_2_loop = l_2_choice = missing
            yield '\n'
            if (not (((undefined(name='behind_imports') if l_1_behind_imports is missing else l_1_behind_imports) and environment.getattr(l_1_each, 'functional')) and (not environment.getattr(l_1_each, 'choices')))):
                pass
                yield '\n'
            if environment.getattr(l_1_each, 'functional'):
                pass
                yield str(environment.getattr(l_1_each, 'name'))
                yield ' = TypedDict(\n    '
                yield str(environment.getattr(l_1_each, 'literal'))
                yield ',\n    {\n'
                for l_2_field in environment.getattr(l_1_each, 'fields'):
                    _loop_vars = {}
                    pass
                    yield str(environment.getattr(l_2_field, 'code'))
                    yield '\n'
                l_2_field = missing
                yield '    },\n    total=False,\n)\n'
                yield str(environment.getattr(l_1_each, 'docstring'))
                yield '\n'
            else:
                pass
                yield 'class '
                yield str(environment.getattr(l_1_each, 'name'))
                yield '(TypedDict, total=False):\n    '
                yield str(environment.getattr(l_1_each, 'docstring'))
                yield '\n\n'
                for l_2_field in environment.getattr(l_1_each, 'fields'):
                    _loop_vars = {}
                    pass
                    yield str(environment.getattr(l_2_field, 'code'))
                    yield '\n'
                    if environment.getattr(l_2_field, 'docstring'):
                        pass
                        yield '    '
                        yield str(environment.getattr(l_2_field, 'docstring'))
                        yield '\n'
                l_2_field = missing
        l_1_loop = l_1_each = l_1_behind_imports = missing
    return root
