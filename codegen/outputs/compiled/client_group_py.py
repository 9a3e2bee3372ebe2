# Compiled by Jinja 3.1.6 from templates/client/group.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "705-697bb180"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
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
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n\nfrom __future__ import annotations\n\n'
        if ('Iterator' in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words')):
            pass
            yield 'from collections.abc import AsyncIterator, Iterator\n'
        yield 'from typing import '
        yield str(t_2(t_3(['Any', 'Final', 'Unpack'], 'in', environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words')), ', '))
        yield '\n\n'
        for l_1_unit in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'imports'):
            l_1_classes = resolve('classes')
            _loop_vars = {}
            pass
            yield 'from ..'
            yield str(l_1_unit)
            yield ' import '
            yield str((undefined(name='classes') if l_1_classes is missing else l_1_classes))
            yield ' as '
            yield str(l_1_unit)
            yield '\n'
        l_1_unit = l_1_classes = missing
        yield 'from . import queries\nfrom .runtime import '
        yield str(t_2(t_3(['blocking_tunnels', 'calls', 'groups', 'streams', 'tunnels'], 'in', environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'words')), ', '))
        yield '\nfrom .runtime.blocking import Group\nfrom .runtime.waiting import AsyncGroup\n\n'
        for l_1_row in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'rows'):
            _loop_vars = {}
            pass
            yield str(l_1_row)
            yield '\n'
        l_1_row = missing
        for l_1_late in [False, True]:
            l_1_Prefix = missing
            _loop_vars = {}
            pass
            l_1_Prefix = ('Async' if l_1_late else '')
            _loop_vars['Prefix'] = l_1_Prefix
            for l_2_resource in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'resources'):
                _loop_vars = {}
                pass
                yield '\n\nclass '
                yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
                yield str(environment.getattr(l_2_resource, 'name'))
                yield '(groups.Resource["'
                yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
                yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'name'))
                yield '"]):\n    """What is done to '
                yield str(environment.getattr(environment.getattr(l_2_resource, 'reached'), 'attribute'))
                yield '."""\n'
                for l_3_call in environment.getattr(l_2_resource, 'calls'):
                    _loop_vars = {}
                    pass
                    yield '\n'
                    yield str((environment.getattr(l_3_call, 'head_later') if l_1_late else environment.getattr(l_3_call, 'head')))
                    yield '\n        '
                    yield str(environment.getattr(l_3_call, 'docstring'))
                    yield '\n'
                    yield str((environment.getattr(l_3_call, 'does_later') if l_1_late else environment.getattr(l_3_call, 'does')))
                    yield '\n'
                l_3_call = missing
            l_2_resource = missing
            yield '\n\nclass '
            yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
            yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'name'))
            yield '('
            yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
            yield 'Group):\n    """The operations of '
            yield str(environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'module'))
            yield '."""\n'
            for l_2_resource in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'resources'):
                _loop_vars = {}
                pass
                yield '\n'
                yield str((environment.getattr(environment.getattr(l_2_resource, 'reached'), 'head_later') if l_1_late else environment.getattr(environment.getattr(l_2_resource, 'reached'), 'head')))
                yield '\n'
                if environment.getattr(environment.getattr(l_2_resource, 'reached'), 'namespaced'):
                    pass
                    yield '        """The resource in a namespace; without one, in that of the configuration."""\n        return '
                    yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
                    yield str(environment.getattr(l_2_resource, 'name'))
                    yield '(self, self._named(namespace))\n'
                else:
                    pass
                    yield '        """The resource."""\n        return '
                    yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
                    yield str(environment.getattr(l_2_resource, 'name'))
                    yield '(self)\n'
            l_2_resource = missing
            for l_2_call in environment.getattr((undefined(name='group') if l_0_group is missing else l_0_group), 'calls'):
                _loop_vars = {}
                pass
                yield '\n'
                yield str((environment.getattr(l_2_call, 'head_later') if l_1_late else environment.getattr(l_2_call, 'head')))
                yield '\n        '
                yield str(environment.getattr(l_2_call, 'docstring'))
                yield '\n'
                yield str((environment.getattr(l_2_call, 'does_later') if l_1_late else environment.getattr(l_2_call, 'does')))
                yield '\n'
            l_2_call = missing
        l_1_late = l_1_Prefix = missing
    return root
