# Compiled by Jinja 3.1.6 from templates/dataclasses/outer.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "1ee-4aa9d56b"


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
        l_0_unit = resolve('unit')
        l_0_classes = resolve('classes')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        try:
            t_2 = environment.filters['literal']
        except KeyError:
            @internalcode
            def t_2(*unused):
                raise TemplateRuntimeError("No filter named 'literal' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n'
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n\n'
        if (undefined(name='imports') if l_0_imports is missing else l_0_imports):
            pass
            yield 'from typing import TYPE_CHECKING\n\n'
        yield 'from .'
        yield str((undefined(name='unit') if l_0_unit is missing else l_0_unit))
        yield ' import FieldError as FieldError, ModelError as ModelError\n'
        if (undefined(name='classes') if l_0_classes is missing else l_0_classes):
            pass
            yield 'from .'
            yield str((undefined(name='unit') if l_0_unit is missing else l_0_unit))
            yield ' import kind_of as kind_of, load as load\n'
        if (undefined(name='imports') if l_0_imports is missing else l_0_imports):
            pass
            yield 'from .'
            yield str((undefined(name='unit') if l_0_unit is missing else l_0_unit))
            yield '.runtime.kinds import attribute_of\n\nif TYPE_CHECKING:\n'
            yield str((undefined(name='imports') if l_0_imports is missing else l_0_imports))
            yield '\nelse:\n\n    def __getattr__(name: str) -> object:\n        return attribute_of(__name__, '
            yield str(t_2((undefined(name='unit') if l_0_unit is missing else l_0_unit)))
            yield ', name)\n'
    return root
