# Compiled by Jinja 3.1.6 from templates/docs/table/group-versions.md.j2; `make update` writes it again.
from codegen.outputs.template_runtime import Undefined, missing

SOURCE = "dc-9747a04b"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_words = resolve('words')
        l_0_groups = resolve('groups')
        pass
        template = environment.get_template('table/index-front.j2', 'table/group-versions.md.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
        yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'api_groups_text'))
        yield '\n\n| '
        yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'head_group'))
        yield ' | '
        yield str(environment.getattr((undefined(name='words') if l_0_words is missing else l_0_words), 'head_versions'))
        yield ' |\n| --- | --- |\n'
        for l_1_each in (undefined(name='groups') if l_0_groups is missing else l_0_groups):
            _loop_vars = {}
            pass
            yield '| `'
            yield str(environment.getattr(l_1_each, 'group'))
            yield '` | `'
            yield str(environment.getattr(l_1_each, 'versions'))
            yield '` |\n'
        l_1_each = missing
    return root
