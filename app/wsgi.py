"""The WSGI application, for any server: gunicorn and granian import `app.wsgi:application`."""

from app.bootstrap import parts
from app.observability.logging import configure

configure()
application = parts().web
