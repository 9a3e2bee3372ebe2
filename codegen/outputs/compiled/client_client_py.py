# Compiled by Jinja 3.1.6 from templates/client/client.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "bb6-1afac896"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_docstring = resolve('docstring')
        l_0_groups = resolve('groups')
        l_0_tunnels = resolve('tunnels')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n'
        yield str((undefined(name='docstring') if l_0_docstring is missing else l_0_docstring))
        yield '\n\nfrom __future__ import annotations\n\n'
        if (undefined(name='groups') if l_0_groups is missing else l_0_groups):
            pass
            yield 'from typing import TYPE_CHECKING\n\n'
        yield 'from .runtime import blocking, waiting\nfrom .runtime.answers import (\n    AlreadyExistsError as AlreadyExistsError,\n    AnswerError as AnswerError,\n    ApiError as ApiError,\n    BadRequestError as BadRequestError,\n    Cause as Cause,\n    ClientError as ClientError,\n    ConfigurationError as ConfigurationError,\n    ConflictError as ConflictError,\n    ExpiredError as ExpiredError,\n    ForbiddenError as ForbiddenError,\n    InvalidError as InvalidError,\n    InvalidRequestError as InvalidRequestError,\n    MethodNotAllowedError as MethodNotAllowedError,\n    NoAnswerError as NoAnswerError,\n    NotAcceptableError as NotAcceptableError,\n    NotFoundError as NotFoundError,\n    RequestTooLargeError as RequestTooLargeError,\n    ServerError as ServerError,\n    Status as Status,\n    TooManyRequestsError as TooManyRequestsError,\n    UnauthorizedError as UnauthorizedError,\n    UnsupportedMediaTypeError as UnsupportedMediaTypeError,\n)\n'
        if (undefined(name='tunnels') if l_0_tunnels is missing else l_0_tunnels):
            pass
            yield 'from .runtime.blocking_tunnels import ExecProcess as ExecProcess, PortForward as PortForward\n'
        yield 'from .runtime.calls import Settings as Settings\nfrom .runtime.configuration import Certificate as Certificate, Configuration as Configuration\nfrom .runtime.configuration import Token as Token, Trust as Trust\nfrom .runtime.credentials import Command as Command, Password as Password, Program as Program, TokenFile as TokenFile\n'
        if (undefined(name='groups') if l_0_groups is missing else l_0_groups):
            pass
            yield 'from .runtime.groups import cached\n'
        yield 'from .runtime.received import ServerWarning as ServerWarning\nfrom .runtime.streams import Event as Event\n'
        if (undefined(name='tunnels') if l_0_tunnels is missing else l_0_tunnels):
            pass
            yield 'from .runtime.tunnels import AsyncExecProcess as AsyncExecProcess, AsyncPortForward as AsyncPortForward\nfrom .runtime.tunnels import Completed as Completed\n'
        yield '\n'
        if (undefined(name='groups') if l_0_groups is missing else l_0_groups):
            pass
            yield 'if TYPE_CHECKING:\n'
            for l_1_group in (undefined(name='groups') if l_0_groups is missing else l_0_groups):
                _loop_vars = {}
                pass
                yield '    from . import '
                yield str(environment.getattr(l_1_group, 'module'))
                yield ' as '
                yield str(environment.getattr(l_1_group, 'alias'))
                yield '\n'
            l_1_group = missing
        for l_1_late in [False, True]:
            l_1_resources = resolve('resources')
            l_1_Prefix = missing
            _loop_vars = {}
            pass
            l_1_Prefix = ('Async' if l_1_late else '')
            _loop_vars['Prefix'] = l_1_Prefix
            yield '\n\nclass '
            yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
            yield 'Client('
            yield str(('waiting' if l_1_late else 'blocking'))
            yield '.'
            yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
            yield 'Client):\n    """A client of one server, for callers that '
            yield str(('do not block' if l_1_late else 'block'))
            yield '."""\n'
            for l_2_group in (undefined(name='groups') if l_0_groups is missing else l_0_groups):
                _loop_vars = {}
                pass
                yield '\n    @cached\n    def '
                yield str(environment.getattr(l_2_group, 'module'))
                yield '(self) -> '
                yield str(environment.getattr(l_2_group, 'alias'))
                yield '.'
                yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
                yield str(environment.getattr(l_2_group, 'name'))
                yield ':\n        """The operations of '
                yield str(environment.getattr(l_2_group, 'module'))
                yield '."""\n        from .'
                yield str(environment.getattr(l_2_group, 'module'))
                yield ' import '
                yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
                yield str(environment.getattr(l_2_group, 'name'))
                yield '\n\n        return self._group('
                yield str((undefined(name='Prefix') if l_1_Prefix is missing else l_1_Prefix))
                yield str(environment.getattr(l_2_group, 'name'))
                yield ')\n'
            l_2_group = missing
            for (l_2_module, l_2_reached) in (undefined(name='resources') if l_1_resources is missing else l_1_resources):
                _loop_vars = {}
                pass
                yield '\n'
                yield str((environment.getattr(l_2_reached, 'head_later') if l_1_late else environment.getattr(l_2_reached, 'head')))
                yield '\n'
                if environment.getattr(l_2_reached, 'namespaced'):
                    pass
                    yield '        """The resource in a namespace; without one, in that of the configuration."""\n        return self.'
                    yield str(l_2_module)
                    yield '.'
                    yield str(environment.getattr(l_2_reached, 'attribute'))
                    yield '(namespace)\n'
                else:
                    pass
                    yield '        """The resource."""\n        return self.'
                    yield str(l_2_module)
                    yield '.'
                    yield str(environment.getattr(l_2_reached, 'attribute'))
                    yield '()\n'
            l_2_module = l_2_reached = missing
        l_1_late = l_1_Prefix = l_1_resources = missing
    return root
