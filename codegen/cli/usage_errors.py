"""Messages about wrong usage in the language of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from codegen.cli.common import log

if TYPE_CHECKING:
    from codegen.core.locales import Locale


def describe_usage_error(error: click.ClickException, reader: Locale) -> str:
    """Describe what is wrong with the arguments.

    The parts come from the exception and the parameter, so that no message is parsed. Messages of
    a type without choices stay English.
    """
    if isinstance(error, click.NoSuchOption):
        return reader.translate("No such option: {name}", name=error.option_name)
    if isinstance(error, click.BadOptionUsage):
        # The exception tells neither the command nor which of the two it is.
        return reader.translate("{name} needs a value, or takes none.", name=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.get_error_hint(error.ctx)
        return reader.translate("Missing parameter {name}.", name=name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.get_error_hint(error.ctx)
        reason = reader.translate_whole(error.message)
        if isinstance(error.param.type, click.Choice):
            choices = reader.findings["listed"].join(map(str, error.param.type.choices))
            reason = reader.translate("choose one of these: {choices}", choices=choices)
        return reader.translate("Invalid value for {name}: {reason}", name=name, reason=reason)
    return reader.translate_whole(error.message)


def show_usage_error(error: click.ClickException, reader: Locale, advice: str) -> None:
    """Print the usage of the command, where its help is, and what is wrong."""
    message = describe_usage_error(error, reader)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        for line in context.get_usage().splitlines():
            log(line)
        command = f"{context.command_path} --help"
        log(reader.translate("`{command}` shows the help.", command=command))
        log("")
    text = " ".join(filter(None, (message, advice)))
    log(reader.translate("Error: {message}", message=text))
