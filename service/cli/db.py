"""`countermark db`: bring the schema up to date."""

from __future__ import annotations

import typer

from service.cli import house
from service.cli.messages import tell
from verification.values import Text

group = typer.Typer(no_args_is_help=True)


@group.callback()
def about() -> None:
    """The database schema."""


@group.command()
def upgrade() -> None:
    """Apply every migration that the database has not seen yet."""
    from service import migrations
    from service.start import bring_up_to_date

    settings = house.settings()
    with house.telling_errors():
        bring_up_to_date(settings)
        revision = migrations.current(settings.database_url)
    tell(Text(zh=f"数据库已是版本 {revision}。", en=f"The database is at revision {revision}."))
