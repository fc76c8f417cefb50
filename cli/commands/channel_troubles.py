"""What a run tells of channels that gave nothing: a warning, or a refusal.

A bank that cannot be reached stops nothing else: the files of the others are processed,
and the answer says that something is missing. A server that shows a wrong key is another
matter; if nothing was done besides, the whole command is refused.
"""

from __future__ import annotations

from cli.answer import Answer, ExitCode, Refused
from cli.commands.receiving import Intake
from cli.render import clean


def told(answer: Answer, intake: Intake) -> Answer:
    """Return a run's answer with the troubles of its channels."""
    refused = [each for each in intake.troubles if not each.may_pass]
    data = answer.data
    posted = data.get("posted") if isinstance(data, dict) else None
    if refused and not intake.taken and not posted:
        raise Refused(*(f"channel {each.channel}: {each.reason}" for each in refused))
    return warned(answer, intake)


def warned(answer: Answer, intake: Intake) -> Answer:
    """Return a run's answer with a warning for each trouble."""
    data = answer.data
    warnings = [f"channel {each.channel}: {each.reason}" for each in intake.troubles]
    warnings += [f"left alone: {each}" for each in intake.ignored]
    if isinstance(data, dict):
        data = {**data, "warnings": warnings}
    text = "\n".join(
        filter(None, (answer.text, *(clean(f"! {each}") for each in warnings)))
    )
    code = ExitCode.WAITS if intake.troubles else answer.exit_code
    return Answer(data, text, code)
