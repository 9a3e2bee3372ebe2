# Compiled by Jinja 3.1.6 from templates/dataclasses/package.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "136-7191bf1f"


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
        l_0_module = resolve('module')
        l_0_kinds = resolve('kinds')
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
        yield '\n'
        if (undefined(name='imports') if l_0_imports is missing else l_0_imports):
            pass
            yield '\nfrom typing import TYPE_CHECKING\n\nfrom ..runtime.kinds import exported\n\nif TYPE_CHECKING:\n'
            yield str((undefined(name='imports') if l_0_imports is missing else l_0_imports))
            yield '\nelse:\n\n    def __getattr__(name: str) -> object:\n        return exported(__name__, '
            yield str(t_2((undefined(name='module') if l_0_module is missing else l_0_module)))
            yield ', _KINDS, name)\n\n\n'
            yield str((undefined(name='kinds') if l_0_kinds is missing else l_0_kinds))
            yield '\n'
    return root
