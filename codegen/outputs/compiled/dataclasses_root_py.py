# Compiled by Jinja 3.1.6 from templates/dataclasses/root.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "614-54063fb2"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
        l_0_classes = resolve('classes')
        l_0_base = resolve('base')
        l_0_imports = resolve('imports')
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
        yield '\n\n'
        if (undefined(name='classes') if l_0_classes is missing else l_0_classes):
            pass
            yield 'from collections.abc import Mapping\nfrom typing import TYPE_CHECKING, Final\n\n'
        yield 'from .runtime.errors import FieldError as FieldError, ModelError as ModelError\n'
        if (undefined(name='classes') if l_0_classes is missing else l_0_classes):
            pass
            yield 'from .runtime.kinds import attribute, class_for, class_of\n\nif TYPE_CHECKING:\n    from .runtime.errors import FieldValidation\n    from .runtime.'
            yield str((undefined(name='base') if l_0_base is missing else l_0_base))
            yield ' import Model\n'
            for l_1_each in (undefined(name='imports') if l_0_imports is missing else l_0_imports):
                _loop_vars = {}
                pass
                yield str(l_1_each)
                yield '\n'
            l_1_each = missing
            yield 'else:\n\n    def __getattr__(name: str) -> object:\n        return attribute(__name__, _KINDS, name)\n\n\n'
            if (undefined(name='kinds') if l_0_kinds is missing else l_0_kinds):
                pass
                yield '_KINDS: Final[Mapping[str, Mapping[str, str]]] = {\n'
                for (l_1_version, l_1_kinds) in context.call(environment.getattr((undefined(name='kinds') if l_0_kinds is missing else l_0_kinds), 'items')):
                    _loop_vars = {}
                    pass
                    yield '    '
                    yield str(t_2(l_1_version))
                    yield ': {\n'
                    for (l_2_kind, l_2_place) in context.call(environment.getattr(l_1_kinds, 'items'), _loop_vars=_loop_vars):
                        _loop_vars = {}
                        pass
                        yield '        '
                        yield str(t_2(l_2_kind))
                        yield ': '
                        yield str(t_2(l_2_place))
                        yield ',\n'
                    l_2_kind = l_2_place = missing
                    yield '    },\n'
                l_1_version = l_1_kinds = missing
                yield '}\n'
            else:
                pass
                yield '_KINDS: Final[Mapping[str, Mapping[str, str]]] = {}\n'
            yield '\n\ndef kind_of(api_version: str, kind: str) -> "type[Model]":\n    """The class of a kind. Raises ModelError where there is none, with the nearest name."""\n    found: type[Model] = class_of(__name__, _KINDS, api_version, kind)\n    return found\n\n\ndef load(obj: object, *, field_validation: "FieldValidation | None" = None) -> "Model":\n    """An object of the class that its `apiVersion` and `kind` name; `field_validation` as for `from_dict`.\n\n    Raises ModelError where that is none, or where it is not of it.\n    """\n    found: type[Model] = class_for(__name__, _KINDS, obj)\n    return found.from_dict(obj, field_validation=field_validation)\n'
    return root
