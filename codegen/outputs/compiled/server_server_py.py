# Compiled by Jinja 3.1.6 from templates/server/server.py.j2; `make update` writes it again.
from codegen.outputs.template_runtime import TemplateRuntimeError, Undefined, internalcode, missing

SOURCE = "4c2-87e919ac"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_notice = resolve('notice')
        l_0_above = resolve('above')
        l_0_kinds = resolve('kinds')
        try:
            t_1 = environment.filters['comment']
        except KeyError:
            @internalcode
            def t_1(*unused):
                raise TemplateRuntimeError("No filter named 'comment' found.")
        pass
        yield '# '
        yield str(t_1((undefined(name='notice') if l_0_notice is missing else l_0_notice)))
        yield '\n"""A server of the API: `create_app` makes an ASGI application of the classes that answer its operations."""\n\nfrom collections.abc import Sequence\nfrom typing import Final\n\nfrom .runtime.body import read_body\nfrom .runtime.handling import Call as Call, Handlers as Handlers, Names as Names, NotServedError as NotServedError\nfrom .runtime.patching import Patch as Patch\nfrom .runtime.serving import Page as Page, Settings as Settings, Starlette, application\nfrom .runtime.statuses import Cause as Cause, StatusError as StatusError\nfrom .runtime.writing import Event as Event, Raw as Raw, Watch as Watch\nfrom '
        yield str((undefined(name='above') if l_0_above is missing else l_0_above))
        yield '.messages import MESSAGES\n\nKINDS: Final[tuple[tuple[str, str], ...]] = (\n'
        for l_1_kind in (undefined(name='kinds') if l_0_kinds is missing else l_0_kinds):
            _loop_vars = {}
            pass
            yield '    '
            yield str(l_1_kind)
            yield ',\n'
        l_1_kind = missing
        yield ')\n\n\ndef create_app(*handlers: Handlers, settings: Settings | None = None, pages: Sequence[Page] = ()) -> Starlette:\n    """The application of these handlers: what they do not answer is refused as an API server refuses it.\n\n    `settings` say whose words it uses, and what looks at each request first; `pages` are served beside the operations.\n    """\n    return application(handlers, KINDS, MESSAGES["en"], read_body, settings or Settings(), pages)\n'
    return root
