# Compiled by Jinja 3.1.6 from templates/docs/table/responses.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Undefined, missing

SOURCE = "15d-b4121f37"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_heads = resolve('heads')
        l_0_rows = resolve('rows')
        pass
        yield '<table>\n  <thead><tr><th>'
        yield str(environment.getattr((undefined(name='heads') if l_0_heads is missing else l_0_heads), 'head_status'))
        yield '</th><th>'
        yield str(environment.getattr((undefined(name='heads') if l_0_heads is missing else l_0_heads), 'head_description'))
        yield '</th><th>'
        yield str(environment.getattr((undefined(name='heads') if l_0_heads is missing else l_0_heads), 'head_response'))
        yield '</th></tr></thead>\n  <tbody>\n'
        for l_1_row in (undefined(name='rows') if l_0_rows is missing else l_0_rows):
            _loop_vars = {}
            pass
            yield '    <tr>\n      <td>'
            yield str(environment.getattr(l_1_row, 'name'))
            yield '</td>\n      <td>'
            yield str(environment.getattr(l_1_row, 'text'))
            yield '</td>\n      <td>'
            if environment.getattr(l_1_row, 'type'):
                pass
                yield '<em>'
                yield str(environment.getattr(l_1_row, 'type'))
                yield '</em>'
            yield '</td>\n    </tr>\n'
        l_1_row = missing
        yield '  </tbody>\n</table>\n'
    return root
