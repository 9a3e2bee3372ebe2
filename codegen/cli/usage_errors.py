"""Messages about wrong usage in the language of the reader."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from codegen.cli.common import log

if TYPE_CHECKING:
    from codegen.core.locales import Locale


class LocalizedUsageError(click.UsageError):
    """A usage error that is printed in the language of the reader, with a suggestion behind it."""

    def __init__(self, error: click.UsageError, reader: Locale, suggestion: str) -> None:
        super().__init__(error.message, error.ctx)
        self._error = error
        self._reader = reader
        self._suggestion = reader.translate_whole(suggestion)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the usage of the command, where its help is, and what is wrong."""
        del file  # messages go where all messages of codegen go
        reader = self._reader
        if self.ctx is not None:
            for line in self.ctx.get_usage().splitlines():
                log(line)
            command = f"{self.ctx.command_path} --help"
            log(reader.translate("`{command}` shows the help.", command=command))
            log("")
        parts = (describe_usage_error(self._error, reader), self._suggestion)
        log(reader.translate("Error: {message}", message=" ".join(filter(None, parts))))


def describe_usage_error(error: click.UsageError, reader: Locale) -> str:
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
