# Compiled by Jinja 3.1.6 from templates/dataclasses/models.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import LoopContext, TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "4e0-9468e945"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
        l_0_replies = resolve('replies')
        l_0_used = resolve('used')
        l_0_above = resolve('above')
        l_0_imports = resolve('imports')
        l_0_classes = resolve('classes')
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
        yield '\n# ruff: noqa: RUF001, RUF002, RUF100\n'
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n'
        if (undefined(name='replies') if l_0_replies is missing else l_0_replies):
            pass
            yield '\n# Classes of replies narrow what they inherit: what is read there is not optional.\n# pyright: reportGeneralTypeIssues=false, reportIncompatibleVariableOverride=false\n'
        yield '\nfrom __future__ import annotations\n\nfrom dataclasses import dataclass\n'
        if ('datetime' in (undefined(name='used') if l_0_used is missing else l_0_used)):
            pass
            yield 'from datetime import datetime\n'
        if (('Any' in (undefined(name='used') if l_0_used is missing else l_0_used)) or ('Literal' in (undefined(name='used') if l_0_used is missing else l_0_used))):
            pass
            yield 'from typing import '
            yield str(t_2(t_3(['Any', 'Literal'], 'in', (undefined(name='used') if l_0_used is missing else l_0_used)), ', '))
            yield '\n'
        yield '\nfrom '
        yield str((undefined(name='above') if l_0_above is missing else l_0_above))
        yield 'runtime import model as rt\n'
        for l_1_unit in (undefined(name='imports') if l_0_imports is missing else l_0_imports):
            _loop_vars = {}
            pass
            yield 'from ..'
            yield str(l_1_unit)
            yield ' import models as '
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
            yield '\n\n@dataclass(slots=True, kw_only=True, eq=False, repr=False)\n'
            yield str(environment.getattr(l_1_each, 'head'))
            yield '\n    '
            yield str(environment.getattr(l_1_each, 'docstring'))
            yield '\n\n'
            if environment.getattr(l_1_each, 'hides'):
                pass
                yield '    '
                yield str(environment.getattr(l_1_each, 'hides'))
                yield '\n'
            if environment.getattr(l_1_each, 'nulls'):
                pass
                yield '    '
                yield str(environment.getattr(l_1_each, 'nulls'))
                yield '\n'
            for l_2_attribute in environment.getattr(l_1_each, 'attributes'):
                _loop_vars = {}
                pass
                yield str(environment.getattr(l_2_attribute, 'declaration'))
                yield '\n'
                if environment.getattr(l_2_attribute, 'docstring'):
                    pass
                    yield '    '
                    yield str(environment.getattr(l_2_attribute, 'docstring'))
                    yield '\n'
            l_2_attribute = missing
        l_1_loop = l_1_each = l_1_behind_imports = missing
    return root
