# Compiled by Jinja 3.1.6 from templates/docs/table/parameters.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Undefined, missing

SOURCE = "205-ecf3e0df"


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
        yield str(environment.getattr((undefined(name='heads') if l_0_heads is missing else l_0_heads), 'head_name'))
        yield '</th><th>'
        yield str(environment.getattr((undefined(name='heads') if l_0_heads is missing else l_0_heads), 'head_type'))
        yield '</th><th>'
        yield str(environment.getattr((undefined(name='heads') if l_0_heads is missing else l_0_heads), 'head_description'))
        yield '</th></tr></thead>\n  <tbody>\n'
        for l_1_row in (undefined(name='rows') if l_0_rows is missing else l_0_rows):
            _loop_vars = {}
            pass
            yield '    <tr>\n      <td><code>'
            yield str(environment.getattr(l_1_row, 'name'))
            yield '</code>'
            if environment.getattr(l_1_row, 'required'):
                pass
                yield '&nbsp;<strong>*</strong>'
            yield '</td>\n      <td><em>'
            yield str(environment.getattr(l_1_row, 'type'))
            yield '</em></td>\n'
            if environment.getattr(l_1_row, 'english'):
                pass
                yield '      <td>\n      <!--\n      '
                yield str(environment.getattr(l_1_row, 'english'))
                yield '\n      -->\n      '
                yield str(environment.getattr(l_1_row, 'text'))
                yield '\n      </td>\n'
            else:
                pass
                yield '      <td>'
                yield str(environment.getattr(l_1_row, 'text'))
                yield '</td>\n'
            yield '    </tr>\n'
        l_1_row = missing
        yield '  </tbody>\n</table>\n'
    return root
