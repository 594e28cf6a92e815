"""Why a training did not work: a code for the workbench and a sentence for people."""


class TrainingFailedError(Exception):
    """The training cannot succeed; the message is for the person who started it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
