# Compiled by Jinja 3.1.6 from templates/docs/shared/upstream-comment.md; `make update` writes it again.
from codegen.outputs.template_runtime import Undefined, missing

SOURCE = "24a-9b81275b"


def root_of(environment):
    def root(context, missing=missing, environment=environment):
        resolve = context.resolve_or_missing
        undefined = environment.undefined
        concat = environment.concat
        cond_expr_undefined = Undefined
        if 0: yield None
        l_0_blank = resolve('blank')
        pass
        yield '<!--\nThe file is auto-generated from the Go source code of the component using a generic\n[generator](https://github.com/kubernetes-sigs/reference-docs/). To learn how\nto generate the reference documentation, please read\n[Contributing to the reference documentation](/docs/contribute/generate-ref-docs/).\nTo update the reference content, please follow the'
        yield str((undefined(name='blank') if l_0_blank is missing else l_0_blank))
        yield '\n[Contributing upstream](/docs/contribute/generate-ref-docs/contribute-upstream/)\nguide. You can file document formatting bugs against the\n[reference-docs](https://github.com/kubernetes-sigs/reference-docs/) project.\n-->\n'
    return root
