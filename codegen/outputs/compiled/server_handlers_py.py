# Compiled by Jinja 3.1.6 from templates/server/handlers.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "6a7-94dea373"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_group = resolve('group')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        try:
            t_2 = environment.filters['join']
        except KeyError:
            @internalcode
            def t_2(*unused):
                raise TemplateRuntimeError("No filter named 'join' found.")
        try:
            t_3 = environment.filters['select']
        except KeyError:
            @internalcode
            def t_3(*unused):
                raise TemplateRuntimeError("No filter named 'select' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n'
        yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'docstring'))
        yield '\n\nfrom __future__ import annotations\n\nfrom collections.abc import Mapping\nfrom typing import Any, Final\n\nfrom .runtime.handling import Call, Handlers, NotServedError, Operation\nfrom .runtime.options import Argument\n'
        if ('Patch' in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words')):
            pass
            yield 'from .runtime.patching import Patch\n'
        if ('Expected' in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words')):
            pass
            yield 'from .runtime.reading import Expected\n'
        if (('Raw' in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words')) or ('Watch' in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words'))):
            pass
            yield 'from .runtime.writing import '
            yield str(t_2(t_3(['Raw', 'Watch'], 'in', environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words')), ', '))
            yield '\n'
        for l_1_unit in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'models'):
            _loop_vars = {}
            pass
            yield 'from ..'
            yield str(l_1_unit)
            yield ' import models as '
            yield str(l_1_unit)
            yield '\n'
        l_1_unit = missing
        for l_1_unit in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'checked'):
            _loop_vars = {}
            pass
            yield 'from ..'
            yield str(l_1_unit)
            yield ' import validators as '
            yield str(l_1_unit)
            yield '_validators\n'
        l_1_unit = missing
        for l_1_each in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'calls'):
            _loop_vars = {}
            pass
            yield '\n\nclass '
            yield str(environment.getattr(l_1_each, 'name'))
            yield '(Call):\n    '
            yield str(environment.getattr(l_1_each, 'docstring'))
            yield '\n'
            if environment.getattr(l_1_each, 'attributes'):
                pass
                yield '\n'
            for l_2_attribute in environment.getattr(l_1_each, 'attributes'):
                _loop_vars = {}
                pass
                yield str(l_2_attribute)
                yield '\n'
            l_2_attribute = missing
        l_1_each = missing
        yield '\n\nclass '
        yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'handlers'))
        yield '(Handlers):\n    '
        yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'about'))
        yield '\n'
        for l_1_each in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'calls'):
            _loop_vars = {}
            pass
            yield '\n'
            yield str(environment.getattr(l_1_each, 'signature'))
            yield '\n        '
            yield str(environment.getattr(l_1_each, 'description'))
            yield '\n        raise NotServedError(call)\n'
        l_1_each = missing
        yield '\n\n'
        for l_1_constant in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'constants'):
            _loop_vars = {}
            pass
            yield str(l_1_constant)
            yield '\n'
        l_1_constant = missing
        yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'handlers'))
        yield '.go_names = {\n'
        for l_1_name in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'names'):
            _loop_vars = {}
            pass
            yield str(l_1_name)
            yield '\n'
        l_1_name = missing
        yield '}\n'
        if environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'defaults'):
            pass
            yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'handlers'))
            yield '.defaults = {\n'
            for l_1_each in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'defaults'):
                _loop_vars = {}
                pass
                yield str(l_1_each)
                yield '\n'
            l_1_each = missing
            yield '}\n'
        if environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'resources'):
            pass
            yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'handlers'))
            yield '.names = {\n'
            for l_1_each in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'resources'):
                _loop_vars = {}
                pass
                yield str(l_1_each)
                yield '\n'
            l_1_each = missing
            yield '}\n'
        yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'handlers'))
        yield '.operations = (\n'
        for l_1_operation in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'operations'):
            _loop_vars = {}
            pass
            yield str(l_1_operation)
            yield '\n'
        l_1_operation = missing
        yield ')\n'
    return root
