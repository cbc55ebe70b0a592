"""How templates become pages: Jinja's compiler and context with fewer steps for each of the thousands of pieces of a page."""

from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, MethodType, NoneType

from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from jinja2.utils import _PassArg, internalcode

_SAME = frozenset(("icon", "pill"))  # macros that write the same for the same texts, in every language
_TEXTS = frozenset((str, NoneType))  # no Markup, which equals a text and is not escaped
_FUNCTIONS = frozenset((FunctionType, MethodType, BuiltinFunctionType))


def init_app(app):
    """Let the templates of an application be compiled and called in this way."""
    app.jinja_env.code_generator_class = _Writer
    app.jinja_env.context_class = _Context


class _Writer(CodeGenerator):
    """Lets templates pass what they write to ``direction.written``. Jinja's own way, a filter and then ``escape``, took a
    sixth of the time of a page: thousands of texts, each turned into a Markup to be joined with others.

    What an included template and a block yield is joined before it is handed on. Jinja hands on every piece, of a row in
    a table five times.
    """

    def write_commons(self):
        super().write_commons()
        self.writeline("written = environment.written")

    def visit_Include(self, node, frame):
        if frame.buffer is not None or node.ignore_missing or not node.with_context:
            super().visit_Include(node, frame)
            return
        self.writeline("template = environment.get_or_select_template(", node)
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        here = f"template.new_context(context.get_all(), True, {self.dump_local_context(frame)})"
        self._yield_joined(f"template.root_render_func({here})")

    def visit_Block(self, node, frame):
        if frame.buffer is not None or self.extends_so_far or node.scoped or node.required:
            super().visit_Block(node, frame)
        else:
            self._yield_joined(f"context.blocks[{node.name!r}][0]({self.get_context_ref()})", node)

    def _import_common(self, node, frame):
        if node.with_context:
            super()._import_common(node, frame)
            return
        # Jinja looks each time for globals that only this page has; none of ours has any.
        self.write("environment.get_template(")
        self.visit(node.template, frame)
        self.write(f", {self.name!r})._get_default_module()")

    def _yield_joined(self, pieces, node=None):
        self.writeline("yield ", node)
        self.write(f"concat({pieces})")

    def _output_child_pre(self, node, frame, finalize):
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("written(")

    def _output_child_post(self, node, frame, finalize):
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")")


class _Context(Context):
    """Calls macros and functions without Jinja's steps for other things that can be called.

    What the macros in ``_SAME`` write is remembered: pages repeat few of them in every row.
    """

    @internalcode
    def call(self, called, /, *args, **values):
        kind = type(called)
        if kind is Macro:
            passed = _PassArg.eval_context
        else:
            passed = getattr(called, "jinja_pass_arg", None) if kind in _FUNCTIONS else _PassArg.context
        if passed is not None and passed is not _PassArg.eval_context:
            return super().call(called, *args, **values)
        values.pop("_block_vars", None)
        values.pop("_loop_vars", None)
        if passed is None:
            return called(*args, **values)
        if kind is Macro and called.name in _SAME and not values and self._is_html_of_texts(args):
            return _remembered(called, *args)
        return called(self.eval_ctx, *args, **values)

    def _is_html_of_texts(self, args):
        return self.eval_ctx.autoescape and _TEXTS.issuperset(map(type, args))


@lru_cache(maxsize=1_024)
def _remembered(macro, *texts):
    return macro(*texts)
