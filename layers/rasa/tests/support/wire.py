"""What may go wrong on the way to the tracker database: errors at a statement, and answers that get lost."""

from parlance_rasa.connection import Session


def refuse(monkeypatch, statement, error, when=lambda _: True):
    """Let the database refuse what contains `statement`, as often as it comes with values that `when` names."""
    send = Session.send

    def refusing(session, request):
        if statement in request[0] and when(request[1]):
            raise error
        return send(session, request)

    monkeypatch.setattr(Session, "send", refusing)


def lose_answer(monkeypatch, error, *, done):
    """Let the first save's answer get lost, after the database did it, or before it heard of it."""
    send, answer, left = Session.send, Session.answer, [1]

    def is_it(statement):
        return left and "parlance_save(%" in statement and left.pop()

    def lossy_send(session, request):
        session.losing = bool(is_it(request[0]))
        if session.losing and not done:
            raise error
        return send(session, request)

    def lossy_answer(session):
        if getattr(session, "losing", False):
            raise error
        return answer(session)

    monkeypatch.setattr(Session, "send", lossy_send)
    monkeypatch.setattr(Session, "answer", lossy_answer)
