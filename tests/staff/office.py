"""Members of staff in a world, and what they can do there."""

from app.domain.roles import Role
from app.domain.secret import Secret
from app.services.approve import approve
from app.services.run_staff import add_staff
from tests.factories.world import World

ADMIN, CHECKER = "ada@nexustop.example", "bayo@nexustop.example"
THIRD = "chi@nexustop.example"
PASSWORD = Secret("correct horse 9")


class Office:
    """Three owners, each of whom may ask and approve."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.context = world.context
        for email in (ADMIN, CHECKER, THIRD):
            add_staff(self.context, email, PASSWORD, "cli:test", Role.OWNER)

    def approve(self, ticket: str) -> str:
        return approve(self.context, ticket, CHECKER)

    def audited(self, subject: str) -> list[str]:
        rows = self.world.all("select act from audit where subject = %s order by id", subject)
        return [row[0] for row in rows]
