# Compiled by Jinja 3.1.6 from templates/docs/table/index.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Undefined, missing

SOURCE = "25-8fe336ef"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        pass
        template = environment.get_template('table/index-front.j2', 'table/index.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
    return root
