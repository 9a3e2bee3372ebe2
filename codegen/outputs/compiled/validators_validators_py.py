# Compiled by Jinja 3.1.6 from templates/validators/validators.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "4ac-9e8e3024"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
        l_0_used = resolve('used')
        l_0_runtime = resolve('runtime')
        l_0_enums = resolve('enums')
        l_0_checks = resolve('checks')
        l_0_imports = resolve('imports')
        l_0_predicates = resolve('predicates')
        l_0_tables = resolve('tables')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n# ruff: noqa: E402, RUF001, RUF100, SIM110, SIM201\n# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false\n'
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n\nfrom typing import '
        yield str(('Any, ' if ('Any' in (undefined(name='used') if l_0_used is missing else l_0_used)) else ''))
        yield 'Final\n\n'
        for l_1_each in (undefined(name='runtime') if l_0_runtime is missing else l_0_runtime):
            _loop_vars = {}
            pass
            yield str(l_1_each)
            yield '\n'
        l_1_each = missing
        yield '\n'
        for l_1_enum in (undefined(name='enums') if l_0_enums is missing else l_0_enums):
            _loop_vars = {}
            pass
            yield str(l_1_enum)
            yield '\n'
        l_1_enum = missing
        if (undefined(name='enums') if l_0_enums is missing else l_0_enums):
            pass
            yield '\n'
        for l_1_each in (undefined(name='checks') if l_0_checks is missing else l_0_checks):
            _loop_vars = {}
            pass
            yield str(environment.getattr(l_1_each, 'declaration'))
            yield '\n'
        l_1_each = missing
        if (undefined(name='imports') if l_0_imports is missing else l_0_imports):
            pass
            yield '\n'
            for l_1_unit in (undefined(name='imports') if l_0_imports is missing else l_0_imports):
                _loop_vars = {}
                pass
                yield 'from ..'
                yield str(l_1_unit)
                yield ' import validators as '
                yield str(l_1_unit)
                yield '\n'
            l_1_unit = missing
        yield '\n'
        for l_1_each in (undefined(name='checks') if l_0_checks is missing else l_0_checks):
            _loop_vars = {}
            pass
            yield str(environment.getattr(l_1_each, 'name'))
            yield '.fields = {\n'
            for l_2_field in environment.getattr(l_1_each, 'fields'):
                _loop_vars = {}
                pass
                yield str(l_2_field)
                yield '\n'
            l_2_field = missing
            yield '}\n'
        l_1_each = missing
        for l_1_each in (undefined(name='predicates') if l_0_predicates is missing else l_0_predicates):
            _loop_vars = {}
            pass
            yield '\n\n'
            yield str(l_1_each)
            yield '\n'
        l_1_each = missing
        if (undefined(name='tables') if l_0_tables is missing else l_0_tables):
            pass
            yield '\n\n'
            for l_1_each in (undefined(name='tables') if l_0_tables is missing else l_0_tables):
                _loop_vars = {}
                pass
                yield str(l_1_each)
                yield '\n'
            l_1_each = missing
        for l_1_each in (undefined(name='checks') if l_0_checks is missing else l_0_checks):
            _loop_vars = {}
            pass
            yield '\n\n'
            yield str(environment.getattr(l_1_each, 'signature'))
            yield '\n    '
            yield str(environment.getattr(l_1_each, 'docstring'))
            yield '\n'
            if environment.getattr(l_1_each, 'predicate'):
                pass
                yield '    try:\n'
                yield str(environment.getattr(l_1_each, 'predicate'))
                yield '\n'
                yield str(environment.getattr(l_1_each, 'sure'))
                yield '\n    except (KeyError, RecursionError):\n        pass\n'
            yield str(environment.getattr(l_1_each, 'body'))
            yield '\n'
        l_1_each = missing
    return root
